"""What an analyst asks of clusters: frames to be moved, clusters from examples; made by a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.analysis import reassigning
from core.analysis.reclustering import rows_of, stretches_of
from core.pipeline.captions import captions_of_frames
from core.records import Clustering
from core.storage import Database, analyses, results

MOVED, SEEDED, FOLLOWED = "moved", "seeded", "followed"  # what an edit is
_USUAL_K = 8  # of K-means, which is shown where clusters from examples are taken back


def move(clustering_id: str, rows: np.ndarray, to: int) -> dict[str, Any]:
    """What moves rows of a clustering to cluster `to` as it is shown, or NEW or NONE."""
    return {"kind": MOVED, "of": clustering_id, "rows": stretches_of(rows), "to": to}


def follow(clustering_id: str, without: str) -> dict[str, Any]:
    """What makes an edited clustering leave out what is left out now, of which `without` is the
    mark, and nothing else."""
    return {"kind": FOLLOWED, "of": clustering_id, "without": without}


def edited_by_hand(db: Database, clustering: Clustering) -> Clustering:
    """The clustering that an analyst made, of one that follows what is left out. Raises NotFound.

    Any other is itself.
    """
    if clustering.edit.get("kind") == FOLLOWED:
        return analyses.clustering(db, clustering.edit["of"])
    return clustering


def seeds(
    examples: Mapping[str, np.ndarray | str],
    ratio: float = reassigning.AS_NEAR,
    weights: Mapping[str, float] | None = None,
    before: Clustering | None = None,
    without: str = "",
) -> dict[str, Any]:
    """What makes a cluster of each name, from rows or from words that captions have.

    `before` is what is shown when it is taken back, `without` the mark of what is left out.
    """
    listed = [
        {"name": name, "words": of}
        if isinstance(of, str)
        else {"name": name, "rows": stretches_of(of)}
        for name, of in examples.items()
    ]
    return {
        "kind": SEEDED,
        "seeds": listed,
        "ratio": ratio,
        "weights": dict(weights or {}),
        "method": before.edit.get("method", before.method) if before else "kmeans",
        "k": before.edit.get("k", before.k) if before else _USUAL_K,
        "without": without,
    }


def example_rows(db: Database, run_id: str, of: np.ndarray | str) -> np.ndarray:
    """Rows as they are, of words the rows whose captions have them, whatever their case."""
    if not isinstance(of, str):
        return of
    frames = results.frames(db, run_id)
    ids = dict.fromkeys(frame.video_id for frame in frames)
    said = captions_of_frames(db, ids)
    wanted = of.casefold().strip()
    found = [wanted in said[video_id][index].casefold() for video_id, index in frames]
    return np.flatnonzero(np.array(found, bool) & bool(wanted))


def analysts_rows(clustering: Clustering) -> np.ndarray:
    """The rows whose cluster an analyst chose, by moving them or as examples; ascending."""
    chosen: Sequence[Sequence[int]] = clustering.edit.get("analyst", ())
    return np.unique(rows_of(chosen)) if chosen else np.zeros(0, np.int64)
