"""How memory and time of each step grow with the frames: each in a process of its own.

    python -m benchmarks.many_frames --frames 10000 50000 --steps kmeans neighbours
    python -m benchmarks.many_frames --draw

Latents and libraries are drawn (benchmarks/scale); frames are in videos of 1,000, so a million is
a thousand videos. Each measurement adds a line to benchmarks/scale/figures.jsonl; --draw makes
figure and table of the last line of each step, size and number of frames.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_FIGURES = Path(__file__).parent / "scale" / "figures.jsonl"
_MEMORY = 1024 * 1024  # kibibytes in a GiB


def main() -> None:
    """Measure, or draw what was measured."""
    from benchmarks.scale import analyses, library

    steps = [*analyses.STEPS, *library.STEPS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, nargs="+", default=[2_000, 10_000])
    parser.add_argument("--numbers", type=int, default=64, help="of a latent (64)")
    parser.add_argument("--steps", nargs="+", choices=steps, default=steps)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "many-frames")
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    named = parser.parse_args()
    if named.draw:
        from benchmarks.scale.draw import draw

        draw(_FIGURES)
    elif named.prepare:
        _given(named.steps[0], named.frames[0], named.numbers, named.folder)
    elif named.child:
        print(json.dumps(_measured(named.steps[0], named.frames[0], named.numbers, named.folder)))
    else:
        named.folder.mkdir(parents=True, exist_ok=True)
        for frames in named.frames:
            for step in named.steps:
                _in_a_child(step, frames, named.numbers, named.folder)


def _in_a_child(step: str, frames: int, numbers: int, folder: Path) -> None:
    words = ["--steps", step, "--frames", str(frames), "--numbers", str(numbers)]
    command = [sys.executable, "-m", "benchmarks.many_frames", *words, "--folder", str(folder)]
    subprocess.run([*command, "--prepare"], check=True)  # which takes memory too
    done = subprocess.run([*command, "--child"], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{step} of {frames:,} frames failed ({done.returncode}):\n{done.stderr[-2000:]}")
        return
    line = done.stdout.splitlines()[-1]
    print(line, flush=True)
    with _FIGURES.open("a") as file:
        file.write(line + "\n")


def _given(step: str, frames: int, numbers: int, folder: Path) -> Any:
    """The library, or the latents, that the step takes; drawn when missing."""
    from benchmarks.scale import drawn, library

    if step in library.STEPS:
        return library.prepared(frames, folder)
    return drawn.latents(frames, numbers, folder)


def _measured(step: str, frames: int, numbers: int, folder: Path) -> dict[str, object]:
    """One line: peak memory is the whole process's, mapped files that were read with it."""
    from benchmarks.scale import analyses, library

    given = _given(step, frames, numbers, folder)
    work = {**analyses.STEPS, **library.STEPS}[step]
    numbers = 0 if step in library.STEPS else numbers
    began, spent = time.monotonic(), time.process_time()
    accuracy = work(given)
    seconds, cpu_s = time.monotonic() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "step": step,
        "frames": frames,
        "numbers": numbers,
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu_s, 2),
        "peak_gb": round(peak / _MEMORY, 3),
        **{name: round(value, 4) for name, value in accuracy().items()},
    }


if __name__ == "__main__":
    main()
