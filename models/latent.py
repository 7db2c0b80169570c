"""The diagonal Gaussian that every encoder returns: sample it, take its mode, or measure its KL."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class DiagonalGaussian:
    """q(z | x), one independent Gaussian per latent dimension.

    Both tensors are (B, D). `log_variance` is clamped to [-30, 20] where it is used.
    Source: Kingma and Welling, "Auto-Encoding Variational Bayes" (2014), section 2.4 and appendix B.
    """

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """mean + sigma x noise, (B, D), differentiable in both parameters."""
        noise = torch.randn(
            self.mean.shape, generator=generator, device=self.mean.device, dtype=self.mean.dtype
        )
        return self.mean + torch.exp(0.5 * self.log_variance.clamp(-30, 20)) * noise

    def mode(self) -> Tensor:
        """The posterior mean, (B, D): what is exported, clustered and decoded."""
        return self.mean

    def kl(self) -> Tensor:
        """KL(q || N(0, I)) in nats for each dimension, (B, D)."""
        log_variance = self.log_variance.clamp(-30, 20)
        return 0.5 * (self.mean.square() + log_variance.exp() - 1.0 - log_variance)
