"""Makes a clustering one that leaves frames out, as HDBSCAN does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.records import Clustering
from core.storage import Database, analyses


def leave_out(db: Database, clustering: Clustering, rows: Iterable[int]) -> None:
    """Put these rows of a clustering into no cluster."""
    arrays = analyses.division(db, clustering)
    arrays["labels"][list(rows)] = -1
    arrays["distance"][list(rows)] = np.nan
    with analyses.clustering_file(db, clustering).open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)
