"""Decodes any place of a run's map, and the way between two: picture, words, distance, frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from core.analysis import inverse_layout
from core.analysis.inverse_layout import Mix
from core.analysis.surroundings import Around, Surroundings
from core.analysis.weighting import blocks_of
from core.caching import computed_once
from core.errors import NotFound
from core.pipeline.decoding.decoder import Decoder
from core.records import Projection
from core.storage import Database, analyses, results, runs
from models.config import centre_of, says_typical_words

T = TypeVar("T")

STEPS = 9  # keyframes of a walk
_NEAR = 16  # frames about a place, whose captions say what is said there


@dataclass(frozen=True)
class Decoded:
    """One decoded place. `distance` is the place's to the frame of `row`, in usual distances.

    It is None where every frame has an equal one, so that there is no usual distance. `words` is
    None for a model without any, "" where it says nothing. `near` are the rows of the nearest
    frames, 16 at most.
    """

    picture: np.ndarray  # (H, W, 3) uint8 RGB
    words: str | None
    distance: float | None
    near: tuple[int, ...]
    on_a_frame: bool

    @property
    def row(self) -> int:
        """The nearest frame's."""
        return self.near[0]


class MapDecoder:
    """The model of one run, and what its places are made of. Opening it loads torch.

    Between frames the picture is that of the mode near the place, for the models that have it so
    (models.config.centre_of). Distances are those of the projection: by its weights of the latent's
    blocks, if it has any.
    Raises NotFound before the run has latents, CheckpointUnreadable.
    """

    def __init__(self, db: Database, projection: Projection) -> None:
        run = runs.get(db, projection.run_id)
        self._layout = analyses.layout(db, projection)  # (N, 2)
        self._latents = results.latents(db, run.id, mmap=True)  # (N, D)
        self._decoder = Decoder(db, run.id)
        self._maps = None if self._decoder.exact else results.maps(db, run.id)
        self._at_modes = centre_of(run.model) == "mode"
        self._typical = says_typical_words(run.model)
        weights = projection.settings.get("weights")
        near = results.neighbours(db, run.id)
        self._surroundings = Surroundings(self._latents, near, blocks_of(run), weights)

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
        return in_turn(lambda: self._decode(mixes))

    def pictures(self, latents: Sequence[np.ndarray]) -> list[np.ndarray]:
        """(H, W, 3) uint8 RGB of each of some (D,) latents."""
        stacked = np.stack(latents)
        return _ONE_THREAD.submit(lambda: list(self._decoder.pictures(stacked))).result()

    def _decode(self, mixes: Sequence[Mix]) -> list[Decoded]:
        latents = np.stack([mix.of(self._latents) for mix in mixes])  # (P, D)
        about = [self._surroundings.around(latent) for latent in latents]
        if self._maps is not None:
            pictures = self._decoder.pictures_of_maps(
                np.stack([mix.of(self._maps) for mix in mixes])  # (P, D, h, w)
            )
        elif self._at_modes:
            modes = map(self._surroundings.mode, latents, about)
            pictures = list(self._decoder.pictures(np.stack(list(modes))))
        else:
            pictures = list(self._decoder.pictures(latents))
        words = self._words(latents, about)
        return [
            Decoded(
                picture,
                words[place],
                around.distance,
                tuple(around.rows[:_NEAR].tolist()),
                around.on_a_frame,
            )
            for place, (picture, around) in enumerate(zip(pictures, about, strict=True))
        ]

    def _words(self, latents: np.ndarray, about: Sequence[Around]) -> list[str | None]:
        """What is decoded at each; "" between frames where it would be no caption anyway."""
        read = [place for place, one in enumerate(about) if one.on_a_frame or not self._typical]
        words: list[str | None] = [""] * len(about)
        texts = self._decoder.texts(latents[read]) if read else []
        if texts is None:
            return [None] * len(about)
        for place, text in zip(read, texts, strict=True):
            words[place] = text
        return words


def map_decoder(db: Database, run_id: str, projection_id: str) -> MapDecoder:
    """The decoder of a run's layout: opened once, and again when the run's model is another.

    Raises NotFound for a layout of another run, and what MapDecoder raises.
    """
    projection = analyses.projection(db, projection_id)
    if projection.run_id != run_id:
        raise NotFound("That analysis belongs to another run.")
    weights = results.checkpoint(db, run_id) / "model.safetensors"
    written = weights.stat().st_mtime_ns if weights.exists() else 0
    return _opened(db, projection_id, written)


@computed_once(2)
def _opened(db: Database, projection_id: str, _written: int) -> MapDecoder:
    return MapDecoder(db, analyses.projection(db, projection_id))


def in_turn(work: Callable[[], T]) -> T:
    """What `work` gives, done by the one thread that decodes for all requests."""
    return _ONE_THREAD.submit(work).result()


def _with_one_core() -> None:
    torch.set_num_threads(1)


# One picture is too little for two cores: on a busy machine of two it took 31 ms on one, 315 ms on
# both. Requests wait for one another, as they would share the same core.
_ONE_THREAD = ThreadPoolExecutor(1, "decoding", _with_one_core)
