"""Searching on Explore without a browser: what is asked, what is found, and what is refused."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.config import PROJECT
from core.records import FrameId, Run
from core.storage import Database
from core.storage.annotations import selections
from tests.synthetic import THREE_BLOCKS, make_run

PAGE = str(PROJECT / "pages" / "explore.py")


def _open(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=30)
    for key, value in query.items():
        page.query_params[key.replace("_", "-")] = value
    return page.run()


def _said(page: AppTest) -> str:
    assert not page.exception
    return " ".join(one.value for one in page.markdown)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), latent=6, every_k=(2, 8), layouts=("pca",))


def test_the_address_says_what_is_looked_for(db: Database, run: Run) -> None:
    page = _open(projection="pca", find="mask")
    assert page.text_input(key="find").value == "mask"
    assert "1 place" in _said(page)
    page.button(key="find-clear").click().run()
    assert page.text_input(key="find").value == ""
    assert "find" not in page.query_params
    assert "place" not in _said(page)


def test_typed_words_come_into_the_address_as_text(db: Database, run: Run) -> None:
    page = _open(projection="pca")
    page.text_input(key="find").set_value("<b>疫苗</b> *x*").run()
    assert page.query_params["find"] == "<b>疫苗</b> *x*"
    said = _said(page)
    assert "there are none" in said
    assert "*x*" not in said.replace("\\*x\\*", "")


@pytest.mark.parametrize("find", ["!!!", "x" * 300])
def test_what_cannot_be_looked_for_is_refused_in_a_sentence(
    db: Database, run: Run, find: str
) -> None:
    page = _open(projection="pca", find=find)
    assert not page.exception
    said = [one.value for one in page.warning] + [_said(page)]
    assert any("no word to look for" in one or "there are none" in one for one in said)


def test_frames_like_one_by_a_block(db: Database) -> None:
    make_run(db, (9, 12), every_k=(2,), layouts=("pca",), model=THREE_BLOCKS)
    page = _open(projection="pca", frame="video1:3")
    page.button(key="alike-frame").click().run()
    assert page.query_params["alike"] == "video1:3"
    assert page.query_params["alike-by"] == "content"
    assert "0:06 by content" in _said(page).replace("\\", "")
    page.text_input(key="find").set_value("mask").run()
    assert "alike" not in page.query_params


def test_frames_like_the_selected_and_unlike_a_saved_selection(db: Database, run: Run) -> None:
    selections.save(db, "titles", [FrameId("video0", 9)])
    page = _open(projection="pca", selection="video0:0-2")
    page.selectbox(key="unlike").set_value("titles").run()
    page.button(key="alike-frames-go").click().run()
    assert "Nearest to 3 frames, and unlike 1 frame" in _said(page).replace("\\", "")
    page.button(key="find-clear").click().run()
    assert "Nearest" not in _said(page)


@pytest.mark.parametrize(
    ("alike", "by"), [("video1:99", "content"), ("x", "y"), ("video1:3", "<b>colour")]
)
def test_an_address_with_nonsense_is_passed_over_or_refused(
    db: Database, alike: str, by: str
) -> None:
    make_run(db, (9, 12), every_k=(2,), layouts=("pca",), model=THREE_BLOCKS)
    page = _open(projection="pca", alike=alike, alike_by=by)
    assert not page.exception
    refused = [one.value for one in page.warning]
    assert len(refused) == (1 if alike == "video1:3" else 0)
