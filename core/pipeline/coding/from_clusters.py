"""Makes a codebook of a division: one category for each cluster, its nearest frames as examples."""

from __future__ import annotations

import numpy as np

from core.charts.colours import cluster_colour
from core.pipeline.coding.import_codebook import ImportedCodebook
from core.records import Category, Clustering, FrameId
from core.storage import Database, analyses, results
from core.storage.annotations import cluster_marks
from core.storage.coding import categories

_EXAMPLES = 4


def categories_from_clusters(db: Database, clustering: Clustering) -> ImportedCodebook:
    """Add a category for each cluster that has frames, as it is shown: name, colour, note.

    A category of that name is changed. Raises NotFound, InvalidSetting for a full codebook.
    """
    listed = results.frames(db, clustering.run_id)
    distance = analyses.division(db, clustering)["distance"]  # (N,)
    numbers = analyses.shown_numbers(db, clustering)  # (N,)
    made, shown = [], {}
    for one in cluster_marks.shown(db, clustering.id):
        rows = np.flatnonzero(numbers == one.number)
        if not len(rows):
            continue
        name = one.mark.name or f"Cluster {one.number}"
        colour = one.mark.colour or cluster_colour(one.number)
        made.append(Category(categories.new_id(), name, colour=colour, definition=one.mark.note))
        nearest = rows[np.argsort(distance[rows], kind="stable")[:_EXAMPLES]]
        shown[name.casefold()] = [listed[row] for row in nearest.tolist()]
    new = categories.add_all(db, made)
    _add_examples(db, shown)
    return ImportedCodebook(len(made), new)


def _add_examples(db: Database, shown: dict[str, list[FrameId]]) -> None:
    """Categories that have examples of their own keep them."""
    there = categories.examples(db)
    for category in categories.every(db):
        if category.name.casefold() in shown and category.id not in there:
            categories.show_as_examples(db, category.id, shown[category.name.casefold()])
