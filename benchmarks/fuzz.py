"""Tries 10,000 bad inputs on the real code and counts: refused, accepted, crashed, hung, outside.

    python -m benchmarks.fuzz                          # all of them, on two cores
    python -m benchmarks.fuzz --from 4000 --count 500  # goes on there
    python -m benchmarks.fuzz --from 4711 --count 1    # one again, with what it said
    python -m benchmarks.fuzz --kind captions --kind web

Input N of a seed is always the same. Each is to be accepted, and then all is as it should be, or
refused with one sentence; the exit code is 1 where anything else happened. Decoding is done in the
real child processes; the library that is used is drawn, in a temporary folder of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from core.child import kill_tree

_ROOT = Path(__file__).parents[1]
_GOOD, _BAD = ("refused", "accepted"), ("crashed", "hung", "outside")
_HANGS_S = 150.0  # longer than the longest patience of ours with a child


class Heard(NamedTuple):
    """What came of one input."""

    number: int
    kind: str
    outcome: str
    text: str


def main() -> int:
    options = _options()
    numbers = range(options.first, options.first + options.count)
    if options.process:
        from benchmarks.fuzzing.attempts import do

        do(options.seed, numbers[:: options.jobs], options.kind, options.process)
    began, counts = time.monotonic(), {}
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as root:
        for heard in _all(options, numbers, Path(root)):
            counts.setdefault(heard.kind, Counter())[heard.outcome] += 1
            if heard.outcome in _BAD or options.count == 1:
                print(f"{heard.number} ({heard.kind}) {heard.outcome}: {heard.text}\n", flush=True)
    _print_table(counts)
    used = os.times()
    cpu_s = used.children_user + used.children_system
    print(f"{time.monotonic() - began:.0f} s, {cpu_s:.0f} s of processors, seed {options.seed}")
    return int(any(count[bad] for count in counts.values() for bad in _BAD))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="N")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with a library (2)")
    parser.add_argument("--kind", action="append", default=[], help="these kinds only")
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _all(options: argparse.Namespace, numbers: range, root: Path) -> Iterator[Heard]:
    """Each process does every `jobs`-th number."""
    heard: queue.Queue[Heard | None] = queue.Queue()

    def share(place: int) -> None:
        try:
            _share(options, numbers[place :: options.jobs], root / str(place), heard)
        finally:
            heard.put(None)

    for place in range(options.jobs):
        threading.Thread(target=share, args=(place,), daemon=True).start()
    for _ in range(options.jobs):
        while (one := heard.get()) is not None:
            yield one


def _share(
    options: argparse.Namespace, numbers: range, folder: Path, heard: queue.Queue[Heard | None]
) -> None:
    """A process that dies or hangs at an input is followed by another, from the next one on."""
    while numbers:
        current: tuple[int, str] | None = None
        with _process(options, numbers, folder) as (process, lines):
            try:
                while line := lines.get(timeout=_HANGS_S):
                    said = json.loads(line)
                    if "begin" in said:
                        current = said["begin"], said["kind"]
                    elif current is not None:
                        heard.put(Heard(*current, said["outcome"], said["text"]))
                        current = None
                outcome, text = "crashed", f"the process ended with {process.wait()}"
            except queue.Empty:
                outcome, text = "hung", f"nothing was heard for {_HANGS_S:.0f} s"
        if current is None:
            if outcome == "crashed" and process.returncode == 0:
                return
            text += "\n" + folder.with_suffix(".log").read_text()[-2000:]
            heard.put(Heard(numbers[0], "fuzzer", "crashed", f"between two inputs {text}"))
            return
        heard.put(Heard(*current, outcome, text))
        numbers = numbers[numbers.index(current[0]) + 1 :]
        folder = folder.with_name(f"{folder.name}-{current[0]}")


@contextmanager
def _process(
    options: argparse.Namespace, numbers: range, folder: Path
) -> Iterator[tuple[subprocess.Popen[bytes], queue.Queue[bytes]]]:
    """A process at work on `numbers`, and the lines that it says, b"" last."""
    words = [
        f"--seed={options.seed}",
        f"--jobs={numbers.step}",
        *map("--kind={}".format, options.kind),
    ]
    words += [f"--from={numbers[0]}", f"--count={numbers[-1] - numbers[0] + 1}"]
    with folder.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.fuzz", *words, f"--process={folder}"],
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=_ROOT,
        )
    lines: queue.Queue[bytes] = queue.Queue()

    def hear() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=hear, daemon=True).start()
    try:
        yield process, lines
    finally:
        kill_tree(process)


def _print_table(counts: dict[str, Counter[str]]) -> None:
    columns = (*_GOOD, *_BAD)
    print("".join((f"{'kind':<12}", *(f"{name:>10}" for name in columns))))
    total = sum(counts.values(), Counter())
    for kind, count in (*sorted(counts.items()), ("all", total)):
        print("".join((f"{kind:<12}", *(f"{count[name]:>10}" for name in columns))))


if __name__ == "__main__":
    sys.exit(main())
