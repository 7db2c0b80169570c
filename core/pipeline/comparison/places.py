"""What stands for a cluster, or for a latent of one's own, when it is decoded; and what is said."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.analysis.modes import modes
from core.analysis.surroundings import Surroundings
from core.analysis.weighting import blocks_of
from core.pipeline.comparison.typical_words import TypicalWords, typical_words
from core.pipeline.comparison.words_nearby import words_nearby
from core.records import Clustering, Run
from core.storage import Database, analyses, results
from models.config import says_typical_words
from models.settings import Centre


class Place(NamedTuple):
    """A latent to decode. `lines` is None where the model's own words are to be read there."""

    latent: np.ndarray  # (D,)
    where: str  # one sentence of it, "" for a frame's
    lines: tuple[TypicalWords, ...] | None


def of_cluster(
    db: Database, run: Run, clustering: Clustering, number: int, centre: Centre
) -> Place:
    """A cluster of the division as it was computed, from 0: its first mode, or its mean."""
    arrays = analyses.division(db, clustering)
    latent, where = arrays["centres"][number], "It is decoded at the mean of the cluster."
    if centre == "mode":
        own = results.latents(db, run.id)[arrays["labels"] == number]
        for first in modes(own, blocks_of(run))[:1]:
            latent = first.place
            where = f"It is decoded at the mode with {first.share:.0%} of the cluster's frames."
    if not says_typical_words(run.model):
        return Place(latent, where, None)
    shown = int(analyses.shown_numbers(db, clustering)[arrays["nearest"][number]])
    return Place(latent, where, typical_words(db, clustering).get((shown, ""), ()))


def of_latent(db: Database, run: Run, latent: np.ndarray, centre: Centre) -> Place:
    """A (D,) latent: the mode near it, or itself. A frame's own is that frame's."""
    latents, neighbours = results.latents(db, run.id), results.neighbours(db, run.id)
    surroundings = Surroundings(latents, neighbours, blocks_of(run))
    around = surroundings.around(latent)
    if around.on_a_frame:
        return Place(latent, "", None)
    lines = words_nearby(db, run.id).at(latent) if says_typical_words(run.model) else None
    if centre != "mode":
        return Place(latent, "", lines)
    where = "It is decoded at the mode of the frames about the latent."
    return Place(surroundings.mode(latent, around), where, lines)
