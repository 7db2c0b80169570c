"""The meaning part of our own model's words block, for typed words; it needs no torch.

models.affinity.meaning computes the same inside the model; here its arrays are read from the
checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.config import RunConfig
from core.errors import InvalidSetting
from core.records import Run
from core.storage import Database, checkpoint_arrays, results
from core.text.meaning import TypedMeaning, nothing_known, words_of
from core.text.vectors import open_vectors
from core.text.vectors.store import remembered
from models.affinity.sentence_vectors import sentence_vectors
from models.config import AffinityConfig

_ARRAYS = ("embedding", "scale", "meaning.centre", "meaning.basis", "meaning.said")


@dataclass(frozen=True)
class ModelMeaning:
    """What a run of the model affinity knows of words."""

    config: AffinityConfig
    words: tuple[str, ...]  # V, the vocabulary
    embedding: np.ndarray  # (V, E)
    scale: np.ndarray  # (D,) from each part's own units to the latent's
    centre: np.ndarray  # (E,)
    basis: np.ndarray  # (E, M)
    said: np.ndarray  # (V,) how often each word was said
    folder: Path  # where looked-up vectors are remembered

    @classmethod
    def read(cls, db: Database, run: Run) -> ModelMeaning | None:
        """None for a run of another model, or one that was trained without captions.

        Raises CheckpointUnreadable.
        """
        config = _config(run)
        if config is None:
            return None
        folder = results.checkpoint(db, run.id)
        held = checkpoint_arrays.arrays(folder, _ARRAYS)
        if not held["meaning.said"].any():
            return None
        return cls(
            config,
            checkpoint_arrays.vocabulary(folder),
            held["embedding"],
            held["scale"],
            held["meaning.centre"],
            held["meaning.basis"],
            held["meaning.said"],
            db.files.vectors,
        )

    def of_text(self, text: str) -> TypedMeaning:
        """As models.affinity.meaning.Meaning.encode; words that the run has not seen are looked up.

        Raises InvalidSetting where none of the words has a vector.
        """
        typed = words_of(text)
        number_of = {word: number for number, word in enumerate(self.words)}
        new = [word for word in dict.fromkeys(typed) if word not in number_of]
        source = open_vectors(self.config.word_vectors, self.config.word_size, self.folder)
        found, known = remembered(source, new, self.folder)
        looked_up = {word: row for word, row, there in zip(new, found, known, strict=True) if there}
        kept = [word for word in typed if word in number_of or word in looked_up]
        if not kept:
            raise InvalidSetting(nothing_known(typed, source.name))
        vectors = [
            looked_up[word] if word in looked_up else self.embedding[number_of[word]]
            for word in kept
        ]
        counts = [self.said[number_of[word]] if word in number_of else 0.0 for word in kept]
        shares = np.array(counts, np.float32) / max(1.0, float(self.said.sum()))
        vector = (sentence_vectors(np.stack(vectors), shares, 1) - self.centre) @ self.basis
        return TypedMeaning(vector, tuple(kept), tuple(w for w in typed if w not in kept))

    def of_latents(self, latents: np.ndarray) -> np.ndarray:
        """(N, D) latents -> (N, M): what is said at each frame, guessed where nothing is."""
        first = self.config.appearance_size + self.config.content_size
        part = slice(first, first + self.config.meaning_size)
        return latents[:, part] / self.scale[part]


def _config(run: Run) -> AffinityConfig | None:
    try:
        config = RunConfig.from_json(run.config).model
    except (InvalidSetting, KeyError):  # of another version
        return None
    return config if isinstance(config, AffinityConfig) else None
