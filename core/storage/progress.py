"""How a job says how far it is: one small file per job, written by the job, read by everybody."""

from __future__ import annotations

import contextlib
import math
import re
import time
from pathlib import Path

from core.errors import StorageFailed
from core.storage.files import read_json, write_json

_NUMBER = re.compile(r"\d+")


class Progress:
    """Call it with a fraction and what is going on; written each `interval_s`, a new phase at once.

    A phase is a message whatever its numbers. Time is measured by a clock that nobody sets. What
    cannot be written is left out: the disk is full, which the work will meet itself, or Windows
    keeps a file from being replaced while it is read.
    """

    def __init__(self, path: Path | None, interval_s: float = 0.5) -> None:
        """`path` None keeps nothing: for calls that nobody watches."""
        self._path = path
        self._interval_s = interval_s
        self._written = -math.inf
        self._phase: str | None = None
        self._began = time.monotonic()

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        """Say that `fraction` (0 to 1) is done. Without `eta_s` it is estimated from the pace."""
        now = time.monotonic()
        phase = _NUMBER.sub("", message)
        soon = phase == self._phase and now - self._written < self._interval_s
        if self._path is None or soon:
            return
        self._written, self._phase = now, phase
        if eta_s is None and fraction > 0.02:
            eta_s = (now - self._began) * (1 - fraction) / fraction
        said = {"fraction": min(1.0, fraction), "message": message, "eta_s": eta_s}
        with contextlib.suppress(StorageFailed):
            write_json(self._path, {**said, "at": time.time()})

    def part(self, start: float, end: float) -> Progress:
        """A reporter whose 0 to 1 is this one's `start` to `end`."""
        return _Part(self, start, end)

    def fail(self, sentence: str) -> None:
        """Leave the sentence that explains why the job ended."""
        if self._path is not None:
            write_json(self._path, {"error": sentence, "at": time.time()})

    def conclude(self, sentence: str) -> None:
        """Leave the sentence that says what came of a job that ended well."""
        if self._path is not None:
            write_json(self._path, {"conclusion": sentence, "at": time.time()})

    def hold(self, needed: int) -> None:
        """Say that the job goes on once `needed` bytes are free, if there is room to say that."""
        if self._path is not None:
            with contextlib.suppress(StorageFailed):
                write_json(self._path, {"needed": needed, "at": time.time()})


class _Part(Progress):
    def __init__(self, whole: Progress, start: float, end: float) -> None:
        super().__init__(None)
        self._whole, self._start, self._end = whole, start, end

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        self._whole(self._start + fraction * (self._end - self._start), message, eta_s)

    def fail(self, sentence: str) -> None:
        self._whole.fail(sentence)


def read(path: Path) -> dict:
    """What the job last said: fraction, message, eta_s, at; or error, conclusion or needed, at; or
    nothing."""
    return read_json(path) or {}
