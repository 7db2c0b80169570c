"""The pages there are, by name, and how one page leads to another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core import config
from pages.parts.shared.choices import PROJECT

_PAGES = config.PROJECT / "pages"
_TITLES = {  # in the order of the work
    "library": ("Library", ":material/video_library:"),
    "transcripts": ("Transcripts", ":material/subtitles:"),
    "train": ("Train", ":material/model_training:"),
    "explore": ("Explore", ":material/bubble_chart:"),
    "compare": ("Compare", ":material/compare_arrows:"),
    "coding": ("Coding", ":material/rule:"),
    "tables": ("Tables", ":material/table_chart:"),
}
_BESIDE = {"projects": ("Projects", ":material/folder:")}  # reached from the project's name


def names() -> list[str]:
    """The name of every page that the side bar lists, in its order."""
    return list(_TITLES)


def beside() -> list[str]:
    """Those of the other pages."""
    return list(_BESIDE)


def paths() -> list[str]:
    """Every page's address; the first page has / besides."""
    return [f"/{name}" for name in (*_TITLES, *_BESIDE)]


def title(name: str) -> str:
    return _about(name)[0]


def _about(name: str) -> tuple[str, str]:
    """A page's title and icon."""
    return _TITLES[name] if name in _TITLES else _BESIDE[name]


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


def link(name: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """A link to a page, with what it is to show; of the project that is open, or that it names."""
    said = icon or _about(name)[1]
    st.page_link(page(name), label=label, icon=said, query_params=_of_project(query) or None)


def go_to(name: str, **query: str) -> None:
    """Open a page now."""
    st.switch_page(page(name), query_params=_of_project(query) or None)


def _of_project(query: dict[str, str]) -> dict[str, str]:
    """With the project's id where the address has it: a link in a new tab is of the same."""
    said = PROJECT.address
    return {PROJECT.name: said, **query} if said else query
