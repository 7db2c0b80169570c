"""The pages there are, by name, and how one page leads to another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.config import PROJECT

_PAGES = PROJECT / "pages"
_TITLES = {  # in the order of the work
    "library": ("Library", ":material/video_library:"),
    "transcripts": ("Transcripts", ":material/subtitles:"),
    "train": ("Train", ":material/model_training:"),
    "explore": ("Explore", ":material/bubble_chart:"),
    "compare": ("Compare", ":material/compare_arrows:"),
    "coding": ("Coding", ":material/rule:"),
    "tables": ("Tables", ":material/table_chart:"),
}


def names() -> list[str]:
    """Every page's name, in the order of the side bar."""
    return list(_TITLES)


def paths() -> list[str]:
    """Every page's address; the first page has / besides."""
    return [f"/{name}" for name in _TITLES]


def title(name: str) -> str:
    return _TITLES[name][0]


def page(name: str) -> st.Page:
    """The page as Streamlit knows it, at /NAME; the library at /.

    It is given no icon: Streamlit would fetch one from Google for the browser's tab.
    """
    if name == "library":
        return st.Page(_file(name), title=title(name), url_path="home", default=True)
    return st.Page(_file(name), title=title(name))


def alias() -> st.Page:
    """/library: the first page has no path of its own."""
    return st.Page(_file("library"), title=title("library"), url_path="library")


def _file(name: str) -> Path:
    return _PAGES / f"{name}.py"


def link(name: str, label: str, **query: str) -> None:
    """A link to a page, with what it is to show."""
    st.page_link(page(name), label=label, icon=_TITLES[name][1], query_params=query or None)


def go_to(name: str, **query: str) -> None:
    """Open a page now."""
    st.switch_page(page(name), query_params=query or None)
