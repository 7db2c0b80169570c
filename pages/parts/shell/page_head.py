"""How every page begins: its settings, the shared style, and the open library."""

from __future__ import annotations

import functools
import gc
from pathlib import Path

import streamlit as st

from core.storage import Database
from pages.parts.shell import routes
from pages.parts.shell.library_access import library

_STYLE = Path(__file__).with_name("style.css")
_ICON = Path(__file__).with_name("icon.svg")


def begin(name: str) -> Database:
    """Set the page up (it may be opened without the navigation) and give the library."""
    st.set_page_config(
        page_title=f"{routes.title(name)} · Video Affinity Browser",
        page_icon=_ICON,  # a Material icon here would be fetched from Google
        layout="wide",
    )
    st.html(_STYLE)
    _set_aside_what_stays(name)
    return library()


@functools.cache
def _set_aside_what_stays(_name: str) -> None:
    """Once a page: its modules, which Streamlit would search for garbage after each drawing.

    With one page open that asks every 1.5 s, the server took 9 % of a core; without them 1 %.
    """
    gc.collect()
    gc.freeze()
