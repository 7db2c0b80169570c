"""How bright and how coloured a picture is, the same wherever it is said."""

from __future__ import annotations

import cv2
import numpy as np


def lab(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 RGB -> (H, W, 3) float32 CIELAB, each of L, a and b from 0 to 255."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)


def brightness(of: np.ndarray) -> float:
    """Mean lightness of a picture by `lab`, 0 black to 100 white."""
    return float(of[..., 0].mean()) * 100 / 255


def colour(of: np.ndarray) -> float:
    """Mean chroma of a picture by `lab`: 0 is grey, 100 about as strong as it gets."""
    return float(np.hypot(of[..., 1] - 128, of[..., 2] - 128).mean())
