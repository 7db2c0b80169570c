"""The child process that touches untrusted video: probes or samples one file, under hard limits.

    python -m core.video.decode FILE --probe
    python -m core.video.decode FILE OUT --every 2.0

It prints one JSON object a line: {"facts": ...}, {"done": n, "of": n}, and {"error": predicate} or
{"full": reason} before it exits with 1. OUT/frames and OUT/atlas receive the pictures.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.errors import VideoUnreadable
from core.video.atlas import write_atlas
from core.video.picture import jpeg
from core.video.probe import Scan, scan
from core.video.sampling import Sample, count, sample

MEMORY_BYTES = 6 * 1024**3
FILE_BYTES = 64 * 1024**2  # no picture is larger
PROBE_CPU_S = 60
DECODE_CPU_S = 12 * 3600


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    restrict(PROBE_CPU_S if options.probe else DECODE_CPU_S)
    cv2.setNumThreads(1)
    try:
        _run(options)
    except VideoUnreadable as error:
        say(error=str(error))
    except MemoryError:
        say(error="needs more memory than a video may take; convert it to at most 1080p.")
    except FileNotFoundError:
        say(error="is no longer there; add it again.")
    except OSError as error:
        say(full=error.strerror or str(error))
    else:
        return 0
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="core.video.decode")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--probe", action="store_true")
    return parser


def restrict(cpu_s: int) -> None:
    """Bound this process's memory, CPU time and file size; let it die with its parent."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG


def _run(options: argparse.Namespace) -> None:
    measured = scan(options.file)
    if options.probe:
        first = next(sample(options.file, measured, measured.end_s or 1.0, "sequential"))
        say(facts=_facts(measured, first))
        return
    total = count(measured, options.every)
    samples = _saved(sample(options.file, measured, options.every), options.out, total, measured)
    write_atlas(samples, lambda page: options.out / "atlas" / f"{page}.webp")


def _saved(
    samples: Iterator[Sample], out: Path, total: int, measured: Scan
) -> Iterator[np.ndarray]:
    folder = out / "frames"
    folder.mkdir(parents=True)
    for taken in samples:
        if taken.index == 0:
            say(facts=_facts(measured, taken))
        (folder / f"{taken.index:06d}.jpg").write_bytes(jpeg(taken.picture))
        say(done=taken.index + 1, of=total)
        yield taken.picture


def _facts(measured: Scan, first: Sample) -> dict[str, Any]:
    return {
        "duration_s": measured.end_s,
        "promised_s": measured.promised_s,
        "width": first.native_width,
        "height": first.native_height,
    }


def say(**what: Any) -> None:
    """Tell the parent one thing."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
