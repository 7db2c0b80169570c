"""Rows and jobs kept agreed, without a worker: what housekeeping, repeats and bad requests do."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import jobs
from core.config import RunConfig, preset
from core.errors import InvalidSetting, LibraryDamaged, NotFound
from core.jobs import reconcile
from core.jobs.engine import client
from core.records import Run, Video
from core.storage import Database, runs, videos
from core.storage.backups import KEPT, back_up
from models.config import PcaConfig

CONFIG = RunConfig(PcaConfig())
LONG_AGO = time.time() - 3600


def ready(db: Database, identifier: str, frames: int = 5) -> str:
    video = Video(identifier, identifier, "g", "upload", "a.mp4", "en", state="ready")
    videos.add(db, video)
    videos.update(db, identifier, frames=frames)
    return identifier


def waiting(db: Database, identifier: str, added_at: float) -> str:
    video = Video(identifier, identifier, "g", "upload", "a.mp4", "en", added_at=added_at)
    videos.add(db, video)
    return identifier


def automatic(db: Database) -> Run:
    run = Run("r1", "PCA", "pca", "fast", "running", ("v1",), automatic=True, created_at=LONG_AGO)
    runs.add(db, run)
    return run


def test_the_same_training_is_the_same_run(db: Database) -> None:
    ready(db, "v1")
    ready(db, "v2")
    run, job_id = jobs.submit_training(db, CONFIG, ["v1", "v2"])
    again, same = jobs.submit_training(db, CONFIG, ["v2", "v1", "v2"])
    assert (run.id, job_id) == (again.id, same)
    assert (run.state, run.frames, run.latent_size) == ("queued", 10, 64)
    assert run.name == "PCA of v1, v2"
    assert RunConfig.from_json(run.config) == CONFIG
    assert len(jobs.every(db)) == 1


def test_another_seed_or_another_reading_is_another_run(db: Database) -> None:
    ready(db, "v1")
    run, _ = jobs.submit_training(db, CONFIG, ["v1"])
    seeded, _ = jobs.submit_training(db, preset("pca", changes={"seed": "1"}), ["v1"])
    videos.update(db, "v1", frames=9)
    finer, _ = jobs.submit_training(db, CONFIG, ["v1"])
    assert len({run.id, seeded.id, finer.id}) == 3


def test_the_number_of_processes_makes_no_other_run(db: Database) -> None:
    ready(db, "v1")
    run, _ = jobs.submit_training(db, preset("compact"), ["v1"])
    shared, _ = jobs.submit_training(db, preset("compact"), ["v1"], processes=2)
    assert run.id == shared.id
    for config, processes in ((CONFIG, 2), (preset("compact"), 33), (preset("compact"), 0)):
        with pytest.raises(InvalidSetting, match="processes"):
            jobs.submit_training(db, config, ["v1"], processes=processes)


def test_what_is_tried_again_keeps_its_processes(db: Database) -> None:
    run, first = jobs.submit_training(db, preset("compact"), [ready(db, "v1")], processes=2)
    jobs.cancel(db, first)
    second = jobs.submit_run(db, run.id)
    jobs.cancel(db, second)
    third = jobs.submit_run(db, run.id)
    jobs.cancel(db, third)
    _, fourth = jobs.submit_training(db, preset("compact"), ["v1"])

    def asked(job_id: str) -> int:
        (found,) = client(db).list_workflows(workflow_ids=[job_id])
        return found.input["args"][2].get("processes", 1)

    assert [asked(one) for one in (first, second, third, fourth)] == [2, 2, 2, 1]


def test_a_cancelled_training_asked_for_again_is_queued_again(db: Database) -> None:
    ready(db, "v1")
    run, first = jobs.submit_training(db, CONFIG, ["v1"])
    jobs.cancel(db, first)
    assert runs.get(db, run.id).state == "cancelled"
    run, second = jobs.submit_training(db, CONFIG, ["v1"])
    assert (run.state, run.message, run.finished_at) == ("queued", "", None)
    assert second == f"{first}-2"
    assert [job.state for job in jobs.of_subject(db, run.id)] == ["queued", "cancelled"]


def test_cancelling_twice_and_at_once_is_cancelling(db: Database) -> None:
    run, job_id = jobs.submit_training(db, CONFIG, [ready(db, "v1")])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: jobs.cancel(db, job_id), range(8)))
    ended = jobs.get(db, job_id), runs.get(db, run.id)
    assert [one.state for one in ended] == ["cancelled", "cancelled"]
    jobs.cancel(db, job_id)
    assert (jobs.get(db, job_id), runs.get(db, run.id)) == ended
    again = jobs.submit_run(db, run.id)
    assert jobs.get(db, again).state == "queued"
    jobs.cancel(db, job_id)  # of the old one: the new one goes on
    assert jobs.get(db, again).state == "queued"
    assert runs.get(db, run.id).state == "queued"


def test_a_trained_run_is_not_trained_again(db: Database) -> None:
    ready(db, "v1")
    run, job_id = jobs.submit_training(db, CONFIG, ["v1"])
    jobs.cancel(db, job_id)
    runs.update(db, run.id, state="done")
    _, again = jobs.submit_training(db, CONFIG, ["v1"])
    assert runs.get(db, run.id).state == "done"
    assert again == f"{job_id}-2"  # which finds the result and ends


@pytest.mark.parametrize("chosen", [[], ["v1"], ["v1", "v2"]])
def test_training_on_nothing_or_on_unread_videos_is_refused(
    db: Database, chosen: list[str]
) -> None:
    waiting(db, "v1", time.time())
    ready(db, "v2")
    with pytest.raises(InvalidSetting):
        jobs.submit_training(db, CONFIG, chosen)
    assert runs.every(db) == []
    assert jobs.every(db) == []


def test_impossible_analyses_are_refused(db: Database) -> None:
    ready(db, "v1")
    run, _ = jobs.submit_training(db, CONFIG, ["v1"])
    with pytest.raises(InvalidSetting, match="5 frames"):
        jobs.submit_clustering(db, run.id, "kmeans", 6)
    with pytest.raises(InvalidSetting, match="kmeans"):
        jobs.submit_clustering(db, run.id, "magic", 3)
    with pytest.raises(InvalidSetting, match="tsne"):
        jobs.submit_projection(db, run.id, "magic", {})
    with pytest.raises(NotFound):
        jobs.submit_clustering(db, "nothing", "kmeans", 3)


def test_analyses_are_named_by_what_they_do(db: Database) -> None:
    ready(db, "v1")
    run, _ = jobs.submit_training(db, CONFIG, ["v1"])
    eight = jobs.submit_clustering(db, run.id, "kmeans", 3)
    assert jobs.submit_clustering(db, run.id, "kmeans", 3) == eight
    assert jobs.submit_clustering(db, run.id, "kmeans", 3, seed=1) != eight
    near = jobs.submit_projection(db, run.id, "tsne", {"perplexity": 15})
    assert jobs.submit_projection(db, run.id, "tsne", {"perplexity": 15}) == near
    assert jobs.submit_projection(db, run.id, "tsne", {"perplexity": 30}) != near
    assert len(jobs.of_subject(db, run.id)) == 5


def test_one_baseline_waits_at_a_time(db: Database) -> None:
    with pytest.raises(InvalidSetting):
        jobs.submit_baseline(db)
    ready(db, "v1")
    first = jobs.submit_baseline(db)
    ready(db, "v2")
    assert jobs.submit_baseline(db) == first


def test_the_baseline_is_due_once_for_each_set_of_videos(db: Database) -> None:
    assert reconcile.queue_baseline(db) is None
    ready(db, "v1")
    first = reconcile.queue_baseline(db)
    assert first is not None
    assert reconcile.queue_baseline(db) is None
    jobs.cancel(db, first)
    assert reconcile.queue_baseline(db) is None
    ready(db, "v2")
    assert reconcile.queue_baseline(db) not in (None, first)


def test_the_baseline_does_not_follow_every_video_of_many(db: Database) -> None:
    ready(db, "v1")
    jobs.cancel(db, reconcile.queue_baseline(db))
    ready(db, "v2")
    last = jobs.submit_ingest(db, waiting(db, "v3", time.time()))
    assert reconcile.queue_baseline(db) is None
    assert reconcile.queue_baseline(db, finishing=last) is not None


def test_while_videos_are_read_the_baseline_waits_for_twice_the_frames(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_BASELINE_EVERY_S", 0.0)
    runs.update(db, automatic(db).id, state="done", frames=10)
    last = jobs.submit_ingest(db, waiting(db, "v4", time.time()))
    ready(db, "v1", 10)
    ready(db, "v2", 9)
    assert reconcile.queue_baseline(db) is None
    ready(db, "v3", 1)
    due = reconcile.queue_baseline(db)
    assert due is not None
    ready(db, "v5", 40)
    assert reconcile.queue_baseline(db) is None  # it is on its way
    assert reconcile.queue_baseline(db, finishing=last) == due


def test_many_that_wait_for_their_job_are_looked_up_at_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        jobs.submit_ingest(db, waiting(db, f"v{number}", LONG_AGO))
    monkeypatch.delattr(reconcile.status, "latest")  # what a video without a live job is asked by
    reconcile.reconcile(db)
    assert len(jobs.every(db)) == 5


def test_a_row_without_a_job_gets_one(db: Database) -> None:
    waiting(db, "old", LONG_AGO)
    waiting(db, "new", time.time())
    reconcile.reconcile(db)
    assert [job.subject for job in jobs.every(db)] == ["old"]


def test_rows_follow_jobs_that_ended(db: Database) -> None:
    job_id = jobs.submit_ingest(db, waiting(db, "v1", LONG_AGO))
    jobs.cancel(db, job_id)
    videos.update(db, "v1", state="waiting")  # as a child does that has not heard of it yet
    ready(db, "v2")
    run, training = jobs.submit_training(db, CONFIG, ["v2"])
    jobs.cancel(db, training)
    runs.update(db, run.id, state="running")
    reconcile.reconcile(db)
    assert videos.get(db, "v1").state == "failed"
    assert runs.get(db, run.id).state == "cancelled"


def test_an_automatic_run_whose_job_is_gone_has_failed(db: Database) -> None:
    run = automatic(db)
    reconcile.reconcile(db)
    assert runs.get(db, run.id).state == "failed"


def test_unknown_jobs_are_not_found(db: Database) -> None:
    for ask in (jobs.get, jobs.cancel, jobs.wait):
        with pytest.raises(NotFound, match="no job 'x'"):
            ask(db, "x")
    assert jobs.every(db) == []
    assert not jobs.worker_alive(db)


@pytest.mark.sqlite
def test_a_damaged_jobs_database_is_named(db: Database) -> None:
    db.files.jobs_db.write_text("no database" * 1000)
    with pytest.raises(LibraryDamaged, match="doctor --repair"):
        jobs.every(db)


@pytest.mark.sqlite
def test_a_jobs_database_that_names_what_is_no_text_is_named(db: Database) -> None:
    with contextlib.closing(sqlite3.connect(db.files.jobs_db)) as connection:
        connection.execute("CREATE TABLE words (a)")
    whole = db.files.jobs_db.read_bytes()
    damaged = whole.replace(b"CREATE TABLE", b"CREATE FABLE").replace(b"words", b"w\xa0rds")
    db.files.jobs_db.write_bytes(damaged)
    with pytest.raises(LibraryDamaged, match="doctor --repair"):
        jobs.every(db)


@pytest.mark.sqlite
def test_a_backup_is_made_when_the_library_has_changed(db: Database) -> None:
    copy = back_up(db)
    assert copy is not None
    assert back_up(db) is None
    for number in range(KEPT + 2):
        (db.files.backups / f"library-2020010{number}-000000.db").write_bytes(b"")
    ready(db, "v1")
    later = time.time() + 5
    os.utime(db.files.library_db, (later, later))
    copy = back_up(db)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT id FROM videos").fetchall() == [("v1",)]
    assert len(list(db.files.backups.iterdir())) == KEPT
