"""The diagonal Gaussian and the objective against formulas written another way."""

from __future__ import annotations

import torch
from torch.distributions import Normal, kl_divergence

from models.latent import DiagonalGaussian
from models.losses import negative_elbo


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
    objective = negative_elbo(frames, decoded, posterior, prior_std, variance, beta=0.5)
    likelihood = ((frames - decoded) ** 2 / (2 * variance)).flatten(1).sum(1).mean()
    assert torch.allclose(objective.reconstruction, likelihood)
    assert torch.allclose(objective.total, likelihood + 0.5 * objective.kl)
