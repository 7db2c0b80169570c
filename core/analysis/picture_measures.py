"""How far a picture is in focus, and how much of it are black bars. Pure."""

from __future__ import annotations

import cv2
import numpy as np

_LONG = 320  # pixels of the longer side at which all is measured
_WINDOW = 11  # pixels that a picture is blurred over again
_BLACK, _SPREAD = 26, 6.0  # of 255: the brightest of a bar but for 2 %, and how much it varies
_LEAST = 0.02  # of a side: less is a rim
_LAST = 0.45  # of a side: bars beyond are a black picture's

NAMES = ("focus", "top", "bottom", "left", "right")


def measured(picture: np.ndarray) -> tuple[float, ...]:
    """(H, W, 3) uint8 RGB -> a number for each of NAMES.

    Focus is 1 less the blur of Crete, Dolmiere, Ladret and Nicolas (2007): how much of what
    neighbouring pixels differ is lost by blurring once more, 1 where all of it is; of a picture
    without differences it is 0. The others are the shares of height and width that are black bars.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    scale = _LONG / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, bottom = _bars(grey)
    left, right = _bars(grey.T)
    return _focus(grey), top, bottom, left, right


def _focus(grey: np.ndarray) -> float:
    pixels = grey.astype(np.float32)
    blurs = []
    for axis, size in ((0, (1, _WINDOW)), (1, (_WINDOW, 1))):
        again = cv2.blur(pixels, size)
        own, left = (np.abs(np.diff(one, axis=axis)) for one in (pixels, again))
        total = own.sum()
        if total <= own.size * 1e-3:
            return 0.0
        blurs.append(1 - np.maximum(0, own - left).sum() / total)
    return float(1 - max(blurs))


def _bars(grey: np.ndarray) -> tuple[float, float]:
    """The shares of the height at its beginning and its end that are bars."""
    dark = (np.percentile(grey, 98, axis=1) < _BLACK) & (grey.std(axis=1) < _SPREAD)
    found = []
    for rows in (dark, dark[::-1]):
        share = float(rows.argmin() if not rows.all() else len(rows)) / len(rows)
        found.append(share if _LEAST <= share <= _LAST else 0.0)
    return found[0], found[1]
