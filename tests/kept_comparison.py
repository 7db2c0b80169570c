"""The comparison that a library keeps, as pages find it."""

from __future__ import annotations

from core.pipeline.comparison.compare import Comparison, identifier, of_identifier
from core.pipeline.curation.only import Only
from core.records import Clustering
from core.storage import Database


def stored(
    db: Database, clustering: Clustering, by: str = "group", only: Only | None = None
) -> Comparison | None:
    """As the library is now; None where it is still to be made."""
    return of_identifier(db, clustering.run_id, identifier(db, clustering, by, only))
