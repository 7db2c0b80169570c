"""Footage that videos share: the most similar pair of frames of each stretch, with both times."""

from __future__ import annotations

import html

import streamlit as st

from core.format import clock, count
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.same_pictures import SharedFootage
from core.records import FrameId, Video
from pages.parts.shared.open_project import frame_address

_SHOWN = 24


def linked_footage(comparison: Comparison, known: dict[str, Video]) -> None:
    """The stretches across groups first, longest first."""
    st.subheader(f"Near-identical footage: {len(comparison.footage)}", anchor=False)
    if not comparison.footage:
        st.caption("No two videos of this run share footage: no pair of frames looks the same.")
        return
    between = sum(not one.same_group for one in comparison.footage)
    shown = comparison.footage[:_SHOWN]
    more = f" The first {_SHOWN} are shown." if len(comparison.footage) > _SHOWN else ""
    st.caption(
        f"{count(len(comparison.footage), 'stretch', 'stretches')}, {between} "
        "between groups. Found by perceptual hash and correlation of small grey pictures, without "
        f"their lowest fifth; another crop of the same footage may be missed.{more}"
    )
    st.html(f'<div class="compare-cards">{"".join(_card(one, known) for one in shown)}</div>')


def _card(one: SharedFootage, known: dict[str, Video]) -> str:
    sides = _side(one.first, one.first_s, known) + _side(one.second, one.second_s, known)
    return f"<section><div>{sides}</div><small>correlation {one.correlation:.2f}</small></section>"


def _side(frame: FrameId, times_s: tuple[float, float], known: dict[str, Video]) -> str:
    video = known[frame.video_id]
    when = clock(times_s[0])
    if times_s[1] > times_s[0]:
        when = f"{when} to {clock(times_s[1])}"
    title = html.escape(video.title)
    address = video.watch_url(times_s[0])
    if address:
        when = (
            f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">{when}</a>'
        )
    return (
        f'<figure><img src="{frame_address(frame.video_id, frame.index)}" loading="lazy" '
        f'alt="{title} at {clock(times_s[0])}"><figcaption><b>{html.escape(video.group)}</b> '
        f"<span>{title}</span> <span>{when}</span></figcaption></figure>"
    )
