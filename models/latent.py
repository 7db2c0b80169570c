"""The diagonal Gaussian that every encoder returns: sample it, take its mode, or measure its KL."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class DiagonalGaussian:
    """q(z | x), one independent Gaussian per latent dimension.

    Both tensors are (B, D), or (B, D, h, w) for a map. `log_variance` is clamped to [-30, 20]
    where it is used.
    Source: Kingma and Welling, "Auto-Encoding Variational Bayes" (2014), section 2.4, appendix B.
    """

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """mean + sigma x noise, shaped like the mean, differentiable in both parameters.

        The noise is drawn on the CPU, so that a seed gives the same noise on every device.
        """
        return self.at(torch.randn(self.mean.shape, generator=generator))

    def at(self, noise: Tensor) -> Tensor:
        """mean + sigma x `noise`, which is shaped like the mean, on any device."""
        return self.mean + torch.exp(0.5 * self.log_variance.clamp(-30, 20)) * noise.to(self.mean)

    def single(self) -> DiagonalGaussian:
        """The same in single precision: bfloat16 has too few digits for the KL and for samples."""
        return DiagonalGaussian(self.mean.float(), self.log_variance.float())

    def mode(self) -> Tensor:
        """The posterior mean: what is exported, clustered and decoded."""
        return self.mean

    def kl(self, prior_std: Tensor | float = 1.0) -> Tensor:
        """KL(q || N(0, prior_std^2)) in nats for each dimension, shaped like the mean.

        A `prior_std` of (D,) holds for every position of a map.
        """
        prior_variance = torch.as_tensor(prior_std, device=self.mean.device).square()
        if prior_variance.dim():
            prior_variance = prior_variance.view(-1, *(1,) * (self.mean.dim() - 2))
        log_variance = self.log_variance.clamp(-30, 20)
        ratio = log_variance.exp() / prior_variance
        return 0.5 * (self.mean.square() / prior_variance + ratio - 1.0 - ratio.log())
