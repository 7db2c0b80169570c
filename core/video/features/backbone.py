"""What a frozen pretrained network is to the rest of the program: pictures in, numbers out."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Backbone(Protocol):
    """A network that is never trained here. Opening one is quick; it is loaded when first used."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def key(self) -> str:
        """Part of a file's name; another one whenever the numbers would be others."""

    @property
    def size(self) -> int:
        """How many numbers a picture gets."""

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """(B, H, W, 3) uint8 RGB -> (B, size) float32, each row of L2 length 1.

        Raises ValueError for another array, InvalidSetting or DownloadFailed when the network's
        weights cannot be had.
        """
