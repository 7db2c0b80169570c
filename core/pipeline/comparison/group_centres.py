"""What is kept of each group's part of each cluster, beside its decoded picture."""

from __future__ import annotations

from dataclasses import dataclass

from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.from_json import from_json
from core.pipeline.comparison.typical_words import TypicalWords
from core.storage import Database, comparisons


@dataclass(frozen=True)
class GroupCentre:
    """What is decoded for one group's part of a cluster, and its words."""

    share: float | None = None  # of the part's frames that lie about the mode; None is the mean
    decoded: str = ""  # words decoded from the same latent
    typical: tuple[TypicalWords, ...] = ()  # said there, for a model whose words are a code


def group_centres(db: Database, comparison: Comparison) -> dict[tuple[int, int], GroupCentre]:
    """By (cluster number, place of the group); {} before they are decoded."""
    kept = comparisons.centres(db, comparison.run_id, comparison.id) or {}
    return {
        (int(number), int(place)): from_json(GroupCentre, centre)
        for (number, place), centre in ((key.split("-"), centre) for key, centre in kept.items())
    }
