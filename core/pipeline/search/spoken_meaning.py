"""What all captions of a run are about, as searching compares it; kept for the next search."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis import resemblance
from core.caching import computed_once
from core.pipeline.search.mean_meaning import MeanMeaning, vectors_for
from core.pipeline.search.model_meaning import ModelMeaning
from core.records import Run
from core.storage import Database, results
from core.storage.progress import Progress
from core.text.language import detect
from core.text.meaning import TypedMeaning, has_words, words_in

_SAY_EVERY = 1_000  # captions


@dataclass(frozen=True)
class SpokenMeaning:
    """The C different captions of a run that have words."""

    captions: tuple[str, ...]
    rows: np.ndarray  # (C, M), each language by itself, every direction as wide as the others
    spread: np.ndarray  # (M,) what they were divided by
    meaning: ModelMeaning | MeanMeaning
    source: str  # whose vectors they are, for people

    def likeness(self, typed: TypedMeaning) -> np.ndarray:
        """(C,) float32: each caption's cosine with what was typed."""
        return resemblance.cosines(self.rows, typed.vector / self.spread)


def spoken_meaning(
    db: Database, run: Run, first: Mapping[str, int], report: Progress
) -> SpokenMeaning | None:
    """None where no caption has words. `first` has each different caption's first row of the run.

    As long as the captions are the same they are read once. Raises CheckpointUnreadable,
    InvalidSetting.
    """
    model = ModelMeaning.read(db, run)
    if not any(map(has_words, first)):
        return None
    if model is None:
        return _by_mean(db, tuple(first), vectors_for(db.files.vectors).name, report)
    captions, rows, spread = _by_model(db, run, model, first, report)
    return SpokenMeaning(captions, rows, spread, model, "the run's own block of words")


@computed_once(1, lambda db, captions, name, _report: (db, captions, name))
def _by_mean(
    db: Database, captions: tuple[str, ...], _name: str, report: Progress
) -> SpokenMeaning:
    languages = _languages(captions, report)
    split = [words_in(text, language) for text, language in languages.items()]
    mean, meanings = MeanMeaning.of(split, db.files.vectors, report)
    rows, spread = resemblance.standardise_by_language(meanings, list(languages.values()))
    source = f"the mean of each caption's word vectors, {mean.source}"
    return SpokenMeaning(tuple(languages), rows, spread, mean, source)


def _same(
    db: Database, run: Run, _model: ModelMeaning, first: Mapping[str, int], _report: Progress
) -> tuple[Hashable, ...]:
    return db, run.id, run.finished_at, tuple(first), tuple(first.values())


@computed_once(1, _same)
def _by_model(
    db: Database, run: Run, model: ModelMeaning, first: Mapping[str, int], report: Progress
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    languages = _languages(tuple(first), report)
    latents = results.latents(db, run.id, mmap=True)[[first[text] for text in languages]]
    meanings = model.of_latents(latents)
    return (
        tuple(languages),
        *resemblance.standardise_by_language(meanings, list(languages.values())),
    )


def _languages(captions: Sequence[str], report: Progress) -> dict[str, str]:
    """The captions that have words, each with its language."""
    found: dict[str, str] = {}
    for done, text in enumerate(captions):
        if done % _SAY_EVERY == 0 and len(captions) > _SAY_EVERY:
            report(done / len(captions), f"Captions, {done:,} of {len(captions):,}")
        if has_words(text):
            found[text] = detect(text)
    return found
