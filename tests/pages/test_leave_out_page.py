"""Explore leaves a cluster and chosen frames out, says so, and takes them in again."""

from __future__ import annotations

import pytest

from core.records import FrameId
from core.storage import Database, analyses, left_out, runs
from pages.parts.explore import leave_frames_out as leaving
from tests.pages.conftest import Open, button, run, said
from tests.synthetic import add_clustering, make_run


def _press(page, label: str) -> None:
    button(page, label).click()
    run(page)


@pytest.mark.slow
def test_a_cluster_is_left_out_by_a_click_and_taken_in(db: Database, open_page: Open) -> None:
    made = make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    (before,) = analyses.clusterings_of(db, made.id)
    page = open_page("explore", projection="pca", k="3", selection="video0:1-2")
    _press(page, "Leave out the 2 chosen frames or the cluster")
    assert list(left_out.every(db)) == [FrameId("video0", 1), FrameId("video0", 2)]
    assert "Left out since: 2 without a reason" in said(page, "caption")
    add_clustering(db, runs.get(db, made.id), 3)  # as its job does
    run(page)
    (whole,) = [one for one in page.selectbox if one.label == "A whole cluster"]
    whole.set_value(2)
    (why,) = [one for one in page.text_input if one.label == "Reason"]
    why.set_value("adverts")
    _press(page, "Leave out the 2 chosen frames or the cluster")
    labels = analyses.division(db, analyses.clusterings_of(db, made.id)[-1])["labels"]
    assert left_out.of_run(db, made).reasons == {"adverts": (labels == 1).sum(), "": 2}
    _press(page, f"Undo: take {(labels == 1).sum()} frames in again")
    _press(page, "Take in 2 frames\\, without a reason")
    assert left_out.every(db) == {} and before in analyses.clusterings_of(db, made.id)


@pytest.mark.slow
def test_a_stretch_is_left_out_in_the_library(db: Database, open_page: Open) -> None:
    make_run(db, (10, 12), latent=6, every_k=(), layouts=())
    page = open_page("library")
    for label, text in (("From", "0:04"), ("Until", "10"), ("Reason", "titles")):
        (field,) = [one for one in page.text_input if one.label == label]
        field.set_value(text)
    _press(page, "Leave the stretch out")
    assert left_out.every(db) == {FrameId("video0", i): "titles" for i in (2, 3, 4)}
    (field,) = [one for one in page.text_input if one.label == "From"]
    field.set_value("1:00:00")
    _press(page, "Leave the stretch out")
    assert "No frame lies in that stretch" in said(page, "error") or "holds" in said(page, "error")


def test_a_card_leaves_its_cluster_out(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, made.id)
    monkeypatch.setattr(leaving.st, "rerun", lambda: None)
    monkeypatch.setattr(leaving.st, "toast", lambda *_, **__: None)
    for wish in ({"clustering": "another", "number": 1}, {"clustering": clustering.id}):
        leaving.leave_cluster_out(db, made, clustering.id, wish)
        assert left_out.every(db) == {}
    leaving.leave_cluster_out(db, made, clustering.id, {"clustering": clustering.id, "number": 2})
    labels = analyses.division(db, clustering)["labels"]
    assert left_out.of_run(db, made).reasons == {"cluster 2": (labels == 1).sum()}
