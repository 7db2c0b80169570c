"""Runs each job as a process group of its own, and ends it; knows neither DBOS nor the library."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from core.child import end_tree
from core.config import PROJECT

_POLL_S = 0.05
_GRACE_S = 1.5


class Children:
    """The processes that are running now."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    async def run(self, command: list[str], log: Path, environment: dict[str, str]) -> int:
        """Run `command` to its end and give its exit code, negative for a signal.

        Cancelling this ends the whole group. The child's standard input is a pipe that says
        nothing and breaks when this process is gone.
        """
        process = start(command, log, environment, stdin=subprocess.PIPE)
        self._running.add(process)
        try:
            while process.poll() is None:
                await asyncio.sleep(_POLL_S)
            await self._hold_if_stopping()
            return process.returncode
        finally:
            await _end(process)
            self._running.discard(process)

    def stop(self) -> None:
        """End every group because this process ends: none of them is said to have ended."""
        self._stopping = True
        for process in list(self._running):
            _end_group(process, kill=False)
        deadline = time.monotonic() + _GRACE_S
        while time.monotonic() < deadline and any(p.poll() is None for p in list(self._running)):
            time.sleep(_POLL_S)
        for process in list(self._running):
            _end_group(process, kill=True)

    async def _hold_if_stopping(self) -> None:
        while self._stopping:  # so that nobody records how a child ended that we ended ourselves
            await asyncio.sleep(_POLL_S)


def start(
    command: list[str], log: Path, environment: Mapping[str, str], stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a process group whose output goes to the end of `log`."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            cwd=PROJECT,
        )


async def _end(process: subprocess.Popen[bytes]) -> None:
    _end_group(process, kill=False)
    deadline = time.monotonic() + _GRACE_S
    while process.poll() is None and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_S)
    _end_group(process, kill=True)  # what is left of its group, too
    while process.poll() is None:
        await asyncio.sleep(_POLL_S)
    if process.stdin is not None:
        process.stdin.close()


def _end_group(process: subprocess.Popen[bytes], kill: bool) -> None:
    """Ask the child and all that it has started to end, or end them.

    Without process groups (Windows) those are found that still have their parent.
    """
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        return
    end_tree(process, psutil.Process.kill if kill else psutil.Process.terminate)
