"""Runs a module of ours in a child process: a request, messages, an answer or one sentence.

The parent writes a line of JSON (and bytes, where there are any) and keeps the pipe open: when it
breaks, the child ends. The child writes one JSON object a line, the last one {"failed": the name of
an AffinityError, "sentence": its text} where it could not do what was asked.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import psutil

from core import errors
from core.config import PROJECT
from core.offline import go_offline

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_LONGEST_LINE = 64 * 1024**2
_UNREAD = 100  # messages that may wait; then the child does
KILLED = 9  # SIGKILL, which not every system has
_DEATH_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Limits:
    """What a child may use, where the system has a way to bound it (`limits_available`)."""

    memory_bytes: int
    cpu_s: int
    file_bytes: int  # of any one file that it writes


class ChildFailed(Exception):
    """A child that ended without a word, said what cannot be understood, or hung (`code` None)."""

    def __init__(self, code: int | None) -> None:
        super().__init__("it hung" if code is None else f"exit code {code}")
        self.code = code


class Say(Protocol):
    """Tells the parent one thing: keywords that JSON can hold."""

    def __call__(self, **what: Any) -> None: ...


def limits_available() -> bool:
    """Whether this system can bound the memory, processor time and files of a child; Linux can."""
    return resource is not None and sys.platform == "linux"


def messages(
    module: str,
    request: Mapping[str, Any],
    *,
    data: bytes = b"",
    silence_s: float,
    wall_s: float,
    limits: Limits | None = None,
    network: bool = False,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """What `python -m module`, which calls `serve`, says to `request` and `data`, as it says it.

    It may be silent for `silence_s` and run for `wall_s`; closing the iterator ends it. Without
    `network` it can connect to nothing, where the system has a way (core.offline). What it prints
    otherwise goes to the end of `log`. Raises the AffinityError that it names, ChildFailed.
    """
    head = {
        "limits": limits and asdict(limits),
        "network": network,
        "bytes": len(data),
        "request": dict(request),
    }
    with contextlib.ExitStack() as stack:
        err = subprocess.DEVNULL if log is None else stack.enter_context(log.open("ab"))
        process = subprocess.Popen(
            _command(module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=err,
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
        )
    heard: queue.Queue[bytes] = queue.Queue(_UNREAD)
    send = threading.Thread(target=_send, args=(process.stdin, json.dumps(head), data), daemon=True)
    hear = threading.Thread(target=_hear, args=(process.stdout, heard), daemon=True)
    try:
        send.start()
        hear.start()
        end = time.monotonic() + wall_s
        while line := _next(heard, min(silence_s, end - time.monotonic())):
            yield _understood(line)
        if process.wait() != 0:
            raise ChildFailed(process.returncode)
    finally:
        kill_tree(process)
        while hear.is_alive():  # it may be waiting for room
            with contextlib.suppress(queue.Empty):
                heard.get(timeout=0.01)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # both are pipes


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it started, and wait for it."""
    end_tree(process, psutil.Process.kill)
    process.kill()
    process.wait()


def end_tree(process: subprocess.Popen[bytes], end: Callable[[psutil.Process], None]) -> None:
    """Call `end` with a process and whatever it started, as far as that still has its parent."""
    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(process.pid)
        for one in [*top.children(recursive=True), top]:
            with contextlib.suppress(psutil.Error):
                end(one)


def _command(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _send(pipe: BinaryIO, head: str, data: bytes) -> None:
    with contextlib.suppress(OSError):  # it is gone: how it ended says more
        pipe.write(f"{head}\n".encode() + data)
        pipe.flush()


def _hear(pipe: BinaryIO, heard: queue.Queue[bytes]) -> None:
    while line := pipe.readline(_LONGEST_LINE):
        heard.put(line)
    heard.put(b"")


def _next(heard: queue.Queue[bytes], patience_s: float) -> bytes:
    try:
        return heard.get(timeout=max(0.0, patience_s))
    except queue.Empty:
        raise ChildFailed(None) from None


def _understood(line: bytes) -> dict[str, Any]:
    try:
        message = dict(json.loads(line))
    except (ValueError, TypeError) as error:
        raise ChildFailed(1) from error
    if "failed" in message:
        kind = getattr(errors, str(message["failed"]), None)
        if not (isinstance(kind, type) and issubclass(kind, errors.AffinityError)):
            kind = errors.AffinityError
        raised = kind(str(message.get("sentence")))
        if isinstance(raised, errors.DiskFull) and isinstance(message.get("needed"), int):
            raised.needed = message["needed"]
        raise raised
    return message


def serve(answer: Callable[[dict[str, Any], bytes, Say], None]) -> int:
    """The child's side: let `answer` tell what the request and its bytes ask for; the exit code."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no message

    def say(**what: Any) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    asked = os.fdopen(0, "rb", buffering=0, closefd=False)  # a buffer would be locked by _watch
    head = json.loads(asked.readline())
    if head["limits"]:
        _restrict(Limits(**head["limits"]))
    if not head["network"]:
        go_offline()
    data = _read(asked, head["bytes"])
    end_with_parent()
    try:
        answer(head["request"], data, say)
    except errors.AffinityError as error:
        needed = getattr(error, "needed", 0)  # by DiskFull
        say(failed=type(error).__name__, sentence=str(error), needed=needed)
        return 1
    return 0


def _read(pipe: io.RawIOBase, size: int) -> bytes:
    """So many bytes, or those there are: each read gives what the pipe holds, little of many."""
    data = bytearray(size)
    got = 0
    while got < size and (more := pipe.readinto(memoryview(data)[got:])):
        got += more
    return bytes(data[:got])


def _restrict(limits: Limits) -> None:
    """Bound this process's memory, CPU time and file size, as far as the system can."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS bounds no address space
            resource.setrlimit(what, (most, most))


def end_with_parent(number: int = KILLED, end: Callable[[], object] = lambda: os._exit(1)) -> None:
    """Call `end` when the process that holds the other end of standard input is gone.

    Where the system has a signal of its own for that, it sends `number`.
    """
    signal_with_parent(number)
    threading.Thread(target=_watch, args=(end,), daemon=True).start()


def signal_with_parent(number: int = KILLED) -> None:
    """Have the system send `number` once the thread that started this process is gone, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_WITH_PARENT, number)


def _watch(end: Callable[[], object]) -> None:
    while os.read(0, 1):
        pass
    end()
