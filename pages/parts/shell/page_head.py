"""How every page begins: its settings, the shared style, and the open library."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

from core.storage import Database
from pages.parts.shared.choices import open_page
from pages.parts.shell import routes
from pages.parts.shell.library_access import library

_STYLE = Path(__file__).with_name("style.css")
_ICON = Path(__file__).with_name("icon.svg")
_begun = [time.monotonic()]  # when a page began to be drawn last


def begin(name: str) -> Database:
    """Set the page up (it may be opened without the navigation) and give the library.

    A page whose library cannot be opened ends here.
    """
    st.set_page_config(
        page_title=f"{routes.title(name)} · Video Affinity Browser",
        page_icon=_ICON,  # a Material icon here would be fetched from Google
        layout="wide",
    )
    st.html(_STYLE)
    _begun[0] = time.monotonic()
    open_page(name)
    db = library()
    if db is None:
        st.stop()
    return db


def quiet_s() -> float:
    """Seconds since a page began to be drawn, or since the server started."""
    return time.monotonic() - _begun[0]
