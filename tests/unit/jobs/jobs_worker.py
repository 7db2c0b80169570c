"""A worker, and a child of it, whose jobs do what their arguments say instead of real work.

`python jobs_worker.py [--idle-exit S]` is the worker; with `child` first, the child.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from core.errors import VideoUnreadable  # noqa: E402
from core.pipeline.__main__ import main as child_main  # noqa: E402
from core.storage import Database, runs, videos  # noqa: E402
from core.storage.files import write_bytes  # noqa: E402
from core.storage.progress import Progress  # noqa: E402

STEPS, STEP_S = 40, 0.05


def ingest(db: Database, video_id: str, report: Progress) -> None:
    """The title says what happens."""
    _note(db, f"ingest {video_id}")
    _do(db, video_id, videos.get(db, video_id).title, report)
    videos.update(db, video_id, state="ready", frames=5)


def train(db: Database, run_id: str, report: Progress) -> None:
    """Counts to STEPS, keeping the count in a checkpoint; the name says what happens besides."""
    run = runs.get(db, run_id)
    runs.update(db, run_id, state="running")
    checkpoint = db.files.run(run_id) / "step"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    first = int(checkpoint.read_text()) if checkpoint.exists() else 0
    _note(db, f"train {run_id} from {first}")
    if run.name != "count":
        _do(db, run_id, run.name, report)
    for step in range(first, STEPS):
        time.sleep(STEP_S)
        write_bytes(checkpoint, str(step + 1).encode())  # whole or absent, as a real one
        report(step / STEPS, f"step {step}")
    runs.update(db, run_id, state="done", finished_at=time.time())
    _note(db, f"train {run_id} done")


def baseline(db: Database, report: Progress) -> None:
    _note(db, f"baseline of {len(videos.ready(db))}")


ACTIONS = {"ingest": ingest, "train": train, "baseline": baseline}


def _do(db: Database, subject: str, what: str, report: Progress) -> None:
    (db.files.folder / f"pid-{subject}").write_text(str(os.getpid()))
    if what == "sleep":
        report(0.5, "sleeping")
        time.sleep(60)
    elif what == "refuse":
        raise VideoUnreadable("This is no video; choose another file.")
    elif what == "too big":
        raise MemoryError
    elif what == "die" or (what == "die once" and f"died {subject}" not in notes(db)):
        _note(db, f"died {subject}")
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "fault":
        raise KeyError("a fault of ours")
    elif what == "with a child":
        _with_a_child(db, subject)


def _with_a_child(db: Database, subject: str) -> None:
    child = subprocess.Popen(["sleep", "60"])
    (db.files.folder / f"grandchild-{subject}").write_text(str(child.pid))
    child.wait()


def _note(db: Database, line: str) -> None:
    with (db.files.folder / "notes").open("a") as out:
        out.write(f"{line}\n")


def notes(db: Database) -> list[str]:
    """What the jobs did, in order."""
    path = db.files.folder / "notes"
    return path.read_text().splitlines() if path.exists() else []


def command(kind: str, arguments: dict[str, Any], job_id: str) -> list[str]:
    return [sys.executable, __file__, "child", kind, json.dumps(arguments), "--job", job_id]


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        sys.exit(child_main(sys.argv[2:], actions=ACTIONS))
    from core.jobs import worker  # a child has no use for it, and it takes its time to load

    sys.exit(worker.main(sys.argv[1:], command=command))
