"""The library that is fuzzed, in a folder of its own, with a watch on all that lies around it."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cached_property
from pathlib import Path

from benchmarks.explore_library import make_library
from core.storage import Database, open_library

RUN, VIDEO = "many-frames", "video0"
_WATCHED = Path(__file__).parent / "watched"
_FRAMES = 48


class Place:
    """ROOT/data is the library, ROOT/tmp for temporary files; home and cwd stay as they are."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.data, self.tmp = self.root / "data", self.root / "tmp"
        self._log = self.root / "outside.log"
        for folder in (self.tmp, self.root / "home", self.root / "cwd"):
            folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {
            "AFFINITY_DATA": str(self.data),
            "TMPDIR": str(self.tmp),
            "HOME": str(self.root / "home"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(_WATCHED),
            "AFFINITY_FUZZ_WATCH": str(self._log),
            "AFFINITY_FUZZ_INSIDE": os.pathsep.join((f"{self.data}/", f"{self.tmp}/")),
        }
        os.chdir(self.root / "cwd")

    @cached_property
    def db(self) -> Database:
        """The library, with two videos of 24 frames and a PCA that decodes."""
        if not self.data.exists():
            make_library(self.data, _FRAMES, k=4, per_video=_FRAMES // 2).close()
            shutil.copytree(self.data, self.root / "whole")
        return open_library(self.data)

    @property
    def whole(self) -> Path:
        """The library's folder as it was made."""
        return self.root / "whole"

    def watch(self) -> None:
        """From now on note what this process, too, writes elsewhere."""
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(_WATCHED))
        sys.modules.pop("sitecustomize", None)  # the system may have one of its own
        __import__("sitecustomize")

    def outside(self) -> list[str]:
        """What was written outside since the last time it was asked."""
        found = self._log.read_text().splitlines() if self._log.exists() else []
        if found:
            os.truncate(self._log, 0)
        strays = [*(self.root / "home").iterdir(), *(self.root / "cwd").iterdir()]
        for stray in strays:
            shutil.rmtree(stray) if stray.is_dir() else stray.unlink()
        return [line for line in found if str(self._log) not in line] + [str(s) for s in strays]
