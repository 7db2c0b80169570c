"""Segments to be read, played and changed by keyboard or pointer, with their moment beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.format import clock, percent
from core.records import Caption, Frame, Video
from core.text.tokens import tokens
from pages.parts.browser import mounted
from pages.parts.browser.payload import aspect
from pages.parts.shared.open_project import frame_address, media_address

KEY = "transcript"
_UNSURE = 0.6  # a word's probability: less is underlined
_HERE = Path(__file__).parent
_editor = st.components.v2.component(
    "affinity_transcript",
    html='<div class="vab-transcript"></div>',
    css=(_HERE / "editor.css").read_text(),
    js=mounted(_HERE / "editor.js"),
    isolate_styles=False,
)


def editor(
    video: Video,
    rows: Sequence[tuple[Caption, Frame | None]],
    *,
    with_tokens: bool,
    more: tuple[bool, bool],
    next_step: tuple[str | None, str | None],
    answer: dict[str, Any],
    hear: Callable[[], None],
) -> None:
    """Draw one page of segments with their frames.

    `more`: whether there are pages before and behind; `next_step`: what undo and redo would do;
    `answer`: what came of the last message; `hear` is called when there is another.
    """
    _editor(
        key=KEY,
        data={
            "video": video.id,
            "rows": [_row(video, one, frame, with_tokens) for one, frame in rows],
            "media": media_address(video),
            "youtube": video.youtube_id,
            "title": video.title,
            "aspect": aspect(video),
            "more": list(more),
            "undo": next_step[0],
            "redo": next_step[1],
            "answer": answer,
        },
        on_change_change=hear,
    )


def message() -> dict[str, Any]:
    """What was done in the editor, for `hear`; nothing where it is gone meanwhile."""
    state = st.session_state.get(KEY) or {}
    return dict(state.get("change") or {})


def _row(video: Video, segment: Caption, frame: Frame | None, with_tokens: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "position": segment.position,
        "start": segment.start_s,
        "end": segment.end_s,
        "when": f"{clock(segment.start_s)} – {clock(segment.end_s)}",
        "text": segment.text,
        "unsure": unsure(segment),
        "sure": percent(segment.confidence),
        "picture": frame_address(video.id, frame.index) if frame else None,
        "tokens": tokens(segment.text, video.language) if with_tokens else [],
    }
    if segment.corrected:
        began, ended = segment.original_start_s or 0, segment.original_end_s or 0
        row |= {"was": segment.original_text, "wasWhen": f"{clock(began)} – {clock(ended)}"}
    return row


def unsure(segment: Caption) -> list[tuple[int, int, str]]:
    """(first, last + 1, how sure) of each word that the machine doubts; letters as Python counts.

    None where somebody has corrected the segment: its words are a person's.
    """
    spans: list[tuple[int, int, str]] = []
    end = 0
    for _start_s, _end_s, word, sure in () if segment.corrected else segment.word_times:
        begin = segment.text.find(word, end)
        if begin < 0:
            continue
        end = begin + len(word)
        if sure < _UNSURE:
            spans.append((begin, end, percent(sure)))
    return spans
