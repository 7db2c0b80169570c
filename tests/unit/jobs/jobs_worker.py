"""A worker, and a child of it, whose jobs do what their arguments say instead of real work.

`python jobs_worker.py [--idle-exit S]` is the worker; with `child` first, the child.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from core.errors import NothingFound, VideoUnreadable  # noqa: E402
from core.pipeline.__main__ import main as child_main  # noqa: E402
from core.storage import Database, results, room, runs, videos  # noqa: E402
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


def simulate_disk(folder: Path) -> None:
    """The free room is what a file `free` says; with a file `refuses` the engine cannot write.

    Without the files all is as it really is.
    """
    really = room.free

    def free(asked: Path) -> int:
        said = folder / "free"
        return int(said.read_text()) if said.exists() else really(asked)

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        writes = statement.startswith(("INSERT", "UPDATE"))
        if writes and "workflow" in statement and (folder / "refuses").exists():
            with (folder / "refused").open("a") as out:
                out.write(f"{statement}\n")
            raise sqlite3.OperationalError("database or disk is full")

    room.free = free
    sa.event.listen(sa.Engine, "before_cursor_execute", refuse)


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
    elif what == "nothing":
        raise NothingFound("Nobody speaks in it.")
    elif what == "too big":
        raise MemoryError
    elif what == "die" or (what == "die once" and f"died {subject}" not in notes(db)):
        _note(db, f"died {subject}")
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "needs 7 MB" and room.free(db.files.folder) < 7_000_000:
        raise OSError(errno.ENOSPC, "No space left on device")
    elif what == "dies further":
        _die_further(db, subject)
    elif what == "wait" and (db.files.folder / "go").write_text("") == 0:
        while (db.files.folder / "go").exists():
            time.sleep(0.05)
    elif what == "hold":  # as long as the test says, whichever attempt this is
        while not (db.files.folder / "released").exists():
            time.sleep(0.05)
    elif what == "fault":
        raise KeyError("a fault of ours")
    elif what == "with a child":
        _with_a_child(db, subject)


def _die_further(db: Database, run_id: str) -> None:
    """Four times a new checkpoint, then the end of the process; the fifth time all is well."""
    kept = results.resume_file(db, run_id)
    times = int(kept.read_text()) if kept.exists() else 0
    if times < 4:
        write_bytes(kept, str(times + 1).encode())
        os.kill(os.getpid(), signal.SIGKILL)


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
    simulate_disk(Path(os.environ["AFFINITY_DATA"]))
    if sys.argv[1:2] == ["child"]:
        sys.exit(child_main(sys.argv[2:], actions=ACTIONS))
    from core.jobs import worker  # a child has no use for it, and it takes its time to load

    sys.exit(worker.main(sys.argv[1:], command=command))
