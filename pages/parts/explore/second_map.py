"""Where an analyst sets a second map beside the first: another run, layout, weights, or group."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import jobs
from core.analysis import projection as layouts
from core.analysis.weighting import written
from core.records import Run, Video
from core.storage import Database, analyses, left_out
from pages.parts.map import SecondMap
from pages.parts.shared.choices import BESIDE, BESIDE_ONLY, ONLY, Choice
from pages.parts.shared.job_progress import follow
from pages.parts.shared.wording import plain

_NONE = ""
_ABOUT = (
    "Two maps side by side: of two runs, layouts, weights or groups. Point at a frame on one, and "
    "it is lit on the other; the selection is the same on both."
)


class _Offered(NamedTuple):
    """A map that can stand beside the first; it may still have to be made."""

    run: Run
    method: str
    settings: dict[str, Any]
    title: str


def second_map(
    db: Database,
    run: Run,
    first: str,
    finished: Sequence[Run],
    videos: Sequence[Video],
    place: DeltaGenerator,
) -> SecondMap | None:
    """In `place` a button that opens the choices; gives the second map, None while there is none.

    How far one is that has to be made first stands where this is called.
    """
    offered = _offered(db, run, finished)
    groups = list(dict.fromkeys(v.group for v in videos if v.id in run.video_ids))
    with (
        place,
        st.container(key="icon_second", width="content"),
        st.popover("Second map", icon=":material/splitscreen_right:", width="content", help=_ABOUT),
    ):
        titles = {_NONE: "None", **{key: one.title for key, one in offered.items()}}
        chosen = BESIDE.among(
            titles,
            _NONE,
            lambda key: st.selectbox(
                "Second map", list(titles), format_func=titles.__getitem__, key=key
            ),
        )
        if not chosen:
            for choice in (ONLY, BESIDE_ONLY):
                choice.leave_out()
            return None
        only = (
            _only("On the first show", groups, ONLY),
            _only("On the second show", groups, BESIDE_ONLY),
        )
    other = offered[chosen]
    projection = chosen.partition(":")[2]
    if projection not in {one.id for one in analyses.projections_of(db, other.run.id)}:
        submit = partial(jobs.submit_projection, db, other.run.id, other.method, other.settings)
        follow(db, projection, submit, "The second map")
        return None
    own = offered.get(f"{run.id}:{first}", other).title
    if other.run.id != run.id:
        own += f" of {run.name}"
    titles_of = _with_group(own, only[0]), _with_group(other.title, only[1])
    return SecondMap(other.run, projection, titles_of, only)


def _only(label: str, groups: list[str], choice: Choice) -> str:
    titles = {_NONE: "All frames", **{group: plain(group) for group in groups}}
    shown: str = choice.among(
        titles,
        _NONE,
        lambda key: st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key),
    )
    return shown


def _offered(db: Database, run: Run, finished: Sequence[Run]) -> dict[str, _Offered]:
    """Every map of the runs that share videos with this one, and the usual ones of each."""
    found: dict[str, _Offered] = {}
    for one in finished:
        if not set(one.video_ids) & set(run.video_ids):
            continue
        gone = left_out.of_run(db, one).mark
        for method in layouts.METHODS:
            settings = layouts.settings_of(method, one.frames, None, {})
            identifier = analyses.projection_id(one.id, method, settings, gone)
            title = _title(method, {}, one, run)
            found[f"{one.id}:{identifier}"] = _Offered(one, method, settings, title)
        for made in analyses.projections_of(db, one.id):
            key = f"{one.id}:{made.id}"
            if key not in found and made.without == gone:
                title = _title(made.method, made.settings, one, run)
                found[key] = _Offered(one, made.method, made.settings, title)
    return found


def _title(method: str, settings: dict[str, Any], of: Run, run: Run) -> str:
    """ "t-SNE, perplexity 12, content=2 of Run": what is usual is not said."""
    said = [layouts.METHODS[method]]
    if settings.get("perplexity"):
        said.append(f"perplexity {settings['perplexity']}")
    if settings.get("weights"):
        said.append(written(settings["weights"]))
    named = ", ".join(said)
    return named if of.id == run.id else f"{named} of {of.name}"


def _with_group(title: str, group: str) -> str:
    return f"{title}: {group} only" if group else title
