"""What a run's latents stand for: pictures and words, of any point of its latent space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from core.analysis import decoding
from core.analysis.neighbours import nearest_rows
from core.storage import Database, checkpoints, results
from core.text.tokens import sentence
from core.video.picture import jpeg
from models.interface import WordModel

_SMALL = (200, 120)  # pixels


class Decoder:
    """The model of one finished run. Opening it loads torch and the weights.

    Raises NotFound before the run has latents, CheckpointUnreadable.
    """

    def __init__(self, db: Database, run_id: str) -> None:
        self._db, self._run_id = db, run_id
        checkpoint = results.checkpoint(db, run_id)
        self._model = decoding.open_model(checkpoint)
        self._words = checkpoints.words_of(checkpoint)

    @property
    def exact(self) -> bool:
        """False where only the maps of frames can be decoded: then the nearest frame stands in."""
        return self._model.decodes_vectors

    def pictures(self, latents: np.ndarray) -> Iterator[np.ndarray]:
        """(N, D) latents -> N pictures (H, W, 3) uint8 RGB at the model's size."""
        shaped = latents if self.exact else self._maps_nearest_to(latents)
        for batch in decoding.decoded_batches(self._model, shaped):
            yield from batch

    def pictures_of_maps(self, maps: np.ndarray) -> list[np.ndarray]:
        """(N, D, h, w) maps -> N pictures, of a model that decodes only whole maps."""
        return list(decoding.decode(self._model, maps))

    def texts(self, latents: np.ndarray) -> list[str] | None:
        """(N, D) latents -> what is said there, decoded free running; None without words."""
        if not isinstance(self._model, WordModel) or not self._words:
            return None
        read = decoding.read_words(self._model, latents)  # (N, L)
        return [sentence([self._words[number] for number in row]) for row in read.tolist()]

    def _maps_nearest_to(self, latents: np.ndarray) -> np.ndarray:
        rows = nearest_rows(results.latents(self._db, self._run_id), latents)
        return results.maps(self._db, self._run_id)[rows]


def small_jpegs(pictures: Iterable[np.ndarray]) -> Iterator[bytes]:
    """Decoded pictures as JPEG of 200 x 120, as the cards of clusters show them."""
    for picture in pictures:
        yield jpeg(cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA), 92)
