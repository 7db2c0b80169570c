"""A link holds a selection of any length: by an id that the library keeps."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.__main__ import main
from core.api.routes import routes
from core.storage import Database, analyses
from core.storage.annotations import link_texts
from tests.pages.conftest import Open, said
from tests.synthetic import make_run


def test_a_link_with_a_long_selection_opens_elsewhere_and_is_compared(
    db: Database, open_page: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_run(db, (10, 14), latent=6, every_k=(2,), layouts=("pca",))
    every_other = ",".join(str(index) for index in range(0, 10, 2))
    text = "video0:" + ",".join([every_other] * 200)  # longer than an address may be
    first = open_page("explore", projection="pca", selection=text)
    address = f"~{link_texts.id_of(text)}"
    assert first.query_params["selection"] in (address, [address])
    second = open_page("explore", projection="pca", selection=address)
    assert second.session_state["choices"]["selection"] == text
    assert second.query_params["selection"] in (address, [address])
    assert not said(second, "warning")
    run, clustering = made.id, analyses.clusterings_of(db, made.id)[0].id
    asked = {"clustering": clustering, "a": f"frames:{address}", "b": "rest"}
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    answer = client.get(f"/api/runs/{run}/difference", params=asked).json()
    assert [side["frames"] for side in answer["sides"]] == [5, 19]
    assert main(["difference", run, address, "rest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    asked["a"] = "frames:~0123456789abcdef"
    assert client.get(f"/api/runs/{run}/difference", params=asked).status_code == 404


def test_an_id_that_is_not_kept_is_said_once(db: Database, open_page: Open) -> None:
    make_run(db, (10, 14), latent=6, every_k=(2,), layouts=("pca",))
    page = open_page("explore", projection="pca", selection="~0123456789abcdef")
    assert "select the frames again" in said(page, "warning")
    assert "selection" not in page.query_params
