"""Reads single arrays and the words of a checkpoint without its model, and without torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from core.errors import CheckpointUnreadable
from core.storage.damage import reading, require
from core.storage.files import read_json


def arrays(folder: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The arrays of those names in model.safetensors. Raises CheckpointUnreadable."""
    path = folder / "model.safetensors"
    try:
        with safe_open(path, framework="np") as file:
            return {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError) as error:
        raise CheckpointUnreadable(f"{path} is missing or damaged; train the run again.") from error


def vocabulary(folder: Path) -> tuple[str, ...]:
    """The words of the checkpoint's model, row by row of its embedding, () for one without.

    Raises CheckpointUnreadable.
    """
    path = folder / "model.json"
    with reading(path):
        described = dict(read_json(path) or {})
        words = tuple(described.get("words", ()))
        require(all(isinstance(word, str) for word in words))
    return words
