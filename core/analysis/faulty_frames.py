"""Frames that show nothing: black, of one colour, or frozen for long. Pure."""

from __future__ import annotations

import numpy as np

KINDS = {
    "black": "nearly no light",
    "uniform": "one colour all over",
    "frozen": "the same picture for at least 5 frames",
}
_DARK, _LIGHT = 20, 45  # of 255: the mean, and what all but 2 % of pixels stay under
_FLAT = 4.0  # standard deviation, of 255
_STILL = 0.4  # mean difference to the frame before, of 255: less than what coding changes
_FROZEN_FRAMES = 5


def faulty_frames(pictures: np.ndarray) -> dict[str, list[int]]:
    """Of (N, H, W) uint8 grey pictures in time, the frames of each kind, each in one kind only."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    black = (flat.mean(axis=1) < _DARK) & (np.percentile(flat, 98, axis=1) < _LIGHT)
    uniform = (flat.std(axis=1) < _FLAT) & ~black
    frozen = _frozen(flat) & ~black & ~uniform
    found = {"black": black, "uniform": uniform, "frozen": frozen}
    return {kind: np.flatnonzero(rows).tolist() for kind, rows in found.items()}


def _frozen(flat: np.ndarray) -> np.ndarray:
    """(N,) whether a frame is of a run of at least five that do not change."""
    same = np.zeros(len(flat), bool)  # as the frame before
    same[1:] = np.abs(np.diff(flat, axis=0)).mean(axis=1) < _STILL
    begins = np.flatnonzero(~same)
    lengths = np.diff(np.append(begins, len(flat)))
    return np.repeat(lengths >= _FROZEN_FRAMES, lengths)
