"""The training page: the form's guards, starting, and the list of runs."""

from __future__ import annotations

import pytest

from core import jobs
from core.records import Run, Video
from core.storage import Database, runs, videos
from core.storage.files import write_json
from tests.pages.conftest import button, run, said


@pytest.fixture
def ready(db: Database) -> None:
    """Two videos that can be trained on."""
    for added_at, name in enumerate(("us", "cn")):
        videos.add(
            db,
            Video(
                name,
                f"{name} news",
                name,
                "upload",
                f"{name}.mp4",
                "en",
                frames=20,
                state="ready",
                added_at=added_at,
            ),
        )


@pytest.fixture
def done(db: Database, ready) -> Run:
    """A finished run with its report."""
    known = Run(
        "r1", "First", "compact", "fast", "done", ("us",), frames=20, latent_size=8,
        error_train=0.834, error_held_out=2.31, seconds=61.0,
    )  # fmt: skip
    runs.add(db, known)
    report = {"pca": {"error_train": 1.204, "error_held_out": 3.406}}
    write_json(db.files.run("r1") / "report.json", report)
    return known


def test_nothing_to_train_on_points_to_the_library(open_page) -> None:
    page = open_page("train")
    assert "nothing to train on" in said(page, "info")
    assert not any(b.label == "Start training" for b in page.button)


def test_nothing_selected_is_one_clear_sentence(open_page, db, ready) -> None:
    page = open_page("train")
    page.segmented_control(key="which-videos").set_value("Choose")
    run(page)
    button(page, "Start training").click()
    run(page)
    assert said(page, "error") == "No video is chosen; choose at least one to train on."
    assert runs.every(db) == []


def test_starting_records_the_run_and_its_job_once(open_page, db, ready) -> None:
    page = open_page("train")
    page.radio(key="model").set_value("pca")
    run(page)
    page.number_input(key="setting-pca-fast-latent_size").set_value(5)
    run(page)
    button(page, "Start training").click()
    run(page)
    (started,) = runs.every(db)
    assert (started.model, started.video_ids, started.latent_size) == ("pca", ("us", "cn"), 5)
    assert [(job.kind, job.subject) for job in jobs.every(db)] == [("train", started.id)]
    assert page.query_params["run"] in (started.id, [started.id])


def test_the_cost_is_shown_before_the_start(open_page, ready) -> None:
    shown = {metric.label: metric.value for metric in open_page("train").metric}
    assert shown["Frames"] == "40"
    assert shown.keys() >= {"Device", "Parameters", "Memory", "Estimated time"}


def test_a_setting_that_cannot_be_is_refused(open_page, ready) -> None:
    page = open_page("train")
    page.number_input(key="setting-compact-fast-batch_size").set_value(0)
    run(page)
    assert "batch_size must lie between" in said(page, "error")
    assert not any(b.label == "Start training" for b in page.button)


def test_a_finished_run_is_shown_beside_pca(open_page, done) -> None:
    page = open_page("train", run="r1")
    metrics = {metric.label: (metric.value, metric.delta) for metric in page.metric}
    assert metrics["Error, training frames"] == ("0.83", "PCA 8: 1.20")
    assert metrics["Took"][0] == "1 min 01 s"
    assert "1.20 / 3.41" in [m.value for m in page.markdown]


def test_a_failed_run_says_why_and_can_be_tried_again(open_page, db, done) -> None:
    runs.update(db, "r1", state="failed", message="Not enough memory; lower batch_size.")
    page = open_page("train", run="r1")
    assert "lower batch_size" in said(page, "error")
    button(page, "Try again").click()
    run(page)
    assert runs.get(db, "r1").state == "queued"
    assert [job.kind for job in jobs.every(db)] == ["train"]


def test_a_queued_run_can_be_cancelled(open_page, db, ready) -> None:
    page = open_page("train")
    button(page, "Start training").click()
    run(page)
    button(page, "Cancel the training").click()
    run(page)
    assert [r.state for r in runs.every(db)] == ["cancelled"]
    assert "Go on from the last checkpoint" in [b.label for b in page.button]


def test_rename_and_delete(open_page, db, done) -> None:
    page = open_page("train")
    next(box for box in page.text_input if box.label == "Name").set_value("Best so far")
    button(page, "Rename").click()
    run(page)
    assert runs.get(db, "r1").name == "Best so far"
    page.button(key="delete-run-r1").click()
    run(page)
    assert runs.every(db) == []
    assert not db.files.run("r1").exists()


def test_an_unknown_run_in_the_address_is_said(open_page, done) -> None:
    assert "not in the library" in said(open_page("train", run="<script>"), "warning")
