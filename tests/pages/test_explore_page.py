"""Explore without a browser: what it says when there is no map, and which map it asks for."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis import limits
from core.config import PROJECT
from core.jobs import get, submit_projection
from core.records import Run, Video
from core.storage import Database, runs, videos
from core.storage.files import write_json
from tests.synthetic import make_run

PAGE = str(PROJECT / "pages" / "explore.py")


def _open(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=30)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), latent=6, every_k=(2, 8), layouts=("pca",))


def test_without_videos_the_library_is_the_way_on(db: Database) -> None:
    page = _open()
    assert not page.exception
    assert "add the videos" in page.info[0].value


def test_with_videos_but_no_map_training_is_the_way_on(db: Database) -> None:
    videos.add(db, Video("v1", "One", "us", "upload", "one.mp4", "en", state="ready", frames=9))
    page = _open()
    assert not page.exception
    assert "train a model" in page.info[0].value


def test_figures_name_the_unit_and_the_baseline(db: Database, run: Run) -> None:
    said = _open(projection="pca").caption[0].value
    assert "24 frames" in said
    assert all(f"**{error}**" in said for error in ("1.23", "2.35"))
    assert re.search(r"PCA\D+6\D+2\.50\D+3\.50", said)
    assert "255 x MSE" in said


def test_figures_say_how_many_words_the_latent_carries(db: Database, run: Run) -> None:
    path = db.files.run(run.id) / "report.json"
    predicted = {"recall": 0.121, "baseline": 0.08, "words": 90, "frames": 20}
    shares = {"train": 0.34, "held_out": None}
    write_json(path, {"text": {"caption_round_trip": shares, "predicted": predicted}})
    said = _open(projection="pca").caption[0].value
    assert "**34 %**" in said
    assert "**not measured**" in said
    assert "**12 %**" in said and "8 %" in said


def test_of_many_frames_the_page_says_that_a_part_was_fitted(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXACT_UP_TO", 20)
    page = _open(projection="pca")
    assert not page.exception
    assert any("fitted on 20 of 24 frames" in one.value for one in page.caption)


def test_what_is_there_needs_no_job(db: Database, run: Run) -> None:
    page = _open(projection="pca")
    assert not page.exception
    assert page.slider(key="k").value == 8
    assert page.session_state["shown-map"]
    assert page.session_state["shown-clusters"]
    assert "asked-jobs" not in page.session_state


def test_what_is_not_there_is_asked_for_once_while_the_old_map_stays(
    db: Database, run: Run
) -> None:
    page = _open(projection="tsne")  # only PCA is there
    assert not page.exception
    (job_id,) = page.session_state["asked-jobs"].values()
    assert get(db, job_id).kind == "project"
    assert submit_projection(db, run.id, "tsne", {"perplexity": 7}) == job_id
    page.run()
    assert list(page.session_state["asked-jobs"].values()) == [job_id]


def test_choices_come_from_the_address_and_go_back_into_it(db: Database, run: Run) -> None:
    page = _open(projection="pca", k="2", colour="group")
    assert page.slider(key="k").value == 2
    page.slider(key="k").set_value(8).run()
    assert "k" not in page.query_params  # the default
    assert page.query_params["colour"] == "group"


def test_a_senseless_address_is_passed_over(db: Database, run: Run) -> None:
    page = _open(projection="pca", run="<script>", k="1e309", colour="-1", frame="-1")
    assert not page.exception
    assert page.selectbox(key="run").value == run.id
    assert page.slider(key="k").value == 8


def test_a_trained_run_comes_before_the_automatic_one(db: Database, run: Run) -> None:
    runs.add(
        db, Run("auto", "PCA", "pca", "fast", "done", run.video_ids, automatic=True, frames=24)
    )
    page = _open(projection="pca")
    assert page.selectbox(key="run").value == run.id
    assert len(page.selectbox(key="run").options) == 2
