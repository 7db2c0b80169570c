"""Where an analyst filters the frames of a page: by measures, columns, words, combined."""

from __future__ import annotations

import html
from typing import NamedTuple

import numpy as np
import streamlit as st

from core.analysis.where import joined, parse, quoted
from core.errors import AffinityError, InvalidSetting
from core.format import count
from core.pipeline.curation.frame_columns import NUMBERS, FrameColumns
from core.records import Run
from core.storage import Database, analyses
from pages.parts.shared.choices import SELECTION, Choice
from pages.parts.shared.opened_popover import opened_popover
from pages.parts.shared.wording import plain

_BARS, _HIGH = 32, 44  # bars, and their height in pixels
_MOST_VALUES = 200  # of a column that are offered
_ABOUT = (
    'Conditions are joined by *and*; one can be typed too: `brightness > 50 and country in ("US", '
    '"FR")`, `"mask" in caption`, `not cluster == 3`.'
)


class Filtered(NamedTuple):
    """What a filter lets through: (N,) bool of the run's rows."""

    where: str
    passing: np.ndarray


def filter_frames(
    db: Database, run: Run, clustering_id: str | None, choice: Choice, *, select: bool = False
) -> Filtered | None:
    """A button that opens the filter that `choice` keeps; None without one.

    What is typed wrong is said, and filters nothing. With `select` what passes can be selected.
    """
    passing, text = None, choice.text
    label, trouble = "Filter", ""
    columns = _columns(db, run, clustering_id) if text else None
    if columns is not None:
        try:
            passing = columns.passing(text)
            label = f"Filter: {int(passing.sum()):,} of {len(passing):,}"
        except AffinityError as error:
            label, trouble = "Filter: not read", str(error)
    looks = {"icon": ":material/filter_list:", "type": "primary" if text else "secondary"}
    filtered = None if passing is None else Filtered(text, passing)
    with opened_popover(label, f"filter-{choice.name}", help=label, **looks) as is_open:
        if not is_open:
            return filtered
        if trouble:
            st.error(plain(trouble))
        _conditions(choice, text, trouble)
        if passing is not None and columns is not None:
            number = int(passing.sum())
            st.caption(f"**{number:,}** of {count(len(passing), 'frame')} are left.")
            if select and number:
                _select(columns, passing)
        if st.checkbox("Add a condition", key="filter-open", value=not text):
            known = columns or _columns(db, run, clustering_id)
            shown = passing if passing is not None else np.ones(len(known.frames), bool)
            _add(choice, known, shown, text if not trouble else "")
    return filtered


def _columns(db: Database, run: Run, clustering_id: str | None) -> FrameColumns:
    clustering = analyses.clustering(db, clustering_id) if clustering_id else None
    return FrameColumns(db, run, clustering)


def _conditions(choice: Choice, text: str, trouble: str) -> None:
    """What is filtered by, each with a click that takes it away; as one text to be edited."""
    parts = parse(text).conditions if text and not trouble else []
    for place, part in enumerate(parts):
        if st.button(plain(part), key=f"condition-{place}", icon=":material/close:"):
            _write(choice, joined(one for number, one in enumerate(parts) if number != place))
    with st.form("filter-text", border=False):
        typed = st.text_input("Filter", text, placeholder="brightness > 50", help=_ABOUT)
        with st.container(horizontal=True):
            if st.form_submit_button("Filter by it"):
                _write(choice, typed)
            if text and st.form_submit_button("Show all"):
                _write(choice, "")


def _select(columns: FrameColumns, passing: np.ndarray) -> None:
    label = f"Select {count(int(passing.sum()), 'frame')}"
    if st.button(label, help="To tag, export or leave out."):
        SELECTION.write(_written(columns, np.flatnonzero(passing)))
        st.rerun()


def _add(choice: Choice, columns: FrameColumns, shown: np.ndarray, text: str) -> None:
    """One more condition: a stretch of a measure under its histogram, or values of a column."""
    offered = [name for name in columns.names if name in NUMBERS or name not in ("caption",)]
    name = st.selectbox("By", offered, key="filter-by", format_func=lambda n: n.replace("_", " "))
    if name is None:
        return
    try:
        values = columns.column(name)
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    made = _range(name, values, shown) if name in NUMBERS else _values(columns, name, values, shown)
    if made is None:
        return
    left = int((parse(made).rows(columns.column, columns.names) & shown).sum())
    st.caption(f"{count(left, 'frame')} would be left.")
    if st.button("Add it", type="primary"):
        _write(choice, joined([*(parse(text).conditions if text else []), made]))


def _range(name: str, values: np.ndarray, shown: np.ndarray) -> str | None:
    st.caption(NUMBERS[name])
    known = values[shown & np.isfinite(values)]
    if not len(known) or known.min() == known.max():
        st.caption("There is nothing to choose here.")
        return None
    low, high = float(known.min()), float(known.max())
    whole = bool((known == known.round()).all())
    st.html(_histogram(name, known, low, high))
    if whole:
        first, last = st.slider(name, int(low), int(high), (int(low), int(high)), key=f"at-{name}")
    else:
        step = (high - low) / 200
        first, last = st.slider(name, low, high, (low, high), step, "%.3g", key=f"at-{name}")
    parts = [f"{name} >= {first:.4g}"] if first > low else []
    parts += [f"{name} <= {last:.4g}"] if last < high else []
    return " and ".join(parts) or None


def _values(columns: FrameColumns, name: str, values: np.ndarray, shown: np.ndarray) -> str | None:
    """Values of a column, the most frequent first, with how many frames have each."""
    found, numbers = np.unique(values[shown].astype(str), return_counts=True)
    order = np.lexsort((found, -numbers))[:_MOST_VALUES]
    counts = {str(found[at]): int(numbers[at]) for at in order}
    chosen = st.multiselect(
        "Values",
        list(counts),
        format_func=lambda value: f"{value or 'none'} ({counts.get(value, 0):,})",
        key=f"values-{name}",
    )
    if not chosen:
        return None
    left = name if name.isidentifier() else quoted(name)
    if len(chosen) == 1:
        return f"{left} == {quoted(chosen[0])}"
    return f"{left} in ({', '.join(map(quoted, chosen))})"


def _histogram(name: str, values: np.ndarray, low: float, high: float) -> str:
    """32 bars, as wide as the slider below them."""
    counts = np.histogram(values, _BARS, (low, high))[0]
    bars = "".join(
        f'<span style="flex:1;background:currentColor;height:{100 * number / counts.max():.1f}%">'
        "</span>"
        for number in counts
    )
    about = html.escape(f"{name}: {len(values):,} frames from {low:.3g} to {high:.3g}")
    return (
        f'<div role="img" aria-label="{about}" style="display:flex;align-items:flex-end;gap:1px;'
        f'height:{_HIGH}px;opacity:0.45">{bars}</div>'
    )


def _written(columns: FrameColumns, rows: np.ndarray) -> str:
    """Rows as the page's selection has them: "video:0-12,15;other:3"."""
    parts: dict[str, list[list[int]]] = {}
    for row in rows.tolist():
        video_id, index = columns.frames[row]
        stretches = parts.setdefault(video_id, [])
        if stretches and stretches[-1][1] == index - 1:
            stretches[-1][1] = index
        else:
            stretches.append([index, index])
    return ";".join(
        f"{video}:" + ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in stretches)
        for video, stretches in parts.items()
    )


def _write(choice: Choice, text: str) -> None:
    """Filter by this from now on; where it cannot be read, say why and go on as before."""
    cleaned = text.strip()
    try:
        choice.write(parse(cleaned).text if cleaned else "")
    except InvalidSetting as error:
        st.error(plain(str(error)))
    else:
        st.rerun()
