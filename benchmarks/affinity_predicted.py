"""Whether pictures tell what is said: words nearest to the guessed meaning of frames without
captions, or of its projection onto known captions, beside the most frequent words.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from benchmarks.affinity_material import Material, prepared, table
from core.storage import Database
from core.text.stop_words import tells
from models.affinity.model import Affinity
from models.affinity.sentence_vectors import word_weights

_SAID = 10  # words of a frame
_SHARPNESS = (0.05, 0.1, 0.5)  # of the softmax over captions
_COMMON = 0.002  # of all words said: counts half
_FEWEST = 2  # times that a word was said


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown."""
    rows = [
        [data.name, name, f"{share:.3f}"]
        for data in sets
        if data.corpus is not None
        for name, share in _recalls(data).items()
    ]
    said = (
        f"Recall at {_SAID} of content words: of held-out frames whose captions were not trained "
        "on, the share of the captions' words (no stop words) among ten said of the picture alone. "
        "Meaning guessed from the content by ridge regression (as the model does), or projected "
        "onto the known captions (DeCap, Li et al. 2023): their mean, weighted by a softmax of the "
        "cosine; read as the nearest words, or as the words that most of the weighted captions "
        "have. The model itself says nothing of a frame without a caption.\n\n"
    )
    return f"## Predicted words\n\n{said}{table(['data', 'words', 'recall at 10'], rows)}"


@torch.no_grad()
def _recalls(data: Material) -> dict[str, float]:
    """By the way the ten words are found."""
    model = prepared(data, data.kept)
    words = data.corpus.words  # (N, L)
    tell = np.array([tells(word) for word in data.corpus.vocabulary.words])
    known = data.kept[words[data.kept].any(axis=1)]
    held, true = _to_find(data, known, tell)
    beside = data.examples.beside(data.everything)
    guessed = model.meaning.guess(model.content.encode(beside.features[held])[0])  # (H, M)
    different = known[np.unique(words[known], axis=0, return_index=True)[1]]
    meanings = model.meaning.encode(torch.from_numpy(words[different]), model.embedding)
    has = _has(words[different], tell)  # (C, V)
    videos = np.searchsorted(data.frames.starts, data.examples.rows, side="right")
    often = {
        one: np.argsort(-_has(_different(words[known[videos[known] == one]]), tell).sum(axis=0))
        for one in np.unique(videos[known])
    }
    found = {
        "the video's most frequent": [often[videos[row]][:_SAID] for row in held],
        "ridge, nearest words": _nearest(model, guessed),
    }
    for width in _SHARPNESS:
        cosines = normalize(guessed, dim=1) @ normalize(meanings, dim=1).T
        weights = (cosines / width).softmax(dim=1)  # (H, C)
        found[f"projected, width {width:g}, nearest words"] = _nearest(model, weights @ meanings)
        votes = np.argsort(-(weights.numpy() @ has), axis=1, kind="stable")[:, :_SAID]
        found[f"projected, width {width:g}, words of the captions"] = list(votes)
    return {
        f"{name}, of {sum(map(len, true))}": _recall(true, said) for name, said in found.items()
    }


def _to_find(
    data: Material, known: np.ndarray, tell: np.ndarray
) -> tuple[np.ndarray, list[set[int]]]:
    """The held-out frames with content words and a caption never trained on, and those words."""
    words = data.corpus.words
    heard = {words[row].tobytes() for row in known}
    rows, true = [], []
    for row in np.flatnonzero(data.held):
        content = {*np.unique(words[row][tell[words[row]]]).tolist()}
        if content and words[row].tobytes() not in heard:
            rows.append(row)
            true.append(content)
    return np.array(rows), true


def _different(captions: np.ndarray) -> np.ndarray:
    return np.unique(captions, axis=0)


def _has(captions: np.ndarray, tell: np.ndarray) -> np.ndarray:
    """(C, L) captions -> (C, V): which content words each has."""
    has = np.zeros((len(captions), len(tell)))
    for row, caption in zip(has, captions, strict=True):
        row[caption[tell[caption]]] = 1
    return has


def _nearest(model: Affinity, meanings: Tensor) -> list[np.ndarray]:
    """The words, said twice at least, that point most the same way; less weight on common ones."""
    meaning = model.meaning
    directions = normalize(model.embedding, dim=1) @ meaning.basis  # (V, M)
    directions = normalize(directions - directions[1:].mean(dim=0), dim=1)
    scores = normalize(meanings, dim=1) @ directions.T  # (H, V)
    scores = scores * word_weights(meaning.said / meaning.said.sum(), _COMMON)
    scores = scores.masked_fill(meaning.said < _FEWEST, -torch.inf)
    return list(scores.topk(_SAID, dim=1).indices.numpy())


def _recall(true: list[set[int]], said: list[np.ndarray]) -> float:
    found = sum(len(own & {*words.tolist()}) for own, words in zip(true, said, strict=True))
    return found / sum(map(len, true))
