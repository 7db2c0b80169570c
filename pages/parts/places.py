"""The pages there are, by name, and how one page leads to another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_PAGES = Path(__file__).parents[1]
_TITLES = {  # in the order of the work
    "library": ("Library", ":material/video_library:"),
    "transcripts": ("Transcripts", ":material/subtitles:"),
    "train": ("Train", ":material/model_training:"),
    "explore": ("Explore", ":material/bubble_chart:"),
}


def names() -> list[str]:
    """Every page's name, in the order of the side bar."""
    return [name for name in _TITLES if (_PAGES / f"{name}.py").exists()]


def title(name: str) -> str:
    return _TITLES[name][0]


def page(name: str) -> st.Page:
    """The page as Streamlit knows it; the library is also what an address without a path opens."""
    label, icon = _TITLES[name]
    file = _PAGES / f"{name}.py"
    return st.Page(file, title=label, icon=icon, default=name == "library")


def alias() -> st.Page:
    """/library, which Streamlit would not know: its first page answers at / only."""
    return st.Page(_PAGES / "library.py", title="Library", url_path="library", visibility="hidden")


def link(name: str, label: str, **query: str) -> None:
    """A link to a page, with what it is to show."""
    st.page_link(page(name), label=label, icon=_TITLES[name][1], query_params=query or None)


def go_to(name: str, **query: str) -> None:
    """Open a page now."""
    st.switch_page(page(name), query_params=query or None)
