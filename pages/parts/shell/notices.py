"""Sentences that outlive the rerun after a button: kept until they have been shown once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from pages.parts.shared.wording import plain

Kind = Literal["success", "warning", "error"]
_ICONS: dict[str, str] = {
    "success": ":material/check_circle:",
    "warning": ":material/warning:",
    "error": ":material/error:",
}
_LISTED = 20


def say(kind: Kind, sentence: str, details: Sequence[str] = ()) -> None:
    """Remember a sentence, and a list under it, for the next drawing of the page."""
    st.session_state.setdefault("notices", []).append((kind, sentence, tuple(details)))


def show_notices() -> None:
    """Show what was said since the page was drawn last."""
    for kind, sentence, details in st.session_state.pop("notices", []):
        getattr(st, kind)(plain(sentence), icon=_ICONS[kind])
        if details:
            more = [f"and {len(details) - _LISTED} more"] if len(details) > _LISTED else []
            st.text("\n".join([*details[:_LISTED], *more]))  # as it is: no link, no markup
