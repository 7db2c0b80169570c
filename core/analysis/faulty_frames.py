"""Frames that show nothing, or not well: black, plain, frozen, blurred, within black bars. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

KINDS = {
    "black": "nearly no light",
    "uniform": "one colour all over",
    "frozen": "the same picture for at least 5 frames",
    "blurred": "out of focus, or between two pictures",
    "letterboxed": "within black bars",
}
_DARK, _LIGHT = 20, 45  # of 255: the mean, and what all but 2 % of pixels stay under
_FLAT = 4.0  # standard deviation, of 255
_STILL = 0.4  # mean difference to the frame before, of 255: less than what coding changes
_FROZEN_FRAMES = 5
_SOFT, _SOFTER = 0.5, 0.8  # focus of a blurred frame, and beside the median of its video
_BARS, _EVEN = 0.08, 0.03  # of a side: both bars together, and how much they may differ


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


def blurred(focus: np.ndarray) -> list[int]:
    """Of (N,) focus in time (core.analysis.picture_measures) the frames that are blurred.

    Of 61 news frames none is under 0.67, and half of the same are under 0.5 when they are blurred
    by 3 of 640 pixels (standard deviation). What is soft in a soft video is not out of focus.
    """
    usual = float(np.median(focus)) if len(focus) else 0.0
    return np.flatnonzero((focus < _SOFT) & (focus < _SOFTER * usual)).tolist()


def letterboxed(known: Mapping[str, np.ndarray]) -> tuple[list[int], float]:
    """Frames with two black bars, above and below or at both sides, and the picture's usual share.

    `known` holds (N,) of core.analysis.picture_measures, by name. Black frames have no bars.
    """
    bars = np.zeros(len(known["top"]), bool)
    shares = np.ones(len(bars))
    for one, other in (("top", "bottom"), ("left", "right")):
        both = (known[one] > 0) & (known[other] > 0)
        even = np.abs(known[one] - known[other]) <= _EVEN
        bars |= both & even & (known[one] + known[other] >= _BARS)
        shares *= 1 - np.where(both & even, known[one] + known[other], 0)
    rows = np.flatnonzero(bars)
    return rows.tolist(), float(np.median(shares[rows])) if len(rows) else 1.0
