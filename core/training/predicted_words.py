"""What a model says of frames whose captions it did not get: words from the picture alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from core.training.dataset import Examples
from models.interface import WordModel

_BATCH = 64
_LEAST = 5  # words of the baseline, also where the model says fewer


@dataclass(frozen=True)
class PredictedWords:
    """Shares from 0 to 1 of the content words that are said with held-out frames."""

    recall: float  # that the model says, of the picture alone
    baseline: float  # among as many of the video's most frequent content words that were trained on
    words: int  # that there are to be found, one a frame and word
    frames: int


@torch.no_grad()
def predicted_words(
    model: WordModel, examples: Examples, held: np.ndarray, content: np.ndarray
) -> PredictedWords | None:
    """Recall of content words on the `held` examples, by a model trained on all others.

    The model gets pixels and features and no words. Frames whose very caption was trained on are
    left out, as are those without a content word; `content` (V,) bool says which words are ones.
    The baseline says as many words as the model does there, five at least, and knows the video.
    None where no frame is left.
    """
    trained = np.setdiff1d(np.arange(len(examples)), held)
    known = examples.words(trained)
    heard = {row.tobytes() for row in known}
    video = np.searchsorted(examples.frames.starts, examples.rows, side="right")  # (N,)
    frequent = {
        one: [word for word, _ in _counted(known[video[trained] == one], content).most_common()]
        for one in np.unique(video[held])
    }
    right = usual = words = frames = 0
    model.eval()
    for start in range(0, len(held), _BATCH):
        numbers = held[start : start + _BATCH]
        batch = examples.batch(numbers)
        read = model.read_words(model.encode(batch.frames, None, batch.features).mode())
        for number, row, caption in zip(
            numbers, read.cpu().numpy(), examples.words(numbers), strict=True
        ):
            true, said = ({*np.unique(one[content[one]])} for one in (caption, row))
            if not true or caption.tobytes() in heard:
                continue
            right += len(true & said)
            usual += len(true & {*frequent[video[number]][: max(_LEAST, len(said))]})
            words, frames = words + len(true), frames + 1
    return PredictedWords(right / words, usual / words, words, frames) if words else None


def _counted(captions: np.ndarray, content: np.ndarray) -> Counter[int]:
    """How many different captions have each content word."""
    different = np.unique(captions, axis=0)
    return Counter(word for row in different for word in np.unique(row[content[row]]).tolist())
