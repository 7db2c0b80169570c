"""Several workers on PostgreSQL, real processes: each job has one result, whatever ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import jobs
from core.config import RunConfig
from core.records import Run, Video
from core.storage import Database, runs, videos, workers
from models.config import PcaConfig
from tests.cluster.team import PLAYED, SILENCE_S, Team, child, ended, gone, release, until
from tests.unit.jobs.jobs_worker import notes

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

CONFIG = RunConfig(PcaConfig())


def add_video(db: Database, identifier: str, title: str) -> str:
    """Queue the reading of a video, of which `title` says what happens. Gives the job's id."""
    video = Video(identifier, title, "g", "upload", "x.mp4", "en", added_at=time.time())
    videos.add(db, video)
    return jobs.submit_ingest(db, identifier)


def add_run(db: Database, name: str) -> str:
    run = Run(f"run-{name[:5].strip()}", name, "pca", "fast", "queued", ("v",), CONFIG.to_json())
    runs.add(db, run)
    return jobs.submit_run(db, run.id)


def test_two_share_the_work_and_say_how_far_it_is(db: Database, team: Team) -> None:
    team.start("a")
    team.start("b")
    queued = [add_video(db, f"v{place}", "fine") for place in range(6)]
    sleeping = add_video(db, "slow", "sleep")
    until(lambda: jobs.get(db, sleeping).progress == 0.5)
    said = jobs.get(db, sleeping)
    assert (said.state, said.message) == ("running", "sleeping")
    assert {ended(db, one).state for one in queued} == {"done"}
    assert {videos.get(db, f"v{place}").state for place in range(6)} == {"ready"}
    assert {team.owner(one) for one in queued} == {"a", "b"}
    assert len([line for line in notes(db) if line.startswith("ingest v")]) == 6
    began = time.monotonic()
    pid = child(db, "slow")
    jobs.cancel(db, sleeping)
    until(lambda: gone(pid))
    assert time.monotonic() - began < 2
    assert jobs.get(db, sleeping).state == "cancelled"
    assert videos.get(db, "slow").message == "Cancelled."


@pytest.mark.thorough
def test_a_name_is_one_worker_s_and_queues_are_chosen(db: Database, team: Team) -> None:
    team.start("a", "--queues", "ingest,baseline")
    command = [sys.executable, *PLAYED, "--name", "a"]
    environment = {**os.environ, "AFFINITY_DATA": str(db.files.folder)}
    second = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert second.returncode == 1 and "choose another --name" in second.stderr
    wrong = subprocess.run([*command, "--queues", "x"], capture_output=True, text=True)
    assert wrong.returncode == 1 and "'x'" in wrong.stderr
    training = add_run(db, "count")
    until(lambda: "train-cpu" in jobs.get(db, training).message)
    assert ended(db, add_video(db, "v", "fine")).state == "done"
    assert jobs.get(db, training).state == "queued"
    team.start("b", "--queues", "train-cpu")
    assert ended(db, training).state == "done"
    assert team.owner(training) == "b"


def start_two(team: Team, job: Callable[[], str]) -> tuple[str, str, str]:
    """Two workers and a job that waits until it is let go: its id, who does it, and the other."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(team.start, ("a", "b")))
    job_id = job()
    until(lambda: notes(team.db))
    owner = team.owner(job_id)
    return job_id, owner, {"a": "b", "b": "a"}[owner]


def taken_over(team: Team, job_id: str, other: str) -> None:
    """Wait until the other worker's attempt is under way."""
    until(lambda: team.owner(job_id) == other)
    until(lambda: len(notes(team.db)) == 2)


@pytest.mark.thorough
def test_who_ends_leaves_its_work_to_others_at_once(db: Database, team: Team) -> None:
    job_id, owner, other = start_two(team, lambda: add_run(db, "hold"))
    assert team.end(owner) == 0
    began = time.monotonic()
    taken_over(team, job_id, other)
    assert time.monotonic() - began < SILENCE_S
    release(db)
    assert ended(db, job_id).state == "done"
    assert notes(db).count("train run-hold done") == 1
    assert [one.name for one in workers.every(db)] == [other]


@pytest.mark.thorough
def test_one_that_starts_again_under_its_name_has_its_jobs_back(db: Database, team: Team) -> None:
    team.start("a")
    job_id = add_run(db, "hold")
    pid = child(db, "run-hold")
    team.send("a", signal.SIGKILL)
    team.processes["a"].wait()
    until(lambda: gone(pid))
    team.start("a")
    until(lambda: len(notes(db)) == 2)
    release(db)
    assert ended(db, job_id).state == "done"
    assert notes(db).count("train run-hold done") == 1


def test_a_killed_one_is_taken_over_from(db: Database, team: Team) -> None:
    job_id, owner, other = start_two(team, lambda: add_video(db, "v", "hold"))
    pid = child(db, "v")
    team.send(owner, signal.SIGKILL)
    until(lambda: gone(pid))
    until(lambda: "silent" in jobs.get(db, job_id).message)
    taken_over(team, job_id, other)
    release(db)
    assert ended(db, job_id).state == "done"
    assert videos.get(db, "v").state == "ready"


@pytest.mark.thorough
def test_a_frozen_one_ends_its_work_and_comes_back_as_a_new_one(db: Database, team: Team) -> None:
    """Its process goes on by itself, sees that the worker is silent, and ends before a takeover."""
    job_id, owner, other = start_two(team, lambda: add_run(db, "hold"))
    pid = child(db, "run-hold")
    team.send(owner, signal.SIGSTOP)
    until(lambda: gone(pid), SILENCE_S)
    assert team.owner(job_id) == owner
    taken_over(team, job_id, other)
    team.send(owner, signal.SIGCONT)
    until(lambda: "ending what is done" in team.log(owner))
    until(lambda: len(workers.alive(db)) == 2)
    assert team.owner(job_id) == other and jobs.get(db, job_id).state == "running"
    release(db)
    assert ended(db, job_id).state == "done"
    assert notes(db).count("train run-hold done") == 1
    assert ended(db, add_video(db, "v", "fine")).state == "done"


def test_a_frozen_machine_publishes_nothing_when_it_thaws(db: Database, team: Team) -> None:
    """Worker and job stand still together, and go on after another one has done the work."""
    job_id, owner, other = start_two(team, lambda: add_video(db, "v", "hold"))
    pid = child(db, "v")
    team.send(owner, signal.SIGSTOP)
    os.kill(pid, signal.SIGSTOP)
    taken_over(team, job_id, other)
    release(db)
    assert ended(db, job_id).state == "done"
    videos.update(db, "v", message="as the second attempt left it")
    os.kill(pid, signal.SIGCONT)  # which publishes at once: nothing else waits for it
    until(lambda: gone(pid))
    team.send(owner, signal.SIGCONT)
    until(lambda: len(workers.alive(db)) == 2)
    assert videos.get(db, "v").message == "as the second attempt left it"
    assert jobs.get(db, job_id).state == "done" and team.owner(job_id) == other


@pytest.mark.thorough
def test_a_cancelled_takeover_stays_cancelled(db: Database, team: Team) -> None:
    job_id, owner, _ = start_two(team, lambda: add_run(db, "hold"))
    pid = child(db, "run-hold")
    team.send(owner, signal.SIGSTOP)
    os.kill(pid, signal.SIGSTOP)
    until(lambda: "silent" in jobs.get(db, job_id).message)
    jobs.cancel(db, job_id)
    assert runs.get(db, "run-hold").state == "cancelled"
    release(db)
    os.kill(pid, signal.SIGCONT)
    until(lambda: gone(pid))
    team.send(owner, signal.SIGCONT)
    until(lambda: len(workers.alive(db)) == 2)
    assert jobs.get(db, job_id).state == "cancelled"
    assert (runs.get(db, "run-hold").state, len(notes(db))) == ("cancelled", 1)
    assert ended(db, jobs.submit_run(db, "run-hold")).state == "done"  # asked for once more
