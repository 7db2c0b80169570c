"""What the doctor finds in a data folder, and what it mends."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from core import jobs
from core.config import RunConfig
from core.doctor import contents, folder, installation
from core.doctor.finding import Finding
from core.records import Run, Video
from core.storage import Database, runs, videos
from core.video.youtube import runtime
from models.config import PcaConfig


def add(db: Database, identifier: str, state: str = "ready") -> Video:
    """A video of three frames with its files."""
    files = db.files
    files.frames(identifier).mkdir(parents=True)
    (files.video(identifier) / "source.mp4").write_bytes(b"x")
    for index in range(3):
        (files.frames(identifier) / f"{index:06d}.jpg").write_bytes(b"x")
    video = Video(
        identifier, "us", "g", "upload", "a.mp4", "en", media_file="source.mp4", state=state
    )
    videos.add(db, video)
    videos.update(db, identifier, frames=3)
    return video


def problems(db: Database, repair: bool = False) -> list[Finding]:
    found = [*folder.findings(db, repair), *contents.findings(db, repair)]
    return [finding for finding in found if not finding.ok]


def test_a_sound_folder_has_no_problems(db: Database) -> None:
    add(db, "v1")
    jobs.submit_ingest(db, add(db, "v2", "waiting").id)
    assert problems(db) == []


def test_little_room_is_a_problem_that_says_what_to_do(db: Database, monkeypatch) -> None:
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2, 1, 1))
    (found,) = problems(db)
    assert found.name == "disk"
    assert "--data" in found.message


def test_a_package_that_does_not_import_is_named_with_what_to_do() -> None:
    found = list(installation._packages({"av": "", "cv2": "ImportError: libGL.so.1: no such file"}))
    assert [finding.ok for finding in found] == [False]
    assert "cv2" in found[0].message
    assert "libgl1" in found[0].message


def test_what_youtube_needs_is_said_with_the_line_that_mends() -> None:
    parts = [["yt-dlp", False, "2026.01.01, 90 days old"], ["JavaScript runtime", False, "missing"]]
    old, missing = installation._youtube(parts)
    assert (old.ok, missing.ok) == (True, False)
    assert "90 days old" in old.message
    assert all(runtime.MEND in finding.message for finding in (old, missing))
    (fine,) = installation._youtube([["yt-dlp", True, "2026.01.01, 3 days old"]])
    assert fine.ok and runtime.MEND not in fine.message


def test_a_video_without_its_frames_is_read_again(db: Database) -> None:
    add(db, "v1")
    shutil.rmtree(db.files.frames("v1"))
    assert "0 of its 3 frames" in problems(db)[0].message
    assert videos.get(db, "v1").state == "ready"
    assert problems(db, repair=True) == []
    assert videos.get(db, "v1").state == "waiting"
    assert [job.subject for job in jobs.live(db)] == ["v1"]


def test_a_video_without_its_file_has_failed(db: Database) -> None:
    add(db, "v1")
    (db.files.video("v1") / "source.mp4").unlink()
    assert "delete it and add it again" in problems(db, repair=True)[0].message
    assert videos.get(db, "v1").state == "failed"
    assert jobs.every(db) == []


def test_a_run_without_its_latents_has_failed(db: Database) -> None:
    runs.add(db, Run("r1", "a run", "pca", "fast", "done", ("v1",)))
    assert "latents.npy" in problems(db)[0].message
    problems(db, repair=True)
    assert runs.get(db, "r1").state == "failed"


def test_folders_that_belong_to_nothing_are_put_aside(db: Database) -> None:
    for part in ("videos/gone", "runs/.gone.abc", "videos/arriving"):
        (db.files.folder / part).mkdir()
    for part in ("videos/gone", "runs/.gone.abc"):
        os.utime(db.files.folder / part, (time.time() - 3600,) * 2)
    assert [finding.name for finding in problems(db)] == ["orphans", "orphans"]
    assert problems(db, repair=True) == []
    assert len(list(db.files.quarantine.iterdir())) == 2
    assert (db.files.folder / "videos" / "arriving").is_dir()


def test_rows_that_wait_for_nothing_are_queued(db: Database) -> None:
    add(db, "v1", "waiting")
    add(db, "v2")
    run, job_id = jobs.submit_training(db, RunConfig(PcaConfig()), ["v2"])
    jobs.cancel(db, job_id)
    runs.update(db, run.id, state="running")
    runs.add(db, Run("r1", "PCA", "pca", "fast", "running", ("v2",), automatic=True))
    assert [finding.name for finding in problems(db)] == ["jobs"] * 3
    assert problems(db, repair=True) == []
    assert sorted(job.kind for job in jobs.live(db)) == ["baseline", "ingest", "train"]
    assert runs.get(db, "r1").state == "failed"


@pytest.mark.sqlite
@pytest.mark.parametrize("used_before", [True, False])
def test_a_damaged_jobs_database_is_put_aside(db: Database, used_before: bool) -> None:
    add(db, "v1", "waiting")
    if used_before:
        jobs.submit_ingest(db, "v1")
    for part in ("", "-wal", "-shm"):
        db.files.jobs_db.with_name(f"jobs.db{part}").unlink(missing_ok=True)
    db.files.jobs_db.write_text("no database" * 1000)
    assert problems(db)[0].name == "jobs.db"
    assert problems(db, repair=True) == []
    assert len(list(db.files.quarantine.iterdir())) == 1
    assert [job.subject for job in jobs.live(db)] == ["v1"]


def test_a_folder_that_cannot_be_written_is_named(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert [finding.name for finding in problems(db)] == ["rights"]
