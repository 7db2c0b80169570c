"""Memory and speed of the affinity model on as many frames as asked, most of them on disk.

    python benchmarks/affinity_memory.py --frames 100000 --steps 100

Frames are drawn (moving gradients and discs, with noise), features are random: what is measured is
the machinery. Memory is what the program holds itself; what the system keeps of the mapped files in
its cache is not counted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.config import PRESETS
from core.training.dataset import Examples, Frames, stretches
from core.training.memory import keep_freed_memory
from core.training.trainer import Training
from models.affinity.config import AffinityConfig
from models.factory import build

_BATCH = 1000


def main() -> None:
    """Print one row for each stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=100)
    named = parser.parse_args()
    keep_freed_memory()
    config = PRESETS["affinity"]["fast"]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as folder:
        pixels, features = _drawn(Path(folder), named.frames)
        print("| stage | s | memory held, MB |")
        print("|---|---|---|")
        began = time.monotonic()
        examples = Examples(Frames([pixels], device), features=[features])
        rows = np.arange(len(examples))
        model = build(config.model)
        began = _row("open", began)
        shown = stretches(rows)
        frames = examples.frames.raw(shown).cpu()
        model.prepare(frames, torch.Generator().manual_seed(0), examples.beside(shown))
        del frames
        began = _row(f"prepare on {len(shown):,} of {len(rows):,}", began)
        training = Training(
            model.to(device), examples, rows, rows[:0], replace(config.training, steps=named.steps)
        )
        marks = np.linspace(0, named.steps, 5).astype(int)[1:]
        for mark in marks:
            while training.step < mark:
                training._advance(training.optimizer)
            took = time.monotonic() - began
            steps = mark - (0 if mark == marks[0] else marks[list(marks).index(mark) - 1])
            epochs = steps * config.training.batch_size / len(rows) / took
            began = _row(f"to step {mark}: {epochs:.5f} epochs/s", began)
        with torch.no_grad():
            for start in range(0, 6400, 64):
                model.eval().encode(*examples.batch(rows[start : start + 64]))
        took = time.monotonic() - began
        _row(f"encode 6,400 frames: {6400 / took:.0f} frames/s", began)


def _drawn(folder: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, 120, 200, 3) uint8 and (N, F) float16, memory-mapped."""
    rng = np.random.default_rng(0)
    size = AffinityConfig().feature_size
    pixels = np.lib.format.open_memmap(folder / "p.npy", "w+", np.uint8, (count, 120, 200, 3))
    features = np.lib.format.open_memmap(folder / "f.npy", "w+", np.float16, (count, size))
    rows, columns = np.mgrid[0:120, 0:200].astype(np.float32)
    noise = rng.integers(0, 25, (120, 200, 3), np.uint8)
    for start in range(0, count, _BATCH):
        scenes = rng.random((_BATCH // 20 + 1, 5)).repeat(20, axis=0)
        for place in range(min(_BATCH, count - start)):
            a, b, c, x, y = scenes[place]
            x = (x * 200 + place % 20 * 3) % 200
            ground = a * rows + b * columns / 2
            disc = (rows - 120 * y) ** 2 + (columns - x) ** 2 < 900
            picture = np.where(disc, 220 * c, ground)[:, :, None] + noise
            pixels[start + place] = picture.clip(0, 255).astype(np.uint8)
        some = rng.standard_normal((min(_BATCH, count - start), size), np.float32)
        features[start : start + len(some)] = some / np.linalg.norm(some, axis=1, keepdims=True)
    pixels.flush()
    features.flush()
    return (np.load(folder / f"{name}.npy", mmap_mode="r") for name in "pf")  # type: ignore[return-value]


def _row(stage: str, began: float) -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    print(f"| {stage} | {time.monotonic() - began:.1f} | {held / 1024:,.0f} |", flush=True)
    return time.monotonic()


if __name__ == "__main__":
    main()
