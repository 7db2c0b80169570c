"""What a model is trained to lower: the published objective, or a proper variational one."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import mse_loss

from models.latent import DiagonalGaussian


@dataclass(frozen=True)
class Distortion:
    """How far decoded pictures and word vectors are from the true ones; scalar tensors."""

    image: Tensor  # mean squared error per pixel value, frames in [0, 1]
    text: Tensor | None  # mean squared error per component of a word vector, padding included
    total: Tensor  # image + weight x text


@dataclass(frozen=True)
class Objective:
    """What is minimised and its terms; each is a scalar tensor, a batch mean."""

    total: Tensor
    reconstruction: Tensor  # nats; the bare distortion where the objective has no likelihood
    kl: Tensor  # nats, summed over the latent dimensions


def distortion(
    frames: Tensor, decoded: Tensor, words: Tensor | None, spoken: Tensor | None, text_weight: float
) -> Distortion:
    """Image MSE + `text_weight` x text MSE; `words` and `spoken` are (B, L, E) vectors."""
    image = mse_loss(decoded, frames)
    if words is None or spoken is None:
        return Distortion(image, None, image)
    text = mse_loss(spoken, words)
    return Distortion(image, text, image + text_weight * text)


def published(error: Distortion, posterior: DiagonalGaussian, prior_std: Tensor) -> Objective:
    """The published objective: the distortion alone. The KL is measured and not minimised.

    Source: both reports; "variational" means there that noise is added to the latent.
    """
    kl = posterior.kl(prior_std).detach().flatten(1).sum(dim=1).mean()
    return Objective(error.total, error.total, kl)


def negative_elbo(
    error: Distortion,
    values: int,
    posterior: DiagonalGaussian,
    prior_std: Tensor,
    noise_variance: Tensor,
    beta: float,
    free_bits: float = 0.0,
) -> Objective:
    """Gaussian likelihood of variance `noise_variance` (a scalar, not trained through) + beta x KL.

    Sum over the picture's `values` and the latent dimensions, mean over the batch. The best noise
    variance is the error itself, which is how the trainer sets it: Rybkin, Daniilidis and Levine,
    "Simple and Effective VAE Training with Calibrated Decoders" (2021), section 3.2. beta: Higgins
    et al., "beta-VAE" (2017), equation 4. A dimension whose KL, a mean over the batch, is under
    `free_bits` nats is not pressed further: Kingma et al., "Improved Variational Inference with
    Inverse Autoregressive Flow" (2016), equation 15.
    """
    reconstruction = 0.5 * values * error.total / noise_variance
    of_dimension = posterior.kl(prior_std).mean(dim=0)  # (D,) or (D, h, w)
    kl = of_dimension.sum()
    pressed = of_dimension.clamp_min(free_bits).sum() if free_bits > 0 else kl
    return Objective(reconstruction + beta * pressed, reconstruction, kl)
