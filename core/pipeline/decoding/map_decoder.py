"""Decodes any place of a run's map, and the way between two: picture, words, distance, frame."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from core.analysis import inverse_layout
from core.analysis.inverse_layout import Mix
from core.analysis.weighting import blocks_of, weighted
from core.errors import NotFound
from core.pipeline.decoding.decoder import Decoder
from core.records import Projection
from core.storage import Database, analyses, results, runs

STEPS = 9  # keyframes of a walk
_NEAR = 16  # frames about a place, whose captions say what is said there


@dataclass(frozen=True)
class Decoded:
    """One decoded place. `distance` is to the frame of `row`, in usual neighbour distances.

    It is None where every frame has an equal one, so that there is no usual distance. `words` is
    None for a model without any, "" where it says nothing. `near` are the rows of the nearest
    frames, 16 at most.
    """

    picture: np.ndarray  # (H, W, 3) uint8 RGB
    words: str | None
    distance: float | None
    near: tuple[int, ...]

    @property
    def row(self) -> int:
        """The nearest frame's."""
        return self.near[0]


class MapDecoder:
    """The model of one run, and what its places are made of. Opening it loads torch.

    Distances are those of the projection: by its weights of the latent's blocks, if it has any; the
    usual one is then that of the neighbours by the plain distance, measured by the weights.
    Raises NotFound before the run has latents, CheckpointUnreadable.
    """

    def __init__(self, db: Database, projection: Projection) -> None:
        run_id = projection.run_id
        self._layout = analyses.layout(db, projection)  # (N, 2)
        self._latents = results.latents(db, run_id, mmap=True)  # (N, D)
        self._decoder = Decoder(db, run_id)
        self._maps = None if self._decoder.exact else results.maps(db, run_id)
        self._weights = projection.settings.get("weights") or {}
        self._blocks = blocks_of(runs.get(db, run_id)) if self._weights else {}
        self._measured = self._scaled(self._latents)  # (N, D), distances are plain L2 among these
        self._squares = np.einsum("nd,nd->n", self._measured, self._measured)  # (N,)
        self._usual = inverse_layout.usual_distance(self._measured, results.neighbours(db, run_id))

    def place(self, x: float, y: float) -> Mix:
        """What a place of the layout, two finite numbers, is made of."""
        return inverse_layout.place(self._layout, x, y)

    def frame(self, row: int) -> Mix:
        """A frame's own latent."""
        return inverse_layout.frame(row)

    def between(self, start: Mix, end: Mix) -> list[Mix]:
        """The places of a walk from one to another."""
        return inverse_layout.walk(start, end, STEPS)

    def decode(self, mixes: Sequence[Mix]) -> list[Decoded]:
        """Picture, words, distance and nearest frame of each."""
        return _ONE_THREAD.submit(self._decode, mixes).result()

    def pictures(self, latents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """(H, W, 3) uint8 RGB of each of some (D,) latents."""
        stacked = np.stack(latents)
        return _ONE_THREAD.submit(lambda: list(self._decoder.pictures(stacked))).result()

    def _decode(self, mixes: Sequence[Mix]) -> list[Decoded]:
        latents = np.stack([mix.of(self._latents) for mix in mixes])  # (P, D)
        if self._maps is None:
            pictures = list(self._decoder.pictures(latents))
        else:
            pictures = self._decoder.pictures_of_maps(
                np.stack([mix.of(self._maps) for mix in mixes])  # (P, D, h, w)
            )
        words = self._decoder.texts(latents)
        return [
            Decoded(picture, words[place] if words else None, *self._away(latents[place]))
            for place, picture in enumerate(pictures)
        ]

    def _away(self, latent: np.ndarray) -> tuple[float | None, tuple[int, ...]]:
        point = self._scaled(latent[None])[0]  # (D,)
        rows, apart = inverse_layout.nearest_frames(self._measured, self._squares, point, _NEAR)
        return (apart / self._usual if self._usual else None), tuple(rows.tolist())

    def _scaled(self, latents: np.ndarray) -> np.ndarray:
        return weighted(latents, self._blocks, self._weights) if self._weights else latents


def map_decoder(db: Database, run_id: str, projection_id: str) -> MapDecoder:
    """The decoder of a run's layout: opened once, and again when the run's model is another.

    Raises NotFound for a layout of another run, and what MapDecoder raises.
    """
    projection = analyses.projection(db, projection_id)
    if projection.run_id != run_id:
        raise NotFound("That analysis belongs to another run.")
    weights = results.checkpoint(db, run_id) / "model.safetensors"
    written = weights.stat().st_mtime_ns if weights.exists() else 0
    with _OPENING:  # a second request waits for the model instead of loading it again
        return _opened(db, projection_id, written)


@lru_cache(maxsize=2)
def _opened(db: Database, projection_id: str, _written: int) -> MapDecoder:
    return MapDecoder(db, analyses.projection(db, projection_id))


def _with_one_core() -> None:
    torch.set_num_threads(1)


_OPENING = threading.Lock()
# One picture is too little for two cores: on a busy machine of two it took 31 ms on one, 315 ms on
# both. Requests wait for one another, as they would share the same core.
_ONE_THREAD = ThreadPoolExecutor(1, "decoding", _with_one_core)
