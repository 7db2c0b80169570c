"""The frames and words of a training in memory, or on the GPU: no decoding while training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

HELD_OUT_BLOCK, HELD_OUT_PERIOD, HELD_OUT_PHASE = 10, 5, 2
_MEMORY_SHARE = 0.25  # of the device's memory that frames may take; more stays on disk


def held_out_rows(frames_per_video: Sequence[int]) -> np.ndarray:
    """(N,) bool: blocks of 10 frames, those with floor(i / 10) mod 5 = 2 within each video.

    Neighbouring frames look alike, so single frames would not be unseen. A video of fewer than 30
    frames gives its last fifth instead.
    """
    marks = []
    for count in frames_per_video:
        position = np.arange(count)
        held = position // HELD_OUT_BLOCK % HELD_OUT_PERIOD == HELD_OUT_PHASE
        if not held.any():
            held = position >= count - count // HELD_OUT_PERIOD
        marks.append(held)
    return np.concatenate(marks) if marks else np.zeros(0, bool)


class Frames:
    """Some rows of the videos' pixel arrays; `batch` hands them out as the models take them."""

    def __init__(self, arrays: Sequence[np.ndarray], device: torch.device) -> None:
        """`arrays` are (N_v, H, W, 3) uint8, one a video, possibly memory-mapped."""
        self.device = device
        self._arrays = arrays
        self._starts = np.cumsum([0, *(len(a) for a in arrays)])
        self._whole: Tensor | None = None
        if sum(a.nbytes for a in arrays) < _MEMORY_SHARE * _memory(device):
            self._whole = torch.cat([torch.from_numpy(np.array(a)) for a in arrays]).to(device)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def batch(self, rows: np.ndarray) -> Tensor:
        """(B,) row numbers -> (B, 3, H, W) float32 in [0, 1], channels last in memory."""
        return self.raw(rows).to(self.device).float().div_(255.0)

    def raw(self, rows: np.ndarray) -> Tensor:
        """(B,) row numbers -> (B, 3, H, W) uint8, a view of NHWC memory."""
        if self._whole is not None:
            chosen = self._whole[torch.from_numpy(rows).to(self.device)]
        else:
            chosen = torch.from_numpy(np.stack([self._row(int(row)) for row in rows]))
        return chosen.permute(0, 3, 1, 2)  # (B, 3, H, W)

    def _row(self, row: int) -> np.ndarray:
        video = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._arrays[video][row - self._starts[video]]


class Batch(NamedTuple):
    """Some examples as the models take them."""

    frames: Tensor  # (B, 3, H, W) float32 in [0, 1]
    words: Tensor | None  # (B, L) int64, 0 is padding


class Examples:
    """What is trained on: frames, and the words said with each where the model has words.

    An example is a frame, or a caption with the frame that it is paired with: then a frame may
    occur in several, or in none.
    """

    def __init__(
        self, frames: Frames, rows: np.ndarray | None = None, words: np.ndarray | None = None
    ) -> None:
        """`rows` (M,) are the examples' frames, all in order when None; `words` is (M, L) int64."""
        self.frames = frames
        self.rows = np.arange(len(frames)) if rows is None else rows
        self._words = None if words is None else torch.from_numpy(words).to(frames.device)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def device(self) -> torch.device:
        return self.frames.device

    def batch(self, numbers: np.ndarray) -> Batch:
        """(B,) numbers of examples -> what the models take."""
        words = None
        if self._words is not None:
            words = self._words[torch.from_numpy(numbers).to(self.device)]
        return Batch(self.frames.batch(self.rows[numbers]), words)


def _memory(device: torch.device) -> float:
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
