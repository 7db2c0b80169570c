"""What a model is trained to lower: the published objective, or a proper variational one."""

from __future__ import annotations

import math
from collections.abc import Callable
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
    weight: float = 0.0
    text_values: int = 0  # components of one caption's word vectors, padding included


@dataclass(frozen=True)
class Objective:
    """What is minimised and its terms; each is a scalar tensor, a batch mean."""

    total: Tensor
    reconstruction: Tensor | None  # nats: -log p(x | z); None: the objective has no likelihood
    kl: Tensor  # nats, summed over the latent dimensions

    @property
    def elbo(self) -> Tensor | None:
        """The evidence lower bound on log p(x), nats, whatever the weight of the KL in training."""
        return None if self.reconstruction is None else -(self.reconstruction + self.kl)


def distortion(
    frames: Tensor, decoded: Tensor, words: Tensor | None, spoken: Tensor | None, text_weight: float
) -> Distortion:
    """Image MSE + `text_weight` x text MSE; `words` and `spoken` are (B, L, E) vectors."""
    image = mse_loss(decoded, frames)
    if words is None or spoken is None:
        return Distortion(image, None, image)
    text = mse_loss(spoken, words)
    total = image + text_weight * text
    return Distortion(image, text, total, text_weight, words[0].numel())


def batch_mean(values: Tensor) -> Tensor:
    """(B, ...) -> (...), where all of the batch is here."""
    return values.mean(dim=0)


def published(
    error: Distortion,
    posterior: DiagonalGaussian,
    prior_std: Tensor,
    mean: Callable[[Tensor], Tensor] = batch_mean,
) -> Objective:
    """The published objective: the distortion alone. The KL is measured and not minimised.

    Source: both reports; "variational" means there that noise is added to the latent.
    """
    kl = mean(posterior.kl(prior_std).detach().flatten(1).sum(dim=1))
    return Objective(error.total, None, kl)


def negative_elbo(
    error: Distortion,
    values: int,
    posterior: DiagonalGaussian,
    prior_std: Tensor,
    noise_variance: Tensor,
    beta: float,
    free_bits: float = 0.0,
    mean: Callable[[Tensor], Tensor] = batch_mean,
) -> Objective:
    """Gaussian likelihood of variance `noise_variance` (a scalar, not trained through) + beta x KL.

    Sum over the picture's `values` and the latent dimensions, mean over the batch; the constants
    are in it, so that reconstruction + KL is a negative ELBO. Word vectors are Gaussian too, of the
    variance that their weight in the error means. `noise_variance` is best as `calibrated` has it.
    `posterior` and `prior_std` are of the dimensions that x is decoded from, no others; `mean` is
    over the batch, also where only a part of it is here, and `error` is one over all of it.

    beta: Higgins et al., "beta-VAE" (2017), equation 4. A dimension whose KL, a mean over the
    batch, is under `free_bits` nats is not pressed further: Kingma et al., "Improved Variational
    Inference with Inverse Autoregressive Flow" (2016), equation 15.
    """
    reconstruction = 0.5 * values * error.total / noise_variance
    reconstruction = reconstruction + 0.5 * values * (2 * math.pi * noise_variance).log()
    if words := _likely_values(error):
        of_words = noise_variance * words / (values * error.weight)
        reconstruction = reconstruction + 0.5 * words * (2 * math.pi * of_words).log()
    of_dimension = mean(posterior.kl(prior_std))  # (D,) or (D, h, w)
    kl = of_dimension.sum()
    pressed = of_dimension.clamp_min(free_bits).sum() if free_bits > 0 else kl
    return Objective(reconstruction + beta * pressed, reconstruction, kl)


def calibrated(error: Distortion, values: int) -> Tensor:
    """The noise variance of the pictures under which `error` is likeliest; a scalar.

    Without words that is the error itself. Source: Rybkin, Daniilidis and Levine, "Simple and
    Effective VAE Training with Calibrated Decoders" (2021), section 3.2.
    """
    return error.total.detach() * (values / (values + _likely_values(error)))


def _likely_values(error: Distortion) -> int:
    """Components of a caption's word vectors, 0 where they do not count."""
    return error.text_values if error.weight > 0 else 0
