"""Waits for a job and says how far it is: one line that moves on a terminal, lines elsewhere."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from typing import TextIO

from core import jobs
from core.commands.shared.printing import plain
from core.errors import JobEnded
from core.format import clock
from core.records import Job
from core.storage import Database
from core.storage.progress import Progress

_IDLE_EXIT_S = 30.0  # a worker that a command has started ends when it has nothing to do
_LINE_EVERY_S = 5.0
_MOVES_EVERY_S = 0.1
_BAR = 24


def finish(db: Database, job_id: str, options: argparse.Namespace) -> bool:
    """Wait until a job has ended well; False when it is left to run by itself (--detach, Ctrl-C).

    Raises JobEnded when it failed or was cancelled, WorkerFailed when there is no worker.
    """
    jobs.ensure_worker(db, idle_exit_s=_IDLE_EXIT_S)
    if options.detach:
        print(f"Queued as job {job_id}.", file=sys.stderr)
        return False
    line = ProgressLine(sys.stderr)
    try:
        job = jobs.wait(db, job_id, line.show)
    except KeyboardInterrupt:
        line.close()
        where = f"--data {shlex.quote(str(options.data))}"
        print(
            f"The job goes on in the background; `python -m core cancel {job_id} {where}` ends it, "
            f"`python -m core jobs {where}` shows it.",
            file=sys.stderr,
        )
        return False
    line.close()
    if job.state != "done":
        raise JobEnded(job.message or f"Job {job.id} was {job.state}; start it again.")
    return True


class TerminalLine:
    """What is written over itself on a terminal, and is a line each time elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.moves = out.isatty()

    def write(self, said: str) -> None:
        """Say it now."""
        self._out.write(f"\r\033[K{said}" if self.moves else f"{said}\n")
        self._out.flush()

    def close(self) -> None:
        """Leave an empty line for what comes next."""
        if self.moves:
            self._out.write("\r\033[K")
            self._out.flush()


class ProgressLine(TerminalLine):
    """How far a job is; where lines do not move, news and else one every few seconds."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self._said = self._now = ""
        self._at = 0.0

    def show(self, job: Job) -> None:
        """Say the news of a job that is still going on."""
        if job.state not in ("queued", "running"):
            return
        if self.moves:
            self.write(f"{_bar(job.progress)} {sentence(job)}")
        elif self._is_news(job):
            self.write(sentence(job))

    def _is_news(self, job: Job) -> bool:
        phase, now = f"{job.id} {job.state}", sentence(job)
        soon = time.monotonic() - self._at < _LINE_EVERY_S
        if now == self._now or (phase == self._said and soon):
            return False
        self._now = now
        self._said, self._at = phase, time.monotonic()
        return True


class StepLine(Progress):
    """How far a command itself is; where lines do not move, one every few seconds."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(None)
        self._line = TerminalLine(out)
        self._every_s = _MOVES_EVERY_S if self._line.moves else _LINE_EVERY_S
        self._said_at = time.monotonic()

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        if time.monotonic() - self._said_at < self._every_s:
            return
        self._said_at = time.monotonic()
        said = message if eta_s is None else f"{message}, {clock(eta_s)} left"
        self._line.write(f"{_bar(fraction)} {said}" if self._line.moves else said)

    def close(self) -> None:
        """Leave an empty line for what comes next."""
        self._line.close()


def sentence(job: Job) -> str:
    """ "Reading us: 40 %, decoding frames, 0:12 left"."""
    if job.state == "queued":
        return f"{plain(job.title)}: {plain(job.message) or 'waiting for its turn'}"
    parts = [f"{round(100 * job.progress)} %", plain(job.message)]
    if job.eta_s is not None:
        parts.append(f"{clock(job.eta_s)} left")
    return f"{plain(job.title)}: " + ", ".join(part for part in parts if part)


def _bar(fraction: float) -> str:
    filled = round(_BAR * fraction)
    return "[" + "#" * filled + "." * (_BAR - filled) + "]"
