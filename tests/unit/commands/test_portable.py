"""Without what only POSIX has, every module imports and a video is read from end to end."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import core
import models
import pages
from core.config import PROJECT
from core.demo import CHANNELS
from core.storage import Database, videos

_HIDDEN = Path(__file__).with_name("without_posix")
_IMPORT = """
import importlib, sys, traceback
failed = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed.append(f"{name}: {error!r}")
print("\\n".join(failed))
"""


def python(*words: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with the hidden modules, in this process's project."""
    environment = {**os.environ, "PYTHONPATH": str(_HIDDEN), "AFFINITY_DATA": str(data)}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=PROJECT, timeout=300
    )


def modules() -> list[str]:
    """Every module of the product but its programs: the pages, and migrations by their number."""
    return [
        info.name
        for package in (core, models, pages)
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not info.name.endswith("__main__")
        and ".migrations" not in info.name
        and (package is not pages or info.name.startswith("pages.parts."))
    ]


def test_the_modules_are_hidden_from_us_and_from_nobody_else(tmp_path: Path) -> None:
    tried = python(
        "-c",
        "import subprocess, core.child as ours\n"
        "print(hasattr(ours.os, 'killpg'), ours.os.name, ours.sys.platform)\n"
        "print(hasattr(subprocess.os, 'killpg'))\n"
        "import fcntl",
        data=tmp_path,
    )
    assert tried.stdout.split() == ["False", "nt", "win32", "True"]
    assert "No module named 'fcntl' on this system" in tried.stderr


@pytest.mark.slow
def test_every_module_imports(tmp_path: Path) -> None:
    done = python("-c", _IMPORT, *modules(), data=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr[-2000:]


@pytest.mark.slow
def test_the_sample_project_s_first_video_is_read(
    data: Path, db: Database, sample: dict[str, tuple[Path, Path]]
) -> None:
    media, captions = sample[CHANNELS[0].stem]
    done = python("-m", "core", "add", media, "--captions", captions, "--group", "us", data=data)
    assert done.returncode == 0, done.stderr[-2000:]
    (video,) = videos.every(db)
    assert (video.state, video.frames) == ("ready", 35)
    assert video.captions > 0
