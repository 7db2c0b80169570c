"""Explore's forms without a browser: naming, merging, tagging, noting, saved views."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.pipeline.division.recluster import recluster
from core.records import FrameId, Run
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks, cluster_merges, notes, selections, tags, views
from core.storage.progress import Progress
from tests.pages.conftest import Open, button, said
from tests.pages.conftest import run as again
from tests.synthetic import make_run

A = FrameId("video0", 3)
HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:b) $x$ :red[c]"


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), latent=6, every_k=(2, 3, 8), layouts=("pca",))


def clustering(db: Database, run: Run, k: int) -> str:
    return analyses.clustering_id(run.id, "kmeans", k, 0)


def field(elements, label: str):
    found = [one for one in elements if one.label == label]
    assert len(found) == 1, f"{label!r} is there {len(found)} times"
    return found[0]


def press(page: AppTest, label: str) -> None:
    button(page, label).click()
    again(page)


def test_a_cluster_is_named_coloured_and_noted(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", k="3")
    field(page.selectbox, "Cluster").set_value(2)
    again(page)
    field(page.text_input, "Name").set_value("Expert")
    field(page.color_picker, "Colour").set_value("#0072b2")
    field(page.text_area, "Note").set_value("line one\nline two")
    press(page, "Save")
    mark = cluster_marks.marks(db, clustering(db, run, 3))[2]
    assert (mark.name, mark.colour, mark.note) == ("Expert", "#0072B2", "line one\nline two")
    assert "2 Expert" in field(page.selectbox, "Cluster").options
    field(page.text_input, "Name").set_value("")
    press(page, "Save")
    assert cluster_marks.marks(db, clustering(db, run, 3))[2].name == ""


def test_a_colour_left_alone_stays_the_palettes(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", k="3")
    field(page.text_input, "Name").set_value("Studio")
    press(page, "Save")
    assert cluster_marks.marks(db, clustering(db, run, 3))[1].colour == ""


def test_clusters_are_merged_and_the_merge_undone(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", k="3")
    merged = field(page.multiselect, "Show as one cluster")
    merged.set_value([1])
    press(page, "Merge")
    assert "at least two" in said(page, "error")
    field(page.multiselect, "Show as one cluster").set_value([1, 3])
    press(page, "Merge")
    assert [c.members for c in cluster_marks.shown(db, clustering(db, run, 3))] == [(1, 3), (2,)]
    assert field(page.selectbox, "Cluster").options == ["1 (1, 3)", "2"]
    press(page, "Undo")
    assert cluster_merges.every(db, clustering(db, run, 3)) == []


def test_a_name_follows_the_members_to_another_k(db: Database, run: Run, open_page: Open) -> None:
    cluster_marks.mark(db, clustering(db, run, 2), 1, name=HOSTILE)
    division = analyses.division(db, analyses.clustering(db, clustering(db, run, 2)))
    page = open_page("explore", projection="pca", k="3")
    labels = analyses.division(db, analyses.clustering(db, clustering(db, run, 3)))["labels"]
    of_old = set((division["labels"] == 0).nonzero()[0])
    wanted = {}
    for number in (1, 2, 3):
        of_new = set((labels == number - 1).nonzero()[0])
        agreement = len(of_old & of_new) / len(of_old | of_new)
        if agreement >= 0.5:
            wanted[number] = agreement
    carried = cluster_marks.marks(db, clustering(db, run, 3))
    assert {n: mark.agreement for n, mark in carried.items()} == pytest.approx(wanted)
    assert len(carried) == 1  # otherwise this test shows nothing
    (number,) = carried
    field(page.selectbox, "Cluster").set_value(number)
    again(page)
    assert "K-means, k = 2" in said(page, "caption")
    assert any("<img src=x" in one for one in field(page.selectbox, "Cluster").options)


def test_a_frame_is_tagged_and_untagged_and_that_undone(
    db: Database, run: Run, open_page: Open
) -> None:
    tags.add(db, "street", [A])
    page = open_page("explore", projection="pca", frame=str(A))
    field(page.multiselect, "Add tags").set_value([HOSTILE])
    press(page, "Tag")
    assert set(tags.of_frame(db, A)) == {"street", HOSTILE}
    press(page, "street")
    assert tags.of_frame(db, A) == [HOSTILE]
    press(page, "Undo the tags of 1 frame")
    assert set(tags.of_frame(db, A)) == {"street", HOSTILE}


def test_a_frame_gets_a_note_and_is_kept(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", frame=str(A))
    page.text_area(key=f"note-of-{A}").set_value(HOSTILE)
    press(page, "Keep the note")
    assert notes.of_frame(db, A) == HOSTILE
    field(page.text_input, "Selection's name").set_value("mine")
    press(page, "Keep as a selection")
    assert selections.get(db, "mine").frames == (A,)
    press(page, "Keep as a selection")
    assert "tick the box" in said(page, "warning")


@pytest.mark.parametrize("frame", ["video0:10", "video0:-1", "<b>:1", "x", "video0:1e9", "9" * 99])
def test_a_frame_that_the_run_has_not_is_passed_over(
    db: Database, run: Run, open_page: Open, frame: str
) -> None:
    page = open_page("explore", projection="pca", frame=frame)
    assert "Click a frame" in said(page, "caption")


def test_a_view_is_saved_opened_deleted_and_put_back(
    db: Database, run: Run, open_page: Open
) -> None:
    page = open_page("explore", projection="pca", k="3", colour="group", frame=str(A))
    field(page.text_input, "Name of this view").set_value(HOSTILE)
    press(page, "Save view")
    choices = views.load(db, HOSTILE).choices
    assert {**choices, "k": int(choices["k"])} == {
        "run": run.id,
        "projection": "pca",
        "k": 3,
        "colour": "group",
        "method": "kmeans",
        "find-by": "captions",
        "frame": str(A),
    }
    page = open_page("explore", projection="pca")
    assert page.slider(key="k").value == 8
    press(page, "Open")
    assert page.slider(key="k").value == 3
    assert page.query_params["colour"] in ("group", ["group"])
    assert page.query_params["frame"] in (str(A), [str(A)])
    press(page, "Delete")
    assert views.every(db) == []
    (back,) = [b for b in page.button if b.label.startswith("Put ")]
    press(page, back.label)
    assert views.load(db, HOSTILE).choices == choices


def test_a_cluster_is_divided_anew_named_and_taken_back(
    db: Database, run: Run, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.pipeline.division.analyse._write_centres", lambda *_: None)
    asked = []
    monkeypatch.setattr("core.jobs.submit_recluster", lambda *given: asked.append(given) or "job")
    page = open_page("explore", projection="pca", k="3")
    assert not [b for b in page.button if b.label == "Re-cluster"]  # it is filled when it opens
    page.session_state["recluster"] = True
    again(page)
    field(page.selectbox, "Divide anew").set_value(1)
    again(page)
    (parts,) = [one for one in page.button_group if one.label.startswith("Into how many")]
    parts.set_value(2)
    again(page)
    button(page, "Re-cluster").click()
    page.run()
    (_, source, stretches, wanted, number) = asked[0]
    assert (source, wanted, number) == (clustering(db, run, 3), 2, 1)
    made = recluster(db, run.id, source, stretches, wanted, Progress(None), number)
    page = open_page("explore", projection="pca", method=made.id)
    page.session_state["recluster"] = True
    again(page)
    assert "Cluster 1 into 2" in field(page.selectbox, "Clustering").options
    for new in made.edit["new"]:
        field(page.text_input, f"Name of {new}").set_value(f"New {new}")
    press(page, "Keep these names")
    assert analyses.names(db, made.id) == {new: f"New {new}" for new in made.edit["new"]}
    press(page, "Undo")
    assert all(not one.edit for one in analyses.clusterings_of(db, run.id))
    assert field(page.selectbox, "Clustering").value == "kmeans"
