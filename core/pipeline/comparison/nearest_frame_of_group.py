"""The real frame that stands for each group's part of each cluster."""

from __future__ import annotations

import numpy as np

from core.pipeline.comparison.compare import material
from core.records import Clustering, FrameId
from core.storage import Database, analyses


def nearest_frames(db: Database, clustering: Clustering) -> dict[tuple[int, str], FrameId]:
    """By (cluster shown, group): of the group's frames in it the one nearest to its centre.

    Of a merged cluster the one nearest to the centre of its own part. Raises NotFound.
    """
    found = material(db, clustering)
    distance = analyses.division(db, clustering)["distance"]  # (N,)
    groups, of_video = np.unique([video.group for video in found.videos], return_inverse=True)
    order = np.argsort(distance, kind="stable")
    order = order[found.labels[order] >= 0]
    parts = found.labels[order] * len(groups) + of_video[found.video[order]]
    rows = order[np.unique(parts, return_index=True)[1]]  # the first of each part
    return {
        (found.numbers[found.labels[row]], str(groups[of_video[found.video[row]]])): FrameId(
            found.videos[found.video[row]].id, int(found.index[row])
        )
        for row in rows.tolist()
    }
