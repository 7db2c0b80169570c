"""The training page: the form's guards, starting, and the list of runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import jobs
from core.config import PRESETS
from core.format import duration
from core.records import Run, Video, WorkerState
from core.storage import Database, runs, videos, workers
from core.storage.files import write_json
from core.training import cost
from tests.pages.conftest import button, run, said

pytestmark = pytest.mark.slow


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
    assert len(page.error) == 1
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


@pytest.mark.sqlite
def test_a_training_is_shared_among_the_gpus_there_are(open_page, db, ready, monkeypatch) -> None:
    assert not [one for one in open_page("train").number_input if one.key == "processes"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2")
    page = open_page("train")
    asked = page.number_input(key="processes")
    assert (asked.value, asked.max) == (1, 3)
    given = []
    monkeypatch.setattr(jobs, "submit_training", _noted(given, jobs.submit_training))
    asked.set_value(2)
    button(run(page), "Start training").click()
    run(page)
    assert given == [2]


def _noted(given: list[int], submit):
    def noted(*words, processes, **named):
        given.append(processes)
        return submit(*words, processes=processes, **named)

    return noted


def test_the_cost_is_shown_before_the_start(open_page, ready) -> None:
    shown = {metric.label: metric.value for metric in open_page("train").metric}
    assert shown["Frames"] == "40"
    assert shown.keys() >= {"Device", "Parameters", "Memory", "Estimated time"}


@pytest.mark.postgres
def test_the_estimate_is_for_the_worker_that_will_train(open_page, db, ready) -> None:
    def estimated(machine: cost.Machine) -> None:
        page = _choose(open_page("train"), "dense-cvae")
        shown = {metric.label: metric.value for metric in page.metric}
        expected = cost.estimate(PRESETS["dense-cvae"]["fast"], 40, 0, machine)
        assert shown["Device"] == expected.device
        assert shown["Estimated time"] == duration(expected.seconds)
        captions.append(said(page, "caption"))

    captions: list[str] = []
    estimated(cost.here())
    slow = WorkerState("slow", "old", 1, ("ingest", "train-cpu"), "1", "", 2, 2**33, 1e8, 2**33)
    _beat(db, slow)
    _beat(db, replace(slow, name="reads", queues=("ingest",), flops=0.0))
    estimated(cost.Machine(False, 1e8, 2**33))
    _beat(db, replace(slow, name="fast", flops=1e12))
    estimated(cost.Machine(False, 1e8, 2**33))
    _beat(db, replace(slow, name="gpu", queues=("train-gpu",), devices="0", flops=0.0))
    estimated(cost.Machine(True, 0.0, 2**33))
    assert "web server" in captions[0]
    assert "slow on old (2 cores) will train it" in captions[1]
    assert "2 workers" in captions[2] and "slow on old" in captions[2]
    assert "gpu on old (GPU 0) will train it" in captions[3]


def _beat(db: Database, worker: WorkerState) -> None:
    with db.aside() as connection:
        workers.beat(connection, worker)


def test_a_setting_that_cannot_be_is_refused(open_page, ready) -> None:
    page = open_page("train")
    page.number_input(key="setting-affinity-fast-batch_size").set_value(0)
    run(page)
    assert "batch_size must lie between" in said(page, "error")
    assert not any(b.label == "Start training" for b in page.button)


def _choose(page, model: str, preset: str = "fast"):
    page.radio(key="model").set_value(model)
    run(page)
    page.radio(key=f"preset-{model}").set_value(preset)
    return run(page)


def _settings(page) -> set[str]:
    widgets = [*page.number_input, *page.selectbox, *page.toggle]
    return {w.key.rsplit("-", 1)[1] for w in widgets if (w.key or "").startswith("setting-")}


@pytest.mark.parametrize("model", ["pure-cvae", "dense-cvae", "crvae"])
def test_every_setting_of_every_model_has_a_label_of_words(open_page, ready, model) -> None:
    page = open_page("train")
    for preset in ("fast", "quick", "paper"):
        _choose(page, model, preset)
        widgets = [*page.number_input, *page.selectbox, *page.toggle]
        shown = [w for w in widgets if (w.key or "").startswith("setting-")]
        assert len(shown) > 10
        assert not [w.label for w in shown if w.label == w.key.rsplit("-", 1)[1]]
        assert not page.error


def test_only_settings_that_mean_something_are_shown(open_page, ready) -> None:
    page = open_page("train")
    assert "pairs" not in _settings(_choose(page, "dense-cvae"))
    assert {"pairs", "steps", "cell", "word_vectors"} <= _settings(_choose(page, "crvae"))
    page.number_input(key="setting-crvae-fast-epochs").set_value(5)
    assert "steps" not in _settings(run(page))
    assert "steps" not in _settings(_choose(page, "crvae", "paper"))


def test_settings_of_words_reach_the_run(open_page, db, ready) -> None:
    videos.update(db, "us", captions=9)
    page = _choose(open_page("train"), "crvae")
    page.selectbox(key="setting-crvae-fast-cell").set_value("gru")
    page.selectbox(key="setting-crvae-fast-word_vectors").set_value("english")
    page.number_input(key="setting-crvae-fast-epochs").set_value(5)
    page.toggle(key="setting-crvae-fast-teacher_forcing").set_value(False)
    run(page)
    button(page, "Start training").click()
    run(page)
    (started,) = runs.every(db)
    model, training = started.config["model"], started.config["training"]
    assert (model["cell"], model["word_vectors"], model["teacher_forcing"]) == (
        "gru", "english", False,
    )  # fmt: skip
    assert training["epochs"] == 5


def test_captions_are_asked_for_where_a_model_reads_them(open_page, db, ready) -> None:
    page = open_page("train")
    assert "upload captions in Transcripts" in said(_choose(page, "crvae"), "warning")
    videos.update(db, "us", captions=9)
    assert not run(page).warning
    assert not _choose(open_page("train"), "dense-cvae").warning


def test_the_published_preset_says_what_it_takes_here(open_page, ready, monkeypatch) -> None:
    monkeypatch.setattr(cost, "has_gpu", lambda: False)
    monkeypatch.setattr(cost, "machine_memory", lambda: 8_000_000_000)
    page = _choose(open_page("train"), "dense-cvae", "paper")
    about = page.radio(key="preset-dense-cvae").proto.captions
    assert len(set(about)) == 3
    assert "without" in about[2]
    assert "lower first_dense" in said(page, "warning")
    assert not _choose(page, "dense-cvae", "quick").warning
    monkeypatch.setattr(cost, "has_gpu", lambda: True)
    monkeypatch.setattr(cost, "_gpu_memory", lambda: 10**11)
    page = _choose(open_page("train"), "dense-cvae", "paper")
    assert "without" not in page.radio(key="preset-dense-cvae").proto.captions[2]
    assert not page.warning


def test_pictures_and_words_are_measured_beside_what_was_held_out(open_page, db, done) -> None:
    assert "PSNR" not in [metric.label for metric in open_page("train", run="r1").metric]
    shares = {"train": 0.344, "held_out": 0.004}
    report = {
        "psnr": 31.25, "ssim": 0.912, "held_out": {"psnr": 22.5, "ssim": 0.7},
        "text": {"free_running": shares, "teacher_forced": {"train": 0.9, "held_out": None},
                 "predicted": {"recall": 0.12, "baseline": 0.08, "words": 90, "frames": 20},
                 "first_word": shares, "word_vectors": "English *x*", "unknown_share": 0.06},
    }  # fmt: skip
    write_json(db.files.run("r1") / "report.json", report)
    page = open_page("train", run="r1")
    metrics = {metric.label: (metric.value, metric.delta) for metric in page.metric}
    assert metrics["PSNR"] == ("31.2 dB", "held out: 22.5 dB")
    assert metrics["SSIM"] == ("0.912", "held out: 0.700")
    assert metrics["Caption round trip, learned"] == ("34 %", "held out: under 1 %")
    assert metrics["Predicted words"] == ("12 %", "most frequent words: 8 %")
    assert metrics["Words, teacher-forced"] == ("90 %", "")
    assert "English *x*; 6 %" in said(page, "caption")


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


def test_a_baseline_under_way_is_not_taken_for_one_of_the_tables(open_page, db, ready) -> None:
    runs.add(db, Run("b1", "PCA", "pca", "fast", "running", ("us",), automatic=True))
    page = open_page("train", run="b1")
    assert not page.exception
    assert "Library" in said(page, "caption")
    assert "tables" not in said(page, "caption")


@pytest.mark.parametrize("automatic", [True, False])
def test_what_was_not_started_here_leaves_the_form_open(open_page, db, ready, automatic) -> None:
    runs.add(db, Run("b1", "PCA", "pca", "fast", "running", ("us",), automatic=automatic))
    form = next(box for box in open_page("train").expander if box.label == "New training")
    assert form.proto.expanded


def test_a_run_that_the_tables_train_leads_to_them(open_page, db, done) -> None:
    runs.update(db, "r1", state="running")
    page = open_page("train", run="r1")
    assert "Open Tables" in [link.label for link in page.get("page_link")]
    runs.update(db, "r1", state="queued")
    assert "Waiting for its turn" in said(open_page("train", run="r1"), "caption")
