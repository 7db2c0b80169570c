"""The diagonal Gaussian and the objective against formulas written another way."""

from __future__ import annotations

import torch
from torch.distributions import Normal, kl_divergence

from models.latent import DiagonalGaussian
from models.losses import distortion, negative_elbo, published


def test_kl_of_the_prior_is_zero() -> None:
    unit = DiagonalGaussian(torch.zeros(4, 3), torch.zeros(4, 3))
    assert torch.equal(unit.kl(), torch.zeros(4, 3))


def test_kl_is_that_of_torch_distributions() -> None:
    generator = torch.Generator().manual_seed(0)
    mean, log_variance = (torch.randn(5, 3, generator=generator) for _ in range(2))
    prior_std = torch.tensor([0.5, 1.0, 4.0])
    expected = kl_divergence(
        Normal(mean, (0.5 * log_variance).exp()), Normal(torch.zeros(3), prior_std)
    )
    assert torch.allclose(DiagonalGaussian(mean, log_variance).kl(prior_std), expected, atol=1e-5)


def test_samples_have_the_mean_and_the_variance() -> None:
    mean, log_variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 2.0]])
    gaussian = DiagonalGaussian(mean.expand(20_000, 2), log_variance.expand(20_000, 2))
    drawn = gaussian.sample(torch.Generator().manual_seed(1))
    assert torch.allclose(drawn.mean(0), mean[0], atol=0.06)
    assert torch.allclose(drawn.var(0), log_variance[0].exp(), rtol=0.05)


def test_the_objective_is_the_gaussian_likelihood_and_the_kl() -> None:
    generator = torch.Generator().manual_seed(2)
    frames, decoded = (torch.rand(4, 3, 8, 8, generator=generator) for _ in range(2))
    posterior = DiagonalGaussian(torch.randn(4, 5, generator=generator), torch.zeros(4, 5))
    variance, prior_std = torch.tensor(0.02), torch.full((5,), 1.5)
    error = distortion(frames, decoded, None, None, 0.0)
    objective = negative_elbo(error, 3 * 8 * 8, posterior, prior_std, variance, beta=0.5)
    likelihood = ((frames - decoded) ** 2 / (2 * variance)).flatten(1).sum(1).mean()
    assert torch.allclose(objective.reconstruction, likelihood)
    assert torch.allclose(objective.total, likelihood + 0.5 * objective.kl)


def test_free_bits_press_no_dimension_below_them() -> None:
    posterior = DiagonalGaussian(torch.tensor([[3.0, 0.1]]), torch.zeros(1, 2))
    error = distortion(torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2), None, None, 0.0)
    one, variance = torch.ones(2), torch.tensor(1.0)
    objective = negative_elbo(error, 12, posterior, one, variance, beta=2.0, free_bits=0.5)
    assert torch.allclose(objective.total, torch.tensor(2.0 * (4.5 + 0.5)))
    assert torch.allclose(objective.kl, torch.tensor(4.5 + 0.005))


def test_the_published_objective_is_the_errors_and_no_kl() -> None:
    generator = torch.Generator().manual_seed(3)
    frames, decoded = (torch.rand(2, 3, 8, 8, generator=generator) for _ in range(2))
    words, spoken = (torch.randn(2, 5, 7, generator=generator) for _ in range(2))
    mean = torch.randn(2, 4, generator=generator, requires_grad=True)
    posterior = DiagonalGaussian(mean, torch.zeros(2, 4))
    error = distortion(frames, decoded, words, spoken, 3.0)
    objective = published(error, posterior, torch.ones(4))
    by_hand = ((frames - decoded) ** 2).mean() + 3 * ((words - spoken) ** 2).sum() / (2 * 5 * 7)
    assert torch.allclose(objective.total, by_hand)
    assert objective.kl > 0 and not objective.kl.requires_grad
    assert not objective.total.requires_grad


def test_the_kl_of_a_map_is_that_of_its_positions() -> None:
    generator = torch.Generator().manual_seed(4)
    mean, log_variance = (torch.randn(2, 3, 4, 5, generator=generator) for _ in range(2))
    prior_std = torch.tensor([0.5, 1.0, 2.0])
    whole = DiagonalGaussian(mean, log_variance).kl(prior_std)
    one = DiagonalGaussian(mean[:, :, 1, 2], log_variance[:, :, 1, 2]).kl(prior_std)
    assert torch.allclose(whole[:, :, 1, 2], one)
