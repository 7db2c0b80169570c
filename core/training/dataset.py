"""The frames and words of a training in memory, or on the GPU: no decoding while training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil
import torch
from torch import Tensor

from core.storage import files
from core.training.cost import FRAMES_SHARE
from models.interface import FitInputs

HELD_OUT_BLOCK, HELD_OUT_PERIOD, HELD_OUT_PHASE = 10, 5, 2


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


def stopping_rows(frames_per_video: Sequence[int]) -> np.ndarray:
    """(N,) bool: the blocks with floor(i / 10) mod 10 = 5, for when to stop; none is held out.

    Nor next to a held-out block. A video of fewer than 60 frames gives its first tenth instead.
    """
    marks = []
    for count in frames_per_video:
        position = np.arange(count)
        block = position // HELD_OUT_BLOCK % (2 * HELD_OUT_PERIOD) == HELD_OUT_PERIOD
        marks.append(block if block.sum() >= HELD_OUT_BLOCK else position < count // 10)
    return np.concatenate(marks) if marks else np.zeros(0, bool)


def stretches(rows: np.ndarray, most: int = 8192, length: int = 32) -> np.ndarray:
    """All rows, or of more than `most` about so many: stretches of `length`, evenly spread.

    What is computed rather than learned needs no more frames, but neighbours in time.
    """
    if len(rows) <= most:
        return rows
    starts = np.linspace(0, len(rows) - length, most // length).astype(int)
    return rows[(starts[:, None] + np.arange(length)).ravel()]


class Picked:
    """Some rows of an array that may lie on the disk, as an array of these alone."""

    def __init__(self, array: np.ndarray, rows: np.ndarray) -> None:
        self.array, self.rows = array, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: int | slice | np.ndarray) -> np.ndarray:
        return np.asarray(self.array[self.rows[rows]])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.array[self.rows], dtype)

    @property
    def nbytes(self) -> int:
        return len(self) * (self.array.nbytes // max(1, len(self.array)))


Rows = np.ndarray | Picked


def let_go(rows: Rows) -> None:
    """As core.storage.files.let_go does, whether they are picked or not."""
    files.let_go(rows.array if isinstance(rows, Picked) else rows)


class Known(NamedTuple):
    """Rows as another process can be told of them: by their file where they have one."""

    array: Path | np.ndarray
    rows: np.ndarray | None  # that were picked of it

    @classmethod
    def of(cls, rows: Rows) -> Known:
        """Memory-mapped arrays are files as they were loaded, whole."""
        array, picked = (rows.array, rows.rows) if isinstance(rows, Picked) else (rows, None)
        if isinstance(array, np.memmap) and array.filename is not None:
            return cls(Path(array.filename), picked)
        return cls(array, picked)

    def opened(self) -> Rows:
        array = self.array
        if isinstance(array, Path):
            array = files.load_array(array, mmap=True)
        return array if self.rows is None else Picked(array, self.rows)


def onto(tensor: Tensor, device: torch.device) -> Tensor:
    """The tensor on the device. A GPU fetches it when it gets there, and nobody waits for that.

    From memory that may be paged out a copy would wait until the GPU has done all before it.
    """
    if device.type == "cuda" and tensor.device.type == "cpu":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


class Frames:
    """Some rows of the videos' pixel arrays; `batch` hands them out as the models take them."""

    def __init__(
        self, arrays: Sequence[Rows], device: torch.device, read_often: bool = True
    ) -> None:
        """`arrays` are (N_v, H, W, 3) uint8, one a video, possibly memory-mapped.

        They are copied into memory, once, where they are few and `read_often`.
        """
        self.device = device
        self._rows = _Rows(arrays)
        self._whole: Tensor | None = None
        if read_often and sum(a.nbytes for a in arrays) < FRAMES_SHARE * _memory(device):
            self._whole = torch.from_numpy(self._rows.all()).to(device)

    def __len__(self) -> int:
        return int(self._rows.starts[-1])

    def batch(self, rows: np.ndarray) -> Tensor:
        """(B,) row numbers -> (B, 3, H, W) float32 in [0, 1], channels last in memory."""
        return onto(self.raw(rows), self.device).float().div_(255.0)

    def raw(self, rows: np.ndarray) -> Tensor:
        """(B,) row numbers -> (B, 3, H, W) uint8, a view of NHWC memory."""
        if self._whole is not None:
            chosen = self._whole[onto(torch.from_numpy(rows), self.device)]
        else:
            chosen = torch.from_numpy(self._rows.take(rows))
        return chosen.permute(0, 3, 1, 2)  # (B, 3, H, W)

    @property
    def starts(self) -> np.ndarray:
        """The first row of each video, and the number of rows."""
        return self._rows.starts

    @property
    def arrays(self) -> Sequence[Rows]:
        """What they were made of."""
        return self._rows.arrays


class Batch(NamedTuple):
    """Some examples as the models take them."""

    frames: Tensor  # (B, 3, H, W) float32 in [0, 1]
    words: Tensor | None = None  # (B, L) int64, 0 is padding
    features: Tensor | None = None  # (B, F) float32 of a frozen network, zeros: not known


class Examples:
    """What is trained on: frames, and what is known beside each where the model has use for it.

    An example is a frame, or a caption with the frame that it is paired with: then a frame may
    occur in several, or in none.
    """

    def __init__(
        self,
        frames: Frames,
        rows: np.ndarray | None = None,
        words: np.ndarray | None = None,
        features: Sequence[Rows] | None = None,
    ) -> None:
        """`rows` (M,) are the examples' frames, all in order when None; `words` is (M, L) int64.

        `features` are (N_v, F), one a video as the frames are, possibly memory-mapped.
        """
        self.frames = frames
        self.rows = np.arange(len(frames)) if rows is None else rows
        self._words = None if words is None else torch.from_numpy(words).to(frames.device)
        self._features = None if features is None else _Rows(features)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def device(self) -> torch.device:
        return self.frames.device

    def batch(self, numbers: np.ndarray) -> Batch:
        """(B,) numbers of examples -> what the models take."""
        return Batch(self.frames.batch(self.rows[numbers]), *self._beside(numbers, self.device))

    def words(self, numbers: np.ndarray) -> np.ndarray:
        """(B,) numbers of examples -> (B, L) int64, their captions; L is 0 where there are none."""
        if self._words is None:
            return np.zeros((len(numbers), 0), np.int64)
        return self._words[torch.from_numpy(numbers).to(self.device)].cpu().numpy()

    def known(self) -> KnownExamples:
        """As another process can be told of them."""
        return KnownExamples(
            [Known.of(one) for one in self.frames.arrays],
            self.rows,
            None if self._words is None else self._words.cpu().numpy(),
            None if self._features is None else [Known.of(one) for one in self._features.arrays],
        )

    def beside(self, numbers: np.ndarray) -> FitInputs:
        """(B,) numbers of examples in order -> what is known beside their frames, on the CPU."""
        words, features = self._beside(numbers, torch.device("cpu"))
        rows = self.rows[numbers]
        follows = np.zeros(len(rows), bool)
        follows[1:] = (np.diff(rows) == 1) & ~np.isin(rows[1:], self.frames.starts)
        return FitInputs(words, features, torch.from_numpy(follows))

    def _beside(
        self, numbers: np.ndarray, device: torch.device
    ) -> tuple[Tensor | None, Tensor | None]:
        words = features = None
        if self._words is not None:
            words = self._words[onto(torch.from_numpy(numbers), self.device)].to(device)
        if self._features is not None:
            taken = torch.from_numpy(self._features.take(self.rows[numbers]))
            features = onto(taken, device).float()
        return words, features


class KnownExamples(NamedTuple):
    """Examples' arguments, as another process can be told of them."""

    frames: list[Known]
    rows: np.ndarray
    words: np.ndarray | None
    features: list[Known] | None

    def opened(self, device: torch.device) -> Examples:
        """The same examples. A GPU holds the frames; processes without leave them on the disk,
        whose pages the system has once for all of them.
        """
        arrays = [one.opened() for one in self.frames]
        frames = Frames(arrays, device, read_often=device.type == "cuda")
        features = None if self.features is None else [one.opened() for one in self.features]
        return Examples(frames, self.rows, self.words, features)


class _Rows:
    """Arrays of equal rows, one a video, as one."""

    def __init__(self, arrays: Sequence[Rows]) -> None:
        self.arrays = arrays
        self.starts = np.cumsum([0, *(len(a) for a in arrays)])

    def take(self, rows: np.ndarray) -> np.ndarray:
        """(B,) row numbers -> (B, ...)."""
        videos = np.searchsorted(self.starts, rows, side="right") - 1  # (B,)
        taken = self._empty(len(rows))
        for video in np.unique(videos):
            here, array = np.flatnonzero(videos == video), self.arrays[video]
            taken[here] = array[rows[here] - self.starts[video]]
            let_go(array)
        return taken

    def all(self) -> np.ndarray:
        """(N, ...), a copy."""
        whole = self._empty(int(self.starts[-1]))
        for start, array in zip(self.starts, self.arrays, strict=False):
            whole[start : start + len(array)] = array
            let_go(array)
        return whole

    def _empty(self, count: int) -> np.ndarray:
        none = self.arrays[0][:0]
        return np.empty((count, *none.shape[1:]), none.dtype)


def _memory(device: torch.device) -> float:
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    return float(psutil.virtual_memory().total)
