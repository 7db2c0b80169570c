"""A clock that is set back, by an hour or a year, keeps nobody waiting and loses nothing."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core import jobs
from core.errors import Refused
from core.jobs import lock
from core.jobs.reconcile import queue_baseline, reconcile
from core.pipeline.intake import retrying
from core.records import Video
from core.storage import Database, videos
from core.storage.backups import KEPT, back_up
from core.storage.progress import Progress, read
from core.video.youtube.pacing import Pace

pytestmark = pytest.mark.sqlite
_YEAR_S = 365 * 24 * 3600.0
_now = time.time


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """set_back(seconds) sets the clock of this process back."""

    def by(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: _now() - seconds)
        monkeypatch.setattr(time, "strftime", lambda form: _strftime(form, _now() - seconds))

    return by


def _strftime(form: str, at: float, strftime: Callable[..., str] = time.strftime) -> str:
    return strftime(form, time.localtime(at))


def add(db: Database, identifier: str, **fields: object) -> Video:
    video = Video(
        identifier, identifier, "g", "youtube", "y", "en", youtube_id="x", added_at=time.time()
    )
    videos.add(db, video)
    videos.update(db, identifier, **fields) if fields else None
    return videos.get(db, identifier)


@pytest.mark.parametrize("by_s", [3600.0, _YEAR_S])
def test_progress_goes_on_and_its_time_left_stays_true(
    tmp_path: Path, set_back: Callable[[float], None], by_s: float
) -> None:
    report = Progress(tmp_path / "p.json", interval_s=0.0)
    report(0.1, "Reading 1")
    set_back(by_s)
    report(0.5, "Reading 2")
    said = read(tmp_path / "p.json")
    assert said["fraction"] == 0.5
    assert 0 <= said["eta_s"] < 60


def test_a_retry_that_was_agreed_on_before_is_due(
    db: Database, set_back: Callable[[float], None]
) -> None:
    """Else the video would wait for the clock to come to that hour again."""
    video = add(db, "v1")
    refused = Refused("Not now.", retry_after_s=3600)
    videos.update(db, "v1", state="failed", **retrying.changes(video, refused))
    reconcile(db)
    assert jobs.live(db) == []
    set_back(_YEAR_S)
    reconcile(db)
    assert [job.subject for job in jobs.live(db)] == ["v1"]


def test_rows_of_the_future_get_their_job(db: Database, set_back: Callable[[float], None]) -> None:
    add(db, "v1")
    reconcile(db)
    assert jobs.live(db) == []  # it has just been added: whoever did so queues it
    set_back(3600)
    reconcile(db)
    assert [job.subject for job in jobs.live(db)] == ["v1"]


def test_a_baseline_of_the_future_holds_up_no_other(
    db: Database, set_back: Callable[[float], None]
) -> None:
    for number in range(2):
        add(db, f"v{number}", state="ready", frames=5)
        if number:
            set_back(3600)
        else:
            jobs.submit_ingest(db, add(db, "reading").id)
        queued = queue_baseline(db)
        assert queued is not None
        jobs.cancel(db, queued)  # while videos are read only one is made at a time


def test_a_worker_is_known_whose_beginning_seems_to_have_moved(db: Database) -> None:
    """What a process began at is counted from a boot whose time moves with the clock."""
    held = lock.WorkerLock(db)
    assert held.acquire()
    said = db.files.folder / "worker.json"
    known = json.loads(said.read_text())
    said.write_text(json.dumps({**known, "began": known["began"] + 3600}))
    assert lock.worker_alive(db)
    assert not lock.WorkerLock(db).acquire()


def test_a_turn_that_is_waited_for_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_back: Callable[[float], None]
) -> None:
    monkeypatch.setenv("AFFINITY_YOUTUBE_PAUSE_S", "0.2")
    Pace(tmp_path).wait("x", lambda *_: None)
    began = time.monotonic()
    Pace(tmp_path).wait("y", lambda *_: set_back(_YEAR_S))
    assert 0.1 < time.monotonic() - began < 2


def test_copies_are_made_and_the_newest_kept(
    db: Database, set_back: Callable[[float], None]
) -> None:
    assert back_up(db) is not None
    set_back(_YEAR_S)
    for number in range(KEPT + 1):
        add(db, f"v{number}")
        copy = back_up(db)
        assert copy is not None
    assert sorted(db.files.backups.glob("*.db"))[-1] == copy
    assert len(list(db.files.backups.glob("*.db"))) == KEPT
    with closing(sqlite3.connect(copy)) as there:
        assert there.execute("SELECT count(*) FROM videos").fetchone() == (KEPT + 1,)
