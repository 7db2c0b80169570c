"""Opens a page as a browser would, on a library of its own, and fails on any error it shows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.config import PROJECT

PAGES = PROJECT / "pages"
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def _packages_read_once() -> Iterator[None]:
    """Streamlit reads what all installed packages say of themselves for each AppTest anew."""
    with pytest.MonkeyPatch.context() as patch:
        read = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", read)
        yield


@pytest.fixture
def open_page(db) -> Open:
    """open_page("train", run="abc") runs pages/train.py?run=abc by itself, without navigation."""
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_(name: str, **query: str) -> AppTest:
        page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30)
        for key, value in query.items():
            page.query_params[key] = value
        return run(page)

    return open_


def run(page: AppTest) -> AppTest:
    """Run the page again; it must not end in a traceback."""
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def button(page: AppTest, label: str):
    """The button (of a form or not) with this label."""
    found = [b for b in page.button if b.label == label]
    assert len(found) == 1, f"{label!r} is there {len(found)} times"
    return found[0]


def said(page: AppTest, kind: str) -> str:
    """All sentences of one kind (error, warning, success, info), without Markdown's escapes."""
    return "\n".join(element.value for element in getattr(page, kind)).replace("\\", "")


def html(page: AppTest) -> str:
    """All raw HTML on the page."""
    return "\n".join(element.proto.body for element in page.html)
