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
for path in sys.argv[1:]:
    page = AppTest.from_file(path, default_timeout=60).run()
    assert not page.exception, page.exception
    assert len(page.main), path
    assert "torch" not in sys.modules, path
"""


def test_every_place_is_a_page_with_its_state(db, open_page) -> None:
    videos.add(
        db, Video("abc", "News", "us", "upload", "a.mp4", "en", frames=3, captions=1, state="ready")
    )
    navigation = PAGES / "parts" / "shell" / "navigation.py"
    page = run(AppTest.from_file(str(navigation), default_timeout=30))
    links = [link.label for link in page.sidebar.page_link]
    assert links == ["All projects", *(routes.title(name) for name in routes.names())]
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
    make_run(db, (10, 14), latent=6, every_k=(2, 3, 8), layouts=("pca",))
    db.close()
    return folder


def test_opening_a_page_imports_no_torch(filled: Path) -> None:
    paths = [str(PAGES / f"{name}.py") for name in routes.names()]
    shown = subprocess.run(
        [sys.executable, "-c", _OPEN, *paths],
        cwd=PAGES.parent,
        env={"AFFINITY_DATA": str(filled), "PATH": "/usr/bin:/bin", "HOME": str(filled)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-2000:]


def test_what_is_loaded_ahead_holds_every_part_of_the_pages() -> None:
    program = (
        "import sys, pkgutil, pages.parts\n"
        "from pages.parts.shell.warm_up import load_decoding, load_pages\n"
        "load_pages()\n"
        "parts = {m.name for m in pkgutil.walk_packages(pages.parts.__path__, 'pages.parts.')}\n"
        "assert parts - set(sys.modules) == {'pages.parts.shell.navigation'}\n"
        "assert 'torch' not in sys.modules\n"
        "load_decoding()\n"
        "assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PAGES.parent)
