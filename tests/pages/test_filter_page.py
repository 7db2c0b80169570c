"""Explore filters its frames: conditions typed, added and taken away, with what is left."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.__main__ import main
from core.api.routes import routes
from core.storage import Database, analyses
from tests.pages.conftest import Open, button, run, said
from tests.synthetic import make_run


def _run(page) -> None:
    """With the popover open, which a browser says at every run, also at one that a run asks for."""
    is_open = False
    while not is_open:
        page.session_state["filter-where"] = True
        run(page)
        is_open = any(one.label == "Filter" for one in page.text_input)


def _press(page, label: str) -> None:
    button(page, label).click()
    _run(page)


@pytest.mark.slow
def test_a_filter_is_typed_added_to_and_taken_back(db: Database, open_page: Open) -> None:
    make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    page = open_page("explore", projection="pca", k="3", where="group == us and time < 6")
    _run(page)
    assert "**3** of 24 frames are left." in said(page, "caption")
    _press(page, "Select 3 frames")
    assert page.query_params["selection"] == "video0:0-2"
    (add,) = [one for one in page.checkbox if one.label == "Add a condition"]
    add.check()
    _run(page)
    (by,) = [one for one in page.selectbox if one.label == "By"]
    assert {"brightness", "sharpness", "words", "cluster", "group"} <= set(by.options)
    (span,) = [one for one in page.slider if one.label == "time"]
    assert (span.min, span.max) == (0, 4)
    span.set_value((2, 4))
    _run(page)
    assert "2 frames would be left." in said(page, "caption")
    _press(page, "Add it")
    assert page.query_params["where"] == "group == us and time < 6 and time >= 2"
    (text,) = [one for one in page.text_input if one.label == "Filter"]
    text.set_value("group = us")
    _press(page, "Filter by it")
    assert "cannot be read" in said(page, "error")
    _press(page, "Show all")
    assert "where" not in page.query_params


@pytest.mark.slow
def test_the_map_and_the_commands_take_the_same_rows(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_run(db, (10, 14, 8), ("us", "cn", "cn"), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, made.id)
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    asked = {"where": "group == cn and time < 8", "clustering": clustering.id}
    answer = client.get(f"/api/runs/{made.id}/sieve", params=asked).json()
    shown = np.frombuffer(base64.b64decode(answer["shown"]), np.uint8)
    assert np.flatnonzero(shown).tolist() == [10, 11, 12, 13, 24, 25, 26, 27]
    assert client.get(f"/api/runs/{made.id}/sieve", params={"where": "x ="}).status_code == 503
    out = db.files.folder / "some.csv"
    assert main(["export", made.id, "--clusters", str(out), "--where", asked["where"]]) == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 9
    capsys.readouterr()
    assert main(["compare", made.id, "--where", "time < 8", "--json"]) == 0
    rows = json.loads((told := capsys.readouterr()).out)
    assert sum(row["frames"] for row in rows) == 12 and "12 frames of 32" in told.err
    assert main(["export", made.id, "--clusters", str(out), "--where", "time < 0"]) == 1
    assert main(["leave", "out", "--run", made.id, "--where", "time >= 18", "--why", "late"]) == 0
    assert "Left 6 frames out" in capsys.readouterr().err


def test_compare_says_and_shows_what_its_filter_lets_through(db: Database, open_page: Open) -> None:
    made = make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    page = open_page("compare", run=made.id, **{"compare-where": "time < 8"})
    assert "Compared are the 8 frames of 24 where time < 8." in said(page, "caption")
    none = open_page("compare", run=made.id, **{"compare-where": "time > 8000"})
    assert "filter by less" in said(none, "error")
