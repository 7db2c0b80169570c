"""Words said of frames whose captions a model did not get, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.training.dataset import Examples, Frames
from core.training.predicted_words import PredictedWords, predicted_words
from models.config import CrvaeConfig
from models.interface import WordModel
from models.latent import DiagonalGaussian

# Words 1 to 6 tell something, 7 does not. Two videos of five frames; the last two of each are held
# out, and the last caption of the first was trained on.
SAID = np.array(
    [[1, 2, 7], [1, 3, 7], [1, 2, 7], [1, 4, 4], [1, 2, 7],
     [5, 6, 0], [5, 0, 0], [5, 6, 7], [2, 6, 7], [7, 0, 0]]
)  # fmt: skip
CONTENT = np.array([False] + [True] * 6 + [False])
HELD = np.array([3, 4, 8, 9])


class Fixed(WordModel):
    """Says words by the frame's brightness; it must not be shown any."""

    def __init__(self, says: torch.Tensor) -> None:
        super().__init__()
        self.config = CrvaeConfig(word_size=8)
        self.register_buffer("prior_std", torch.ones(1))
        self.use_words(torch.eye(8), 3)
        self.says = says

    def encode(
        self,
        frames: torch.Tensor,
        words: torch.Tensor | None = None,
        features: torch.Tensor | None = None,
    ) -> DiagonalGaussian:
        assert words is None
        mean = frames.flatten(1).mean(dim=1, keepdim=True) * 255
        return DiagonalGaussian(mean, torch.zeros_like(mean))

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(latents), 3, 24, 40)

    def decode_words(self, latents: torch.Tensor, words: torch.Tensor | None) -> torch.Tensor:
        return self.embedding[self.read_words(latents)]

    def decode_both(
        self, latents: torch.Tensor, words: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return self.decode(latents), self.decode_words(latents, words)

    def read_words(self, latents: torch.Tensor) -> torch.Tensor:
        return self.says[latents[:, 0].round().long()]


def measured(says: list[list[int]]) -> PredictedWords | None:
    """`says` are the words said with each held-out frame."""
    pixels = [np.full((5, 24, 40, 3), 0, np.uint8) for _ in range(2)]
    for number, one in enumerate(HELD):
        pixels[one // 5][one % 5] = number
    examples = Examples(Frames(pixels, torch.device("cpu")), words=SAID)
    return predicted_words(Fixed(torch.tensor(says)), examples, HELD, CONTENT)


def test_recall_of_content_words_beside_the_most_frequent() -> None:
    # Frame 3: content words 1 and 4; the model says 4, 2 and 7; the video's most frequent words,
    # 1, 2 and 3, have 1. Frame 4's caption was trained on. Frame 8: 2 and 6; it says 2; the video's
    # most frequent words are 5 and 6. Frame 9 has no content word.
    found = measured([[4, 2, 7], [1, 2, 0], [2, 0, 0], [7, 0, 0]])
    assert found == PredictedWords(recall=2 / 4, baseline=2 / 4, words=4, frames=2)


def test_a_model_that_says_nothing_finds_nothing() -> None:
    assert measured([[0, 0, 0]] * 4) == PredictedWords(0.0, 2 / 4, 4, 2)


def test_the_baseline_has_as_many_words_as_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.predicted_words._LEAST", 0)
    found = measured([[4, 2, 7], [1, 2, 0], [2, 0, 0], [7, 0, 0]])  # two words, and one
    assert found == PredictedWords(recall=2 / 4, baseline=1 / 4, words=4, frames=2)


def test_nothing_to_find_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "CONTENT", np.zeros(8, bool))
    assert measured([[1, 2, 3]] * 4) is None
