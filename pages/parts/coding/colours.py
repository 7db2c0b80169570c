"""The colour of each category: its own, else one of the palette by its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from core.charts.colours import cluster_colour
from core.records import Category


def category_colours(listed: Sequence[Category]) -> Mapping[str, str]:
    """By id; of an id that is not there the palette's next one."""
    colours = {
        one.id: one.colour or cluster_colour(place) for place, one in enumerate(listed, start=1)
    }
    following = cluster_colour(len(listed) + 1)
    return defaultdict(lambda: following, colours)
