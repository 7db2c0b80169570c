"""Which GPU a training may use: each has one at a time. Asks the system, not torch."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def gpus() -> list[str]:
    """The names by which CUDA_VISIBLE_DEVICES knows this machine's GPUs."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name.strip() for name in chosen.split(",") if name.strip()]
    return [path.name[len("nvidia") :] for path in sorted(Path("/dev").glob("nvidia[0-9]*"))]


class Gpus:
    """Hands the GPUs out, one to each training."""

    def __init__(self, names: list[str]) -> None:
        self._free = list(names)
        self.count = len(names)

    @contextlib.contextmanager
    def one(self, wanted: bool) -> Iterator[dict[str, str]]:
        """The environment that shows a training its GPU only; {} where there is no choice."""
        if not wanted or self.count < 2 or not self._free:
            yield {}
            return
        name = self._free.pop(0)
        try:
            yield {"CUDA_VISIBLE_DEVICES": name}
        finally:
            self._free.append(name)
