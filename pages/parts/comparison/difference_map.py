"""Where on the map two groups differ, and how much of it they share."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.analysis import projection as layouts
from core.analysis.weighting import Weights, written
from core.charts.colours import group_colours
from core.charts.comparison import difference_map as drawn_map
from core.format import clock
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.difference_map import DifferenceMap, difference_map
from core.pipeline.curation.only import Only
from core.records import Projection, Run, Video
from core.storage import Database, analyses
from pages.parts.comparison.choices import one_group
from pages.parts.shared.choices import FIRST, SECOND
from pages.parts.shared.kept import kept
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain


def difference_maps(
    db: Database,
    run: Run,
    comparison: Comparison,
    weights: Weights,
    known: list[Video],
    only: Only | None,
) -> None:
    """A layout of the run, with these weights where there is one; of more groups which two."""
    st.subheader("Where on the map they differ", anchor=False)
    there = _newest(analyses.projections_of(db, run.id), weights)
    if not there:
        st.info("This run has no map yet: open it in Explore.")
        return
    groups = [total.group for total in comparison.groups]
    with st.container(horizontal=True, gap="medium"):
        methods = [method for method in ("tsne", "umap", "pca") if method in there]
        method = st.segmented_control(
            "Map",
            methods,
            default=methods[0],
            required=True,
            format_func=layouts.METHODS.__getitem__,
            key="difference-map",
        )
        first, second = _pair(groups)
    found = _cached(db, there[method], first, second, comparison.by, only, comparison.id)
    if found is None:
        st.info("Choose two different groups.")
        return
    _draw(found, first, second, known)
    own = there[method].settings.get("weights", {})
    if own != weights:
        st.caption(
            f"Weights of this map: {written(own) or '1 for all'}; of the clusters: "
            f"{written(weights) or '1 for all'}. Explore makes a map with these too."
        )


def _newest(known: Sequence[Projection], weights: Weights) -> dict[str, Projection]:
    """The newest layout of each method, before all those with these weights."""
    alike = [one for one in known if one.settings.get("weights", {}) == weights]
    return {one.method: one for one in [*known, *alike]}


def _pair(groups: list[str]) -> tuple[str, str]:
    if len(groups) == 2:
        return groups[0], groups[1]
    return (
        one_group("More of", groups, FIRST, groups[0]),
        one_group("than of", groups, SECOND, groups[1]),
    )


@kept(max_entries=20)
def _cached(
    db: Database,
    projection: Projection,
    first: str,
    second: str,
    by: str,
    _only: Only | None,
    comparison_id: str,
) -> DifferenceMap | None:
    return difference_map(db, projection, first, second, by, _only)


def _draw(found: DifferenceMap, first: str, second: str, known: list[Video]) -> None:
    colours = group_colours(video.group for video in known)
    of = {video.id: video for video in known}
    points = []
    for which, group in enumerate((first, second)):
        rows = (found.side == which).nonzero()[0]
        said = [
            f"{of[found.frames[row].video_id].title}, {clock(found.times_s[row])}"
            for row in rows.tolist()
        ]
        points.append((group, colours[group], found.places[rows], said))
    figure = drawn_map(found.grid.x, found.grid.y, found.grid.difference, points)
    st.plotly_chart(figure, key="difference", config=PLOT_BAR)
    drawn = f"{len(found.frames):,} of {found.every:,} frames are drawn. "
    st.caption(
        f"Each group’s density of airtime on the map is made 1 in all; then {plain(second)} is "
        f"taken from {plain(first)}. The two densities share {100 * found.grid.overlap:.0f} %. "
        + (drawn if len(found.frames) < found.every else "")
        + "The map is for looking: figures above come from the latent space."
    )
