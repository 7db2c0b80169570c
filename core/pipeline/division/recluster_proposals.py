"""What is proposed for dividing frames anew: how many parts, and names for what comes of it."""

from __future__ import annotations

import dataclasses

import numpy as np

from core.analysis import reclustering
from core.analysis.weighting import blocks_of, weighted
from core.errors import InvalidSetting
from core.pipeline.comparison.compare import labelled, material
from core.pipeline.comparison.marking_words import WordCounts
from core.records import Clustering
from core.storage import Database, analyses, results, runs

_NAMING = 2  # marking words in a proposed name


def rows_of_cluster(db: Database, clustering: Clustering, number: int) -> np.ndarray:
    """The rows of a cluster as it is shown. Raises NotFound, InvalidSetting for one without any."""
    rows = np.flatnonzero(analyses.shown_numbers(db, clustering) == number)
    if number < 1 or not len(rows):
        raise InvalidSetting(f"There is no cluster {number} here; choose one that is shown.")
    return rows


def silhouettes(db: Database, clustering: Clustering, rows: np.ndarray) -> dict[int, float]:
    """The silhouette of 2 to 8 parts of these rows, by the clustering's weights."""
    latents = results.latents(db, clustering.run_id)
    return reclustering.silhouettes(measured(db, clustering, latents)[rows])


def proposed_names(db: Database, edited: Clustering) -> dict[int, str]:
    """A name for each new cluster: the divided one's, and the words that mark it among the new."""
    new = list(edited.edit["new"])
    found = material(db, edited, every_frame=True)
    place_of = {number: place for place, number in enumerate(found.numbers) if number in new}
    among = np.isin(found.labels, list(place_of.values()))
    found = dataclasses.replace(found, labels=np.where(among, found.labels, -1))
    counts = WordCounts(labelled(db, found))
    base = str(edited.edit["name"])
    names = {}
    for letter, number in enumerate(new, start=1):
        place = place_of.get(number)  # None for one that has been merged with another
        marks = () if place is None else counts.of_cluster(number, place, ()).words[:_NAMING]
        said = ", ".join(mark.word for mark in marks) or f"part {letter}"
        names[number] = f"{base}: {said}" if base else said
    return names


def measured(db: Database, clustering: Clustering, latents: np.ndarray) -> np.ndarray:
    """(N, D) latents as the clustering's distances are taken between them."""
    if not clustering.weights:
        return latents
    return weighted(latents, blocks_of(runs.get(db, clustering.run_id)), clustering.weights)
