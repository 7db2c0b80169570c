"""The diagonal Gaussian and the objective against formulas written another way."""

from __future__ import annotations

import torch
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from models.latent import DiagonalGaussian
from models.losses import calibrated, distortion, negative_elbo, published


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
    likelihood = -Normal(decoded, variance.sqrt()).log_prob(frames).flatten(1).sum(1).mean()
    assert torch.allclose(objective.reconstruction, likelihood)
    assert torch.allclose(objective.total, likelihood + 0.5 * objective.kl)
    assert torch.allclose(objective.elbo, -likelihood - objective.kl)


def test_word_vectors_have_the_likelihood_that_their_weight_means() -> None:
    generator = torch.Generator().manual_seed(2)
    frames, decoded = (torch.rand(4, 3, 8, 8, generator=generator) for _ in range(2))
    words, spoken = (torch.randn(4, 5, 7, generator=generator) for _ in range(2))
    posterior = DiagonalGaussian(torch.zeros(4, 5), torch.zeros(4, 5))
    error = distortion(frames, decoded, words, spoken, 3.0)
    variance = calibrated(error, 192)
    objective = negative_elbo(error, 192, posterior, torch.ones(5), variance, beta=1.0)
    pictures = Normal(decoded, variance.sqrt()).log_prob(frames).flatten(1).sum(1)
    of_words = Normal(spoken, (variance * 35 / (192 * 3)).sqrt()).log_prob(words).flatten(1).sum(1)
    assert torch.allclose(objective.elbo, (pictures + of_words).mean())
    for other in (0.97, 1.03):  # no other variance is likelier
        worse = negative_elbo(error, 192, posterior, torch.ones(5), other * variance, beta=1.0)
        assert worse.total > objective.total


def test_the_bound_is_under_the_likelihood_that_it_bounds() -> None:
    """Of a linear decoder the likelihood is known: a Gaussian of covariance W W' + s^2."""
    generator = torch.Generator().manual_seed(5)
    weights, variance = torch.randn(12, 3, generator=generator), torch.tensor(0.1)
    frames = torch.randn(1, 3, generator=generator) @ weights.T  # (1, 12)
    precision = torch.eye(3) + weights.T @ weights / variance
    mean = frames @ weights @ torch.linalg.inv(precision) / variance
    exact = MultivariateNormal(torch.zeros(12), weights @ weights.T + variance * torch.eye(12))
    posterior = DiagonalGaussian(mean, -precision.diagonal().log()[None])
    drawn = [posterior.sample(generator) for _ in range(4000)]
    bounds = [
        negative_elbo(
            distortion(frames, z @ weights.T, None, None, 0.0),
            12,
            posterior,
            torch.ones(3),
            variance,
            1.0,
        ).elbo
        for z in drawn
    ]
    bound, likelihood = float(torch.stack(bounds).mean()), float(exact.log_prob(frames))
    assert likelihood - 1.5 < bound < likelihood


def test_free_bits_press_no_dimension_below_them() -> None:
    posterior = DiagonalGaussian(torch.tensor([[3.0, 0.1]]), torch.zeros(1, 2))
    error = distortion(torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2), None, None, 0.0)
    one, variance = torch.ones(2), torch.tensor(1.0)
    objective = negative_elbo(error, 12, posterior, one, variance, beta=2.0, free_bits=0.5)
    assert torch.allclose(objective.total - objective.reconstruction, torch.tensor(10.0))
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
    assert objective.reconstruction is None and objective.elbo is None  # no likelihood, no bound


def test_the_kl_of_a_map_is_that_of_its_positions() -> None:
    generator = torch.Generator().manual_seed(4)
    mean, log_variance = (torch.randn(2, 3, 4, 5, generator=generator) for _ in range(2))
    prior_std = torch.tensor([0.5, 1.0, 2.0])
    whole = DiagonalGaussian(mean, log_variance).kl(prior_std)
    one = DiagonalGaussian(mean[:, :, 1, 2], log_variance[:, :, 1, 2]).kl(prior_std)
    assert torch.allclose(whole[:, :, 1, 2], one)
