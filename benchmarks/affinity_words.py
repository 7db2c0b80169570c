"""How many words are read again from the latent alone, and what each trick of the code is worth."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.affinity_material import Material, table
from core.storage import Database
from models.affinity.superposition import Superposition
from models.interface import nearest_words

# name, numbers, share of own directions, whether the code is read or decoded linearly
_VARIANTS = (
    ("320 numbers, half own directions (the model's)", 320, 0.5, True),
    ("the same, nearest words of a linear decoding", 320, 0.5, False),
    ("320 numbers, random directions only", 320, 0.0, True),
    ("160 numbers, half own directions", 160, 0.5, True),
    ("160 numbers, random directions only", 160, 0.0, True),
)
_TIMED = 15


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown: fitted to all captions, and to those outside the held-out blocks."""
    rows = [
        [data.name, name, *_row(data, size, own, code)]
        for data in sets
        if data.corpus is not None
        for name, size, own, code in _VARIANTS
    ]
    head = ["data", "wording", "trained on", "held out", "ms a caption"]
    said = (
        "Share of captions' words (no padding) read right from the posterior mean, no true word "
        "being shown; held out: captions of the held-out blocks that no frame outside them has, by "
        "a code that was not fitted to them. The vocabulary holds all words.\n\n"
    )
    return f"## Words\n\n{said}{table(head, rows)}"


def _row(data: Material, size: int, own: float, code: bool) -> list[str]:
    every = np.unique(data.corpus.words, axis=0)
    every = torch.from_numpy(every[every.any(axis=1)])
    seen = {tuple(row) for row in data.corpus.words[data.kept].tolist()}
    kept = torch.tensor([row for row in every.tolist() if tuple(row) in seen])
    fresh = torch.tensor([row for row in every.tolist() if tuple(row) not in seen])
    vectors = torch.from_numpy(data.corpus.vocabulary.vectors)
    trained, took = _share(_fitted(every, vectors, size, own), every, vectors, code)
    held, _ = _share(_fitted(kept, vectors, size, own), fresh, vectors, code)
    return [
        f"{trained:.3f}",
        f"{held:.3f} of {len(fresh)} captions",
        f"{1000 * took:.0f}" if code else "",
    ]


def _fitted(words: torch.Tensor, vectors: torch.Tensor, size: int, own: float) -> Superposition:
    code = Superposition(size)
    code.resize(len(vectors), vectors.shape[1], words.shape[1])
    code.prepare(words, vectors, round(own * size), torch.Generator().manual_seed(0))
    return code


@torch.no_grad()
def _share(
    code: Superposition, words: torch.Tensor, vectors: torch.Tensor, read: bool
) -> tuple[float, float]:
    """Words read right, and seconds for one caption alone."""
    codes, took = code.encode(words, vectors), 0.0
    if read:
        found = code.read(codes, vectors)
        took = statistics.median(
            _seconds(code, codes[n : n + 1], vectors) for n in range(min(_TIMED, len(codes)))
        )
    else:
        rows = codes @ code.basis.T + code.centre
        found = nearest_words(rows.unflatten(1, (-1, vectors.shape[1])), vectors)
    said = words > 0
    return float(((found == words) & said).sum() / said.sum()), took


def _seconds(code: Superposition, codes: torch.Tensor, vectors: torch.Tensor) -> float:
    began = time.perf_counter()
    code.read(codes, vectors)
    return time.perf_counter() - began
