"""Where a place of the latent space lies among a run's frames, and the mode that stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.analysis.inverse_layout import nearest_frames, usual_distance
from core.analysis.modes import NEAR, mode_near
from core.analysis.weighting import weighted

_ON_A_FRAME = 1e-3  # usual neighbour distances: rounding


@dataclass(frozen=True)
class Around:
    """The frames nearest to a place, 32 at most.

    `distance` is to the nearest of them, in usual neighbour distances; None where every frame has
    an equal one, so that there is no usual distance.
    """

    rows: np.ndarray  # (K,), nearest first
    distance: float | None

    @property
    def on_a_frame(self) -> bool:
        """Whether the place is a frame's own."""
        return not self.distance or self.distance <= _ON_A_FRAME


class Surroundings:
    """The (N, D) latents of a run's frames, which may be memory-mapped.

    `neighbours` (N, K) are rows, nearest first, by the plain distance. Distances are by the weights
    of the latent's blocks, if there are any; the usual one is that of the neighbours.
    """

    def __init__(
        self,
        latents: np.ndarray,
        neighbours: np.ndarray,
        blocks: Mapping[str, int],
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self._latents, self._blocks, self._weights = latents, blocks, weights or {}
        self._measured = self._scaled(latents)  # (N, D), distances are plain L2 among these
        self._squares = np.einsum("nd,nd->n", self._measured, self._measured)  # (N,)
        self._usual = usual_distance(self._measured, neighbours)

    def around(self, latent: np.ndarray) -> Around:
        """What is about a (D,) latent."""
        point = self._scaled(latent[None])[0]  # (D,)
        rows, apart = nearest_frames(self._measured, self._squares, point, NEAR)
        return Around(rows, apart / self._usual if self._usual else None)

    def mode(self, latent: np.ndarray, around: Around) -> np.ndarray:
        """(D,) the mode near a latent, made of the frames about it; a frame's own stays."""
        if around.on_a_frame:
            return latent
        return mode_near(self._latents[np.sort(around.rows)], latent, self._blocks)

    def _scaled(self, latents: np.ndarray) -> np.ndarray:
        return weighted(latents, self._blocks, self._weights) if self._weights else latents
