"""Finds and reads lines of text in pictures with RapidOCR's models for Chinese and English."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.video.burned_in.boxes import Box

_STEP = 32  # the detector takes sides that are multiples of it
_BESIDE, _ABOVE = 0.25, 0.06  # of a line's height: what is read around what was found
_SLANT = 0.3  # of a line's height that its ends may lie apart: subtitles are level


class Reader:
    """The two networks; loading them takes a quarter of a second."""

    def __init__(self) -> None:
        from rapidocr_onnxruntime import RapidOCR

        # More threads of its own wait for each other by spinning: twice the processor's time.
        engine: Any = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
        self._detect, self._recognise = engine.text_det, engine.text_rec
        self._detect.limit_side_len = _STEP

    def find(self, picture: np.ndarray, scale: float = 1.0) -> list[Box]:
        """The level lines in a (H, W, 3) uint8 RGB picture, which is looked at `scale` times as
        large."""
        height, width = picture.shape[:2]
        size = _fitting(width * scale), _fitting(height * scale)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        found, _ = self._detect(cv2.resize(picture[..., ::-1], size, interpolation=way))
        across, down = width / size[0], height / size[1]
        return [
            _upright(corners, across, down)
            for corners in ([] if found is None else found)
            if _is_level(corners)
        ]

    def read(self, picture: np.ndarray, box: Box) -> tuple[str, float]:
        """What the line in the box says, and how sure that is: 0 to 1."""
        beside, above = _BESIDE * box.height, _ABOVE * box.height
        top, left = max(0, round(box.top - above)), max(0, round(box.left - beside))
        cut = picture[top : round(box.bottom + above), left : round(box.right + beside)]
        if not cut.size:
            return "", 0.0
        (text, sure), *_ = self._recognise([np.ascontiguousarray(cut[..., ::-1])])[0]
        return text.strip(), float(sure)


def _fitting(side: float) -> int:
    return max(_STEP, round(side / _STEP) * _STEP)


def _upright(corners: np.ndarray, across: float, down: float) -> Box:
    x, y = corners[:, 0] * across, corners[:, 1] * down
    return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def _is_level(corners: np.ndarray) -> bool:
    height = abs(corners[3, 1] - corners[0, 1])
    return bool(abs(corners[1, 1] - corners[0, 1]) <= max(2.0, _SLANT * height))
