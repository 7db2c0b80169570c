"""The web server and all that it brings along: found by what they run, killed, started again."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

_ROOT = Path(__file__).parents[2]
# Each role by words of its command line.
ROLES = {
    "web": "streamlit",
    "worker": "core.jobs.worker",
    "decoder": "core.video.decode",
    "reader": "core.pipeline ingest",
    "trainer": "core.pipeline train",
    "command": "core add",
}


def environment(data: Path) -> dict[str, str]:
    """What every process of this library is started with; by it they are found again."""
    threads = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT)}
    return {**os.environ, **threads, "AFFINITY_DATA": str(data)}


def command(data: Path, *words: str) -> subprocess.Popen[str]:
    """`python -m core WORDS`, its output kept."""
    return subprocess.Popen(
        [sys.executable, "-m", "core", *words],
        env=environment(data),
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Web:
    """The app on a port of its own; it brings a worker along."""

    def __init__(self, data: Path) -> None:
        self._data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def keep(self) -> bool:
        """Start it unless it runs; whether it had to be."""
        if self.process is not None and self.process.poll() is None:
            return False
        out = (self._data.parent / "web.log").open("a")
        words = ["-m", "core", "app", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, *words],
            env=environment(self._data),
            cwd=_ROOT,
            stdout=out,
            stderr=out,
        )
        out.close()
        return True

    def answers(self, patience_s: float = 60.0) -> bool:
        """Whether its health route answers within that time."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                address = f"http://127.0.0.1:{self.port}/_stcore/health"
                with urllib.request.urlopen(address, timeout=5) as answer:
                    return bool(answer.status == 200)
            time.sleep(0.2)
        return False

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()


def running(data: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Role and process of everything that works on this library."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            role = next((role for role, said in ROLES.items() if said in words), None)
            if role and process.environ().get("AFFINITY_DATA") == str(data):
                yield role, process


def leftovers(data: Path, patience_s: float = 15.0) -> list[str]:
    """What still runs on this library after that time."""
    until = time.monotonic() + patience_s
    while found := [f"{role} {process.pid}" for role, process in running(data)]:
        if time.monotonic() > until:
            return found
        time.sleep(0.2)
    return []
