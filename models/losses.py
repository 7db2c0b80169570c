"""What a variational model is trained to lower, each term by itself, in nats per picture."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import mse_loss

from models.latent import DiagonalGaussian


@dataclass(frozen=True)
class Objective:
    """The negative evidence lower bound and its terms; each is a scalar tensor, a batch mean."""

    total: Tensor
    reconstruction: Tensor  # nats
    kl: Tensor  # nats, summed over the latent dimensions
    mse: Tensor  # per pixel value, frames in [0, 1]


def negative_elbo(
    frames: Tensor,
    decoded: Tensor,
    posterior: DiagonalGaussian,
    prior_std: Tensor,
    noise_variance: Tensor,
    beta: float,
) -> Objective:
    """Gaussian likelihood of variance `noise_variance` (a scalar, not trained through) + beta x KL.

    Sum over pixels and latent dimensions, mean over the batch. The best noise variance is the mean
    squared error itself, which is how the trainer sets it: Rybkin, Daniilidis and Levine, "Simple
    and Effective VAE Training with Calibrated Decoders" (2021), section 3.2. beta: Higgins et al.,
    "beta-VAE" (2017), equation 4.
    """
    mse = mse_loss(decoded, frames)
    values = frames[0].numel()
    reconstruction = 0.5 * values * mse / noise_variance
    kl = posterior.kl(prior_std).sum(dim=1).mean()
    return Objective(reconstruction + beta * kl, reconstruction, kl, mse)
