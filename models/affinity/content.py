"""The content block: what a frame shows, read from a frozen network's features of it.

Probabilistic PCA of the features, turned so that frames of one shot, and shots of one kind, lie
together: see models.affinity.neighbourhood. All of it is computed, none of it is learned by steps.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from models.affinity.neighbourhood import shared_content
from models.affinity.shots import shot_starts
from models.linear import principal_components_of_rows, ridge

_RIDGE = 0.1  # the features have length 1
_SMALLEST = 1e-4  # of a standard deviation: a dimension that nothing uses


class ContentBlock(nn.Module):
    """(B, F) features <-> (B, C); a row of zeros says that a frame's features are not known."""

    middle: Tensor  # (F,) mean of the features
    centre: Tensor  # (F,) mean of the content that is aimed at
    basis: Tensor  # (F, C) its principal directions, orthonormal columns
    reader: Tensor  # (F, C) from centred features to the block
    offset: Tensor  # (C,)
    std: Tensor  # (C,) of the block over the frames: the prior's
    noise: Tensor  # (C,) of the posterior, a standard deviation

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        for name, shape in {
            "middle": (features,),
            "centre": (features,),
            "basis": (features, size),
            "reader": (features, size),
            "offset": (size,),
            "std": (size,),
            "noise": (size,),
        }.items():
            self.register_buffer(name, torch.zeros(shape))
        self.std.fill_(1.0)
        self.noise.fill_(1.0)

    def prepare(self, features: Tensor, follows: Tensor) -> None:
        """Fit to (N, F) features; `follows` (N,) bool as models.affinity.shots takes it."""
        known = features.any(dim=1)
        if int(known.sum()) < 2:
            return
        self.middle.copy_(features[known].float().mean(dim=0))
        starts = shot_starts(features.numpy(), self.middle.numpy(), follows.numpy())
        _, shot = torch.from_numpy(starts).cumsum(0)[known].unique(return_inverse=True)
        seen = normalize(features[known].float() - self.middle, dim=1)  # (N, F)
        aimed = shared_content(seen, shot)
        self.centre.copy_(aimed.mean(dim=0))
        basis, _ = principal_components_of_rows(aimed - self.centre, self.std.shape[0])
        self.basis.zero_()[:, : basis.shape[1]] = basis
        wanted, own = (aimed - self.centre) @ self.basis, (seen - self.centre) @ self.basis
        correction, level = ridge(seen, wanted - own, _RIDGE)
        self.reader.copy_(self.basis + correction)
        self.offset.copy_(level - self.centre @ self.basis)
        found = seen @ self.reader + self.offset  # (N, C)
        self.std.copy_(found.std(dim=0).clamp_min(_SMALLEST))
        missed = (aimed - self.decode(found)).square().mean()  # of a feature, a variance
        precision = 1 / self.std.square() + 1 / missed.clamp_min(_SMALLEST**2)
        self.noise.copy_(precision.rsqrt())

    def encode(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(B, F) -> posterior mean and standard deviation, (B, C) each; unknown: the prior's.

        The deviation is that of probabilistic PCA: Tipping and Bishop, "Probabilistic Principal
        Component Analysis" (1999), section 3.3, with the columns' own variances as the prior.
        """
        known = features.any(dim=1, keepdim=True)  # (B, 1)
        seen = normalize(features - self.middle, dim=1)
        mean = torch.where(known, seen @ self.reader + self.offset, 0.0)
        return mean, torch.where(known, self.noise, self.std)

    def decode(self, content: Tensor) -> Tensor:
        """(B, C) -> (B, F): the shared, centred features that the block stands for."""
        return content @ self.basis.T + self.centre
