"""Words that were really said, most typical of the frames about a place of the latent space."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from core.analysis.weighting import blocks_of
from core.caching import computed_once
from core.pipeline.comparison.marking_words import frames_of_segments
from core.pipeline.comparison.typical_words import (
    Said,
    TypicalWords,
    meaning_of,
    most_typical,
    said_of,
)
from core.storage import Database, captions, results, runs, videos
from core.text.language_parts import language_parts
from core.text.spoken import spoken

_NEAR = 16  # frames about a latent


class WordsNearby:
    """The captions of a run's frames. Raises NotFound before the run has latents."""

    def __init__(self, db: Database, run_id: str) -> None:
        latents = results.latents(db, run_id, mmap=True)
        chosen = meaning_of(blocks_of(runs.get(db, run_id)), latents.shape[1])
        self._latents, self._chosen = latents, chosen
        self._said: list[tuple[str, Said]] = []  # each with its language
        self._at: dict[int, list[int]] = defaultdict(list)  # captions by row
        self._words: dict[str, Counter[str]] = defaultdict(Counter)  # by language
        video_ids, video, index_of = results.by_row(results.stretches(db, run_id))
        times = videos.times(db, video_ids)
        for place, video_id in enumerate(video_ids):
            rows = np.flatnonzero(video == place)
            rows = rows[np.argsort(index_of[rows])]  # (M,)
            known = videos.get(db, video_id).language
            segments = captions.said(db, video_id)
            during = frames_of_segments(segments, times[video_id][index_of[rows]])
            for caption, frames in zip(segments, during, strict=True):
                own = rows[frames]
                meaning = latents[own].mean(axis=0)[chosen]
                for language, part in language_parts(spoken(caption.text), known):
                    said = said_of(part, language, meaning)
                    for row in own.tolist():
                        self._at[row].append(len(self._said))
                    self._said.append((language, said))
                    self._words[language].update(said.words)

    def of(self, rows: Iterable[int]) -> tuple[TypicalWords, ...]:
        """One phrase for each language said during these frames, that of most captions first."""
        there: dict[str, list[Said]] = defaultdict(list)
        for place in sorted({place for row in rows for place in self._at.get(row, ())}):
            language, said = self._said[place]
            there[language].append(said)
        found = [
            TypicalWords(text, language, len(those))
            for language, those in there.items()
            if (text := most_typical(those, language, self._words[language]))
        ]
        return tuple(sorted(found, key=lambda line: -line.captions))

    def at(self, latent: np.ndarray) -> tuple[TypicalWords, ...]:
        """The same of the frames whose captions are nearest to what a (D,) latent says.

        At most 16, and none more than a tenth farther, squared, than the nearest: half way between
        two captions both are as near, and others lie farther. Each number of the words' block
        counts by its deviation, so that the very words count more than what they are about.
        """
        rows = np.array(sorted(self._at))
        if not len(rows):
            return ()
        said = self._latents[rows][:, self._chosen]  # (R, M)
        usual = said.std(axis=0)
        usual[usual < 1e-3 * usual.max()] = np.inf
        apart = np.square((said - latent[self._chosen]) / usual).sum(axis=1)
        near = np.argsort(apart, kind="stable")[:_NEAR]
        return self.of(rows[near[apart[near] <= 1.1 * apart[near[0]]]].tolist())


def words_nearby(db: Database, run_id: str) -> WordsNearby:
    """The run's, read once and again when the library was written to. Raises NotFound."""
    return _read(db, run_id, db.written())


@computed_once(2)
def _read(db: Database, run_id: str, _written: tuple[int, ...]) -> WordsNearby:
    return WordsNearby(db, run_id)
