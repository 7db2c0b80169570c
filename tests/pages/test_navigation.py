"""The side bar and the links between pages, and that opening a page loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Video
from core.storage import open_library, videos
from pages.parts.shell import routes
from tests.pages.conftest import PAGES, run, said
from tests.synthetic import make_run

_OPEN = """
import sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert not page.exception, page.exception
print(len(page.main), "torch" in sys.modules)
"""


def test_every_place_is_a_page_with_its_state(db, open_page) -> None:
    videos.add(
        db, Video("abc", "News", "us", "upload", "a.mp4", "en", frames=3, captions=1, state="ready")
    )
    navigation = PAGES / "parts" / "shell" / "navigation.py"
    page = run(AppTest.from_file(str(navigation), default_timeout=30))
    links = [link.label for link in page.sidebar.page_link]
    assert links == [routes.title(name) for name in routes.names()]
    states = [caption.value for caption in page.sidebar.caption]
    assert {"1 video, 3 frames", "1 segment", "Nothing running"} <= set(states)


def test_a_library_that_cannot_be_opened_is_a_sentence(data, open_page) -> None:
    data.joinpath("library.db").write_bytes(b"no database " * 100)
    for journal in data.glob("library.db-*"):
        journal.unlink()
    assert "cannot be read" in said(open_page("library"), "error")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two videos and a finished run, so that the pages have all to draw."""
    folder = tmp_path_factory.mktemp("filled")
    db = open_library(folder)
    make_run(db, every_k=(2, 3))
    db.close()
    return folder


@pytest.mark.parametrize("name", routes.names())
def test_opening_a_page_imports_no_torch(name: str, filled: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", _OPEN, str(PAGES / f"{name}.py")],
        cwd=PAGES.parent,
        env={"AFFINITY_DATA": str(filled), "PATH": "/usr/bin:/bin", "HOME": str(filled)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stdout.split()[1:] == ["False"], shown.stderr[-2000:]
