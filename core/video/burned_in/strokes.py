"""Whether the same letters stand at the same place in two pictures, whatever is behind them."""

from __future__ import annotations

import cv2
import numpy as np

from core.video.burned_in.boxes import Box

_STROKE = 0.3  # of a line's height: no stroke of a letter is thicker
_SAME = 0.55  # correlation from which on two pictures show the same letters
_PRINT = (32, 8)  # (width, height) to which the letters of a line are shrunk
_FAINT = 4.0  # mean of the strokes, in grey levels: below there are no letters


def strokes(grey: np.ndarray, box: Box) -> np.ndarray:
    """(h, w) float32 of what is thin in the box of a (H, W) uint8 picture: light strokes above 0,
    dark ones below."""
    top, bottom = max(0, int(box.top)), max(int(box.bottom), int(box.top) + 1)
    left, right = max(0, int(box.left)), max(int(box.right), int(box.left) + 1)
    patch = grey[top:bottom, left:right]
    side = max(3, int(_STROKE * box.height)) | 1
    kernel = np.ones((side, side), np.uint8)
    light = cv2.morphologyEx(patch, cv2.MORPH_TOPHAT, kernel).astype(np.float32)
    return light - cv2.morphologyEx(patch, cv2.MORPH_BLACKHAT, kernel)


def same(before: np.ndarray, now: np.ndarray) -> bool:
    """Whether two results of `strokes` at one place show the same letters."""
    if before.shape != now.shape or not before.size:
        return False
    if np.abs(now).mean() < _FAINT:
        return False
    a, b = before - before.mean(), now - now.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return norm > 0 and float((a * b).sum()) / norm >= _SAME


def printed(grey: np.ndarray, box: Box) -> np.ndarray:
    """(256,) int8 by which a line is known again at another look: its letters, shrunk."""
    small = cv2.resize(strokes(grey, box), _PRINT, interpolation=cv2.INTER_AREA).ravel()
    small -= small.mean()
    most = float(np.abs(small).max())
    return (small * (127 / most if most else 0)).astype(np.int8)


def correlations(prints: np.ndarray, of: np.ndarray) -> np.ndarray:
    """(N,) of (N, 256) prints with one."""
    a, b = prints.astype(np.float32), of.astype(np.float32)
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b)
    return (a @ b) / np.maximum(norms, 1e-6)
