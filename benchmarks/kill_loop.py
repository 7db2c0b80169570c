"""Kills web server, worker, decoders, readers, trainers and commands, and judges what is left.

    python -m benchmarks.kill_loop                 # 500 kills, on two cores
    python -m benchmarks.kill_loop --kills 60 --seed 1

Each kill is a SIGKILL at a random time (the same for the same seed, as far as the machine is) while
small drawn videos are added and read and small models trained. What was killed is started again as
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
from collections import Counter
from pathlib import Path
from random import Random

import psutil

from benchmarks.killing import judge
from benchmarks.killing.processes import Web, leftovers, running
from benchmarks.killing.work import Work
from core import jobs
from core.storage import Database, open_library

_SHARES = {"trainer": 30, "decoder": 25, "reader": 15, "worker": 15, "web": 8, "command": 7}
_LONGEST_S = 2.5  # between two kills
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
) -> Counter[str]:
    """So many processes of every role; which were there decides where the one wished for is not."""
    killed: Counter[str] = Counter()
    end = time.monotonic() + 60 * options.minutes
    while killed.total() < options.kills and time.monotonic() < end:
        until = time.monotonic() + rng.random() * _LONGEST_S
        wish = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        web.keep()
        work.top_up(_MOST_VIDEOS)
        while time.monotonic() < until:
            time.sleep(0.02)
        target = _target(db, wish, rng)
        if target is not None:
            role, process = target
            with contextlib.suppress(psutil.Error):
                process.kill()
                killed[role] += 1
    return killed


def _target(db: Database, wish: str, rng: Random) -> tuple[str, psutil.Process] | None:
    """A process of that role, for which a moment is waited; else any but the dear web server."""
    for _ in range(40):
        there = list(running(db.files.folder))
        wished = [one for one in there if one[0] == wish]
        if wished:
            return rng.choice(wished)
        time.sleep(0.05)
    others = [one for one in there if one[0] != "web"]
    return rng.choice(others) if others else None


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


def _print(killed: Counter[str], work: Work, found: dict[str, list[str]], took_s: float) -> None:
    print(
        f"{killed.total()} kills: " + ", ".join(f"{n} {role}" for role, n in killed.most_common())
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
