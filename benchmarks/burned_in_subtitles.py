"""Measures how well burned-in subtitles are read: python -m benchmarks.burned_in_subtitles [NAME].

Precision is the share of the characters read that stand in the known text in order (longest
common subsequence), recall the share of the text's characters that were read; spaces and
punctuation do not count. The known clips are drawn here; the Chinese news is read where
../shared/data has it, against its transcript, of which only interviews have subtitles.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import numpy as np

from benchmarks.drawn_subtitles import CLIPS, write
from core.config import PROJECT
from core.video.burned_in.texts import read_texts

NEWS = PROJECT.parent / "shared" / "data" / "news"
_HEAD = (
    f"{'clip':28} {'precision':>9} {'recall':>7} {'lines':>6} {'on screen':>9} {'CPU s':>6} wall s"
)


def main() -> None:
    """Print one row for each clip."""
    wanted = " ".join(sys.argv[1:])
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for clip in CLIPS:
            if wanted in clip.name:
                path = Path(folder) / "clip.mp4"
                write(clip, path)
                measure(clip.name, path, "".join(clip.texts))
    if NEWS.is_dir() and wanted in "Chinese news":
        measure("Chinese news", NEWS / "cn.mp4", (NEWS / "cn.zh.txt").read_text())
    if NEWS.is_dir() and wanted in "American news (none)":
        measure("American news (none)", NEWS / "us.mp4", "")


def measure(name: str, path: Path, known: str) -> None:
    """Read a clip and print what came of it."""
    began, before = time.monotonic(), _cpu_s()
    found = read_texts(path, name, lambda *_: None)
    read, text = _letters("".join(one.text for one in found.captions)), _letters(known)
    common = in_order(read, text)
    precision, recall = (f"{common / len(of):.3f}" if of else "–" for of in (read, text))
    counted = f"{len(found.captions):6} {len(found.on_screen):9}"
    took = f"{_cpu_s() - before:6.0f} {time.monotonic() - began:6.0f}"
    print(f"{name:28} {precision:>9} {recall:>7} {counted} {took}", flush=True)


def in_order(a: str, b: str) -> int:
    """The length of the longest common subsequence."""
    letters = np.array(list(b))
    row = np.zeros(len(b) + 1, int)
    for letter in a:
        step = np.where(letters == letter, row[:-1] + 1, row[1:])
        row[1:] = np.maximum.accumulate(step)
    return int(row[-1])


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
