"""What the machine offers: Python, packages, decoders, where torch computes, a browser."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from core.child import limits_available
from core.config import PROJECT
from core.doctor.finding import Finding
from core.video.limits import CODECS
from core.video.youtube import runtime

_OLDEST = (3, 11)
_INSTALL = "python -m pip install -r requirements.txt"


def findings() -> Iterator[Finding]:
    """What can be said without a data folder."""
    yield Finding("python", sys.version_info >= _OLDEST, f"Python {platform.python_version()}")
    said = _probed()
    if isinstance(said, str):
        yield Finding("packages", False, said)
    else:
        yield from _packages(said["packages"])
        yield _decoders(said["decoders"])
        yield from _youtube(said["youtube"])
        yield Finding("device", bool(said["device"]), f"computes on {said['device'] or 'nothing'}")
    yield _browser()
    yield _limits()


def _limits() -> Finding:
    """What bounds the processes that read videos of strangers."""
    said = "memory, time and file size of decoding are bounded"
    if not limits_available():
        said = (
            "not all are bounded on this system: a damaged video may take all memory before it is "
            "given up; a killed worker's processes notice it by a pipe"
        )
    offline = "it has no network" if _goes_offline() else "its network cannot be taken away here"
    return Finding("limits", True, f"{said}; {offline}")


def _goes_offline() -> bool:
    command = [sys.executable, "-m", "core.offline"]
    return subprocess.run(command, cwd=PROJECT, capture_output=True).returncode == 0


def _probed() -> dict[str, Any] | str:
    command = [sys.executable, "-m", "core.doctor.probe"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=PROJECT)
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return "importing the packages took more than 5 minutes; try again on a quieter machine"
    except ValueError:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return f"the packages cannot be imported ({last}); install them again: {_INSTALL}"


def _packages(errors: dict[str, str]) -> Iterator[Finding]:
    broken = {name: error for name, error in errors.items() if error}
    for name, error in broken.items():
        advice = "Debian: apt-get install libgl1" if "libGL" in error else _INSTALL
        yield Finding("packages", False, f"{name} cannot be imported ({error}); {advice}")
    if not broken:
        yield Finding("packages", True, f"all {len(errors)} import")


def _decoders(missing: list[str]) -> Finding:
    if missing:
        return Finding("video", False, f"PyAV cannot decode {', '.join(missing)}; install it again")
    return Finding("video", True, f"PyAV decodes H.264 and all other {len(CODECS) - 1} codecs")


def _youtube(parts: list[list[Any]]) -> Iterator[Finding]:
    """What downloads from YouTube need; each part is runtime.Part, as JSON has it.

    An old yt-dlp may work for as long as YouTube does not change: no fault, but advice.
    """
    for part in map(runtime.Part._make, parts):
        may_work = part.name == runtime.DOWNLOADER
        advice = "" if part.ok else f"; {'if downloads fail: ' if may_work else ''}{runtime.MEND}"
        yield Finding("youtube", part.ok or may_work, f"{part.name}: {part.said}{advice}")


def _browser() -> Finding:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return Finding("chromium", True, found or "absent; only the tests in a browser need it")
