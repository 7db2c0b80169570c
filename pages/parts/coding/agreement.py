"""How far coders agree: over all, by category, and on which frames they do not."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from core.analysis.coding.agreement import Agreement
from core.export import csv_bytes, safe_name
from core.format import count, percent
from core.pipeline.coding.reliability import RAW_COLUMNS, Reliability, coding_rows, reliability
from core.storage import Database
from pages.parts.coding.choices import choose_sample
from pages.parts.coding.read_codings import read_codings
from pages.parts.shared.open_project import frame_address
from pages.parts.shared.wording import plain

_SHOWN = 40
_ABOUT = (
    "Alpha is Krippendorff’s for names (2011): 1 is perfect, 0 what chance would give. He asks for "
    "0.800, and takes 0.667 for tentative conclusions. Intervals resample whole {of}."
)


def agreement(db: Database) -> None:
    """The sample's figures, its disagreements, and the raw table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choose_sample(db)
        if name is not None:
            read_codings(db, name)
    if name is None:
        st.info("Nothing is coded yet: draw a sample under *Code frames*.")
        return
    found = reliability(db, name)
    if not found.ratings.coders:
        st.info("Nobody has coded this sample yet.")
        return
    st.download_button(
        "Raw table (CSV)",
        lambda: csv_bytes(coding_rows(db, name), RAW_COLUMNS),
        f"{safe_name(name, 'sample')}-codings.csv",
        on_click="ignore",
        icon=":material/download:",
        help="One row for each coder and frame.",
    )
    if len(found.ratings.coders) < 2:
        st.info(
            f"Only {plain(found.ratings.coders[0])} has coded this sample: agreement needs a "
            "second person, who types another name under *Code frames*."
        )
        return
    _overall(found)
    _by_category(found)
    _disagreements(found)


def _overall(found: Reliability) -> None:
    one = found.overall
    if one.percent is None:
        st.info("No frame has been coded by two people yet.")
        return
    first, second, third = st.columns(3)
    first.metric("Krippendorff’s alpha", _alpha(one), help=_interval(one))
    second.metric("Agreement", percent(one.percent), help="Of pairs of codings of one frame.")
    third.metric("Frames coded by two or more", f"{one.units} of {len(found.ratings.frames)}")
    coders = ", ".join(found.ratings.coders)
    st.caption(
        plain(f"Coders: {coders}. 95 % interval of alpha: {_interval(one)}.")
        + " "
        + (
            _ABOUT.format(
                of="videos" if one.resampled == "videos" else "frames, for want of videos"
            )
        )
    )


def _by_category(found: Reliability) -> None:
    st.subheader("By category", anchor=False)
    rows: list[dict[str, Any]] = [
        {
            "Category": one.name,
            "Times given": one.given,
            "Alpha": one.agreement.alpha,
            "95 % from": (one.agreement.interval or (None, None))[0],
            "to": (one.agreement.interval or (None, None))[1],
            "Agreement, %": None if one.agreement.percent is None else 100 * one.agreement.percent,
        }
        for one in found.by_category
    ]
    number = st.column_config.NumberColumn
    formats = {name: number(format="%.2f") for name in ("Alpha", "95 % from", "to")}
    st.dataframe(
        rows,
        hide_index=True,
        column_config={**formats, "Agreement, %": number(format="%.1f")},
        key="agreement-by-category",
    )
    st.caption("Each against all others together; what is hardly given is hardly known.")


def _disagreements(found: Reliability) -> None:
    number = len(found.disagreements)
    st.subheader(f"Disagreements: {number}", anchor=False)
    if number > _SHOWN:
        st.caption(f"The first {_SHOWN} are shown; the raw table has all.")
    cards = "".join(_card(found, place) for place in found.disagreements[:_SHOWN])
    if cards:
        st.html(f'<div class="compare-cards compare-exclusive">{cards}</div>')
    else:
        st.caption(f"The coders agree on {count(found.overall.units, 'frame')}.")


def _card(found: Reliability, place: int) -> str:
    frame = found.ratings.frames[place]
    lines = "".join(
        f"<div><b>{html.escape(coder)}</b> {html.escape(found.ratings.given(number, place))}</div>"
        for number, coder in enumerate(found.ratings.coders)
        if found.ratings.given(number, place)
    )
    address = html.escape(frame_address(*frame))
    picture = f'<img src="{address}" loading="lazy" alt="Frame {html.escape(str(frame))}">'
    return f"<section><figure>{picture}<figcaption>{lines}</figcaption></figure></section>"


def _alpha(one: Agreement) -> str:
    return "–" if one.alpha is None else f"{one.alpha:.2f}"


def _interval(one: Agreement) -> str:
    return "none" if one.interval is None else f"{one.interval[0]:.2f} to {one.interval[1]:.2f}"
