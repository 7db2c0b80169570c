"""The JPEG pictures that benchmarks/speed.py trains on: drawn ones, or some of a folder's."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.video.picture import jpeg


def drawn(folder: Path, count: int) -> Path:
    """`folder` with `count` pictures of 640 x 360, about as hard to decode as a video's frames."""
    numbers = np.random.default_rng(0)
    for n in range(count):
        coarse = numbers.integers(40, 216, (9, 16, 3)).astype(np.uint8)
        picture = cv2.resize(coarse, (640, 360), interpolation=cv2.INTER_CUBIC)
        for _ in range(12):
            centre, colour = numbers.integers(0, (640, 360)), numbers.integers(0, 256, 3)
            cv2.circle(picture, centre.tolist(), int(numbers.integers(5, 60)), colour.tolist(), -1)
        grain = numbers.normal(0, 4, picture.shape)
        noisy = np.clip(picture + grain, 0, 255).astype(np.uint8)
        (folder / f"{n:04d}.jpg").write_bytes(jpeg(noisy))
    return folder


def chosen(folder: Path, count: int) -> tuple[Path, ...]:
    """`count` of the folder's JPEG files, spread evenly."""
    found = sorted(folder.glob("*.jpg"))
    if len(found) < count:
        raise SystemExit(f"{folder} has {len(found)} JPEG files (.jpg); {count} are needed.")
    return tuple(found[n] for n in np.linspace(0, len(found) - 1, count).round().astype(int))
