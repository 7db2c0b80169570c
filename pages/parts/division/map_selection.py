"""The frames selected on the map and the places kept on it, as the address and saved views say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from core.records import FrameId

SELECTION, PINS = "selection", "pins"
_LONGEST = 1500  # characters of the address; a longer selection is kept in the session and in views
_PART = re.compile(r"(.{1,80}):(\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*)")


def said(key: str) -> str:
    """What the address says, else what was chosen in this session; "" for nothing."""
    return st.query_params.get(key) or st.session_state.setdefault("choices", {}).get(key, "")


def keep(key: str, text: str) -> None:
    """Remember a selection or places; in the address too, unless it would grow too long."""
    st.session_state.setdefault("choices", {})[key] = text
    if text and len(text) <= _LONGEST:
        st.query_params[key] = text
    else:
        st.query_params.pop(key, None)


def selected_frames(known: Mapping[FrameId, int]) -> list[FrameId]:
    """The frames selected on the map, in the order of the rows; what is not `known` is left out."""
    return read(said(SELECTION), known)


def read(text: str, known: Mapping[FrameId, int]) -> list[FrameId]:
    """ "video:0-12,15;other:3" as frames; what cannot be read or is not known is passed over."""
    found: dict[FrameId, int] = {}
    for part in text.split(";"):
        matched = _PART.fullmatch(part)
        for stretch in matched[2].split(",") if matched else ():
            first, _, last = stretch.partition("-")
            for index in range(int(first), min(int(last or first), int(first) + len(known)) + 1):
                frame = FrameId(matched[1], index)
                if frame in known:
                    found[frame] = known[frame]
    return sorted(found, key=found.__getitem__)
