"""Remembers the vectors of words that were looked up, one file a source, growing word by word."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.storage.files import atomic
from core.text.vectors.source import Report, WordVectors, empty


def remembered(
    source: WordVectors, words: Sequence[str], folder: Path, report: Report | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """What `source.lookup(words)` gives; only words never asked for before are looked up.

    Unknown words are remembered too. A damaged file is made anew; two writers at once lose
    nothing but time. Raises StorageFailed, and InvalidSetting as `lookup` does.
    """
    path = folder / "cache" / f"{hashlib.sha256(source.key.encode()).hexdigest()[:24]}.npz"
    listed, vectors, known = _read(path, source.size)
    numbers = {word: number for number, word in enumerate(listed)}
    new = [word for word in dict.fromkeys(words) if word not in numbers]
    if new:
        found, found_known = source.lookup(new, report)
        numbers |= {word: len(listed) + number for number, word in enumerate(new)}
        vectors, known = np.concatenate([vectors, found]), np.concatenate([known, found_known])
        _write(path, [*listed, *new], vectors, known)
    rows = [numbers[word] for word in words]
    return vectors[rows], known[rows]


def _read(path: Path, size: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as held:
            words = json.loads(held["words"].tobytes())
            vectors, known = held["vectors"], held["known"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return [], *empty([], size)
    whole = vectors.shape == (len(words), size) and known.shape == (len(words),)
    if not whole or vectors.dtype != np.float32 or known.dtype != bool:
        return [], *empty([], size)
    return words, vectors, known


def _write(path: Path, words: list[str], vectors: np.ndarray, known: np.ndarray) -> None:
    """Words lie as one text: an array of strings would make each as wide as the longest."""
    text = np.frombuffer(json.dumps(words).encode(), np.uint8)
    with atomic(path) as temporary, temporary.open("wb") as out:
        np.savez(out, words=text, vectors=vectors, known=known)
