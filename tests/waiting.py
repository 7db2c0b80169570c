"""Waiting in tests for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(what: Callable[[], object], patience_s: float = 60.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
