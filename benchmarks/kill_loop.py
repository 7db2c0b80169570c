"""Kills web server, worker, decoders, readers, trainers and commands, and judges what is left.

    python -m benchmarks.kill_loop                 # 500 kills, on two cores
    python -m benchmarks.kill_loop --kills 60 --seed 1

Each kill is a SIGKILL at a random time while small drawn videos are added and read and small models
trained. What was killed is started again as
it would be by a person or by itself. When all work has ended, the invariants are checked.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

import psutil

from benchmarks.killing import judge
from benchmarks.killing.processes import Web, leftovers, running
from benchmarks.killing.work import Work
from core import jobs
from core.storage import Database, open_library

# Between two kills of a role, on average, in times that reading a video takes in peace.
_BETWEEN = {"trainer": 1.5, "decoder": 1.0, "reader": 1.5, "worker": 3.0, "web": 5.0, "command": 3}
_LOOK_S = 0.1
_PATIENCE_S = 900.0  # for all that was asked for to end
_MOST_VIDEOS = 60


def main() -> int:
    options = _options()
    root = Path(tempfile.mkdtemp(prefix="kill-"))
    db = open_library(root / "data")
    rng = Random(options.seed)
    began = time.monotonic()
    web = Web(db.files.folder)
    web.keep()
    work = Work(db, root, rng)
    try:
        work.begin()
        killed = _kill(db, web, work, rng, options)
        found = _settle(db, web, work)
        found |= judge.faults(db, work)
    finally:
        web.end()
        jobs.stop_worker(db)
    found["no process outlives its work"] = leftovers(db.files.folder)
    _print(killed, work, found, time.monotonic() - began)
    if not any(found.values()):
        shutil.rmtree(root, ignore_errors=True)
    else:
        print(f"The library is kept in {root}.")
    return int(any(found.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=60.0, help="no kills after these (60)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _kill(
    db: Database, web: Web, work: Work, rng: Random, options: argparse.Namespace
) -> dict[str, list[float]]:
    """Kill so many processes; by role, how old each of them was.

    Every role has its own random times, so that a trainer comes to train between two kills of it
    while decoders fall. They are counted in what reading a video takes here in peace.
    """
    ages: dict[str, list[float]] = {role: [] for role in _BETWEEN}
    due = {role: time.monotonic() + _pause(role, work, rng) for role in _BETWEEN}
    end = time.monotonic() + 60 * options.minutes
    while sum(map(len, ages.values())) < options.kills and time.monotonic() < end:
        web.keep()
        work.top_up(_MOST_VIDEOS)
        there = list(running(db.files.folder))
        for role in [role for role, at in due.items() if at <= time.monotonic()]:
            found = [process for its, process in there if its == role]
            if not found:  # it is killed at some moment after it has come
                due[role] = time.monotonic() + rng.random() * work.reading_s
                continue
            with contextlib.suppress(psutil.Error):
                process = rng.choice(found)
                process.kill()
                ages[role].append(time.time() - process.create_time())
            due[role] = time.monotonic() + _pause(role, work, rng)
        time.sleep(_LOOK_S)
    return ages


def _pause(role: str, work: Work, rng: Random) -> float:
    return rng.expovariate(1 / (_BETWEEN[role] * work.reading_s))


def _settle(db: Database, web: Web, work: Work) -> dict[str, list[str]]:
    """Let everything end in peace; failed work is asked for again."""
    web.keep()
    answers = web.answers()
    until = time.monotonic() + _PATIENCE_S
    quiet = 0
    while quiet < 3 and time.monotonic() < until:
        work.look()
        work.try_again()
        quiet = quiet + 1 if not jobs.live(db) else 0
        time.sleep(1.0)
    return {
        "the web server answers": [] if answers else ["it does not"],
        "all work ends": [] if quiet else [f"{job.id} {job.state}" for job in jobs.live(db)],
    }


def _print(
    ages: dict[str, list[float]], work: Work, found: dict[str, list[str]], took_s: float
) -> None:
    print(f"{sum(map(len, ages.values()))} kills")
    for role, old in ages.items():
        if old:
            print(
                f"  {len(old):3} {role}, {min(old):.1f} to {max(old):.1f} s old, "
                f"half of them below {median(old):.1f} s"
            )
    print(
        f"{len(work.videos)} videos and {len(work.runs)} trainings were acknowledged; what failed "
        f"was asked for again {work.again} times"
    )
    for what, broken in found.items():
        print(f"{'ok    ' if not broken else 'BROKEN'} {what}")
        for one in broken[:10]:
            print(f"       {one}")
    used = os.times()
    cpu_s = used.user + used.system + used.children_user + used.children_system
    print(f"{took_s:.0f} s, {cpu_s:.0f} s of processors that ended in view")


if __name__ == "__main__":
    sys.exit(main())
