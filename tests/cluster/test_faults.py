"""What goes wrong with machines while they do real work: one result each, and nothing is lost."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from core import jobs
from core.config import preset
from core.demo import CHANNELS
from core.jobs.takeover import leading
from core.pipeline.intake.add_video import add_file
from core.records import Job, Video
from core.storage import Database, analyses, results, runs, videos, workers
from tests.cluster.team import REAL, SILENCE_S, Team, child, ended, release, until
from tests.unit.jobs.jobs_worker import notes

pytestmark = [pytest.mark.postgres, pytest.mark.thorough]
FRAMES = 35  # that the sample's first channel has
SMALL = {
    **{"width": 80, "height": 48, "latent_size": 8, "channels": 8, "maps": 4, "steps": 80},
    **{"checkpoint_every_s": 0, "held_out": "none"},
}
Fault = Callable[[Team, str], list[int]]


def kill(team: Team, name: str) -> list[int]:
    team.send(name, signal.SIGKILL)
    return []


def freeze(team: Team, name: str) -> list[int]:
    """Stop a worker and all it has started, as a machine that stands still; gives who thaws."""
    whole = psutil.Process(team.processes[name].pid)
    stopped = [whole, *whole.children(recursive=True)]
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    return [process.pid for process in stopped]


def thaw(stopped: list[int]) -> None:
    for pid in reversed(stopped):  # the jobs first: they would publish before the worker looks
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGCONT)


def go_wrong(team: Team, fault: Fault, job_id: str, far: Callable[[Job], bool]) -> None:
    """Let a fault meet the worker of a job that has got so far; the other one ends it well."""
    until(lambda: far(jobs.get(team.db, job_id)))
    owner = team.owner(job_id)
    stopped = fault(team, owner)
    job = ended(team.db, job_id, 240.0)
    assert job.state == "done", (job.message, team.log("a"), team.log("b"))
    assert team.owner(job_id) != owner
    thaw(stopped)
    if not stopped:
        team.start(owner)
    until(lambda: len(workers.alive(team.db)) == 2)
    time.sleep(3)  # for what a late one might still do


@pytest.mark.parametrize("apart", [False, True], ids=["folder", "bucket"])
@pytest.mark.parametrize("fault", [kill, freeze])
def test_reading_training_and_clustering_are_taken_over(
    db: Database,
    team: Team,
    sample: dict[str, tuple[Path, Path]],
    fault: Fault,
    apart: bool,
    request: pytest.FixtureRequest,
) -> None:
    """Of workers on one folder, and of workers that share no folder."""
    team.program, team.apart = REAL, apart
    if apart:
        db = team.db = request.getfixturevalue("machine")("web")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(team.start, ("a", "b")))
    media, said = sample[CHANNELS[0].stem]
    video = add_file(db, media, media.name, group="us", captions=(said.name, said.read_bytes()))
    job_id = jobs.submit_ingest(db, video.id)
    go_wrong(team, fault, job_id, lambda job: job.state == "running" and job.message != "")
    read = videos.get(db, video.id)
    assert (read.state, read.frames, read.message) == ("ready", FRAMES, "")
    assert len(videos.frames_of(db, video.id)) == FRAMES
    assert len(list(db.files.frames(video.id).glob("*.jpg"))) == FRAMES
    assert [path.name for path in db.files.temporary.glob("ingest-*")] == []

    config = preset("compact", "fast", {key: str(value) for key, value in SMALL.items()})
    run, job_id = jobs.submit_training(db, config, [video.id])

    def saved(job: Job) -> bool:
        return job.state == "running" and results.resume_file(db, run.id).exists()

    go_wrong(team, fault, job_id, saved)
    assert runs.get(db, run.id).state == "done"
    log = results.log(db, run.id)
    assert log.count("done in") == 1 and "going on from step" in log
    assert results.latents(db, run.id).shape == (FRAMES, 8)
    assert not results.resume_file(db, run.id).exists()

    before = len(analyses.clusterings_of(db, run.id))
    job_id = jobs.submit_clustering(db, run.id, "gmm", 5, seed=7)
    go_wrong(team, fault, job_id, lambda job: job.state == "running")
    made = analyses.clusterings_of(db, run.id)[before:]
    assert [(one.method, one.k, one.seed) for one in made] == [("gmm", 5, 7)]
    assert len(analyses.division(db, made[0])["labels"]) == FRAMES
    ended_well = {job.state for job in jobs.every(db)}
    assert ended_well == {"done"}, [job.message for job in jobs.every(db)]


def test_a_takeover_takes_no_more_than_45_s(db: Database, team: Team) -> None:
    """With the silence that is waited for outside of tests."""
    team.silence_s = 30.0
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(team.start, ("a", "b")))
    time.sleep(31)  # who has just begun calls nobody silent
    job_id = _held_video(db, "v")
    until(lambda: notes(db))
    owner = team.owner(job_id)
    team.send(owner, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: len(notes(db)) == 2)
    took_s = time.monotonic() - began
    assert 25 < took_s < 45
    release(db)
    assert ended(db, job_id).state == "done"


def test_several_that_take_over_at_once_do_it_once(db: Database, team: Team) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(team.start, ("a", "b", "c")))
    queued = [_held_video(db, f"v{place}") for place in range(3)]
    until(lambda: len(notes(db)) == 3)
    owner = team.owner(queued[0])
    lost = [one for one in queued if team.owner(one) == owner]
    team.send(owner, signal.SIGKILL)
    until(lambda: len(notes(db)) == 3 + len(lost))
    time.sleep(3)
    assert len(notes(db)) == 3 + len(lost), "each lost job is begun once more, and no other"
    release(db)
    assert {ended(db, one).state for one in queued} == {"done"}


def test_one_keeps_house_at_a_time(db: Database) -> None:
    with leading(db) as first, leading(db) as second:
        assert (first, second) == (True, False)
    with leading(db) as third:
        assert third


def test_the_database_restarts_during_a_takeover(db: Database, team: Team) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(team.start, ("a", "b")))
    job_id = _held_video(db, "v")
    until(lambda: notes(db))
    owner = team.owner(job_id)
    team.send(owner, signal.SIGKILL)
    time.sleep(SILENCE_S * 0.8)
    restart = [*shlex.split(os.environ["AFFINITY_TEST_PG_CTL"]), "-m", "immediate", "restart"]
    subprocess.run(restart, check=True, capture_output=True)
    until(lambda: len(notes(db)) == 2, 90.0)
    release(db)
    assert ended(db, job_id).state == "done"
    assert videos.get(db, "v").state == "ready"
    assert ended(db, _video(db, "w", "fine")).state == "done"


def test_the_database_is_away_while_work_is_done(db: Database, team: Team) -> None:
    """Shorter than a worker may be silent: what it does goes on and is kept."""
    team.start("a")
    job_id = _held_video(db, "v")
    pid = child(db, "v")
    restart = [*shlex.split(os.environ["AFFINITY_TEST_PG_CTL"]), "-m", "immediate", "restart"]
    subprocess.run(restart, check=True, capture_output=True)
    time.sleep(2)
    release(db)
    assert ended(db, job_id).state == "done"
    assert (child(db, "v"), len(notes(db))) == (pid, 1)


def test_a_thousand_wait_and_none_is_done_twice(db: Database, team: Team) -> None:
    for place in range(1000):
        videos.add(db, Video(f"v{place}", "fine", "g", "upload", "x", "en", added_at=time.time()))
    queued = [jobs.submit_ingest(db, f"v{place}") for place in range(1000)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(team.start, ("a", "b")))
    until(lambda: len(notes(db)) >= 20, 120.0)
    last = queued[-1]
    began = time.monotonic()
    jobs.cancel(db, last)
    assert videos.get(db, "v999").message == "Cancelled."
    assert jobs.get(db, last).state == "cancelled"
    assert time.monotonic() - began < 2
    began = time.monotonic()
    assert len(jobs.live(db)) > 900
    assert time.monotonic() - began < 3
    for name in ("a", "b"):
        assert team.end(name) == 0
    begun = Counter(line for line in notes(db) if line.startswith("ingest "))
    done = [video for video in videos.every(db) if video.state == "ready"]
    assert len(begun) - len(done) <= 4, "those that were being read as the workers ended"
    assert max(begun.values()) == 1
    assert f"ingest {last}" not in begun


def _video(db: Database, identifier: str, title: str) -> str:
    video = Video(identifier, title, "g", "upload", "x.mp4", "en", added_at=time.time())
    videos.add(db, video)
    return jobs.submit_ingest(db, identifier)


def _held_video(db: Database, identifier: str) -> str:
    return _video(db, identifier, "hold")
