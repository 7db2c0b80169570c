"""What a caption is about: its words' vectors together, whatever their order and their language."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from models.affinity.sentence_vectors import sentence_vectors
from models.linear import principal_components_of_rows, ridge

_RIDGE = 0.1
_SMALLEST = 1e-4


class Meaning(nn.Module):
    """Words (B, L) -> (B, M), over a vocabulary's vectors (V, E); word 0 is padding.

    The words' vectors are averaged as models.affinity.sentence_vectors says.
    """

    centre: Tensor  # (E,)
    basis: Tensor  # (E, M) principal directions of the vocabulary
    std: Tensor  # (M,)
    reader: Tensor  # (C, M) from a frame's content to what is said there
    level: Tensor  # (M,)
    guess_std: Tensor  # (M,) how far off that is
    said: Tensor  # (V,) how often each word was said

    def __init__(self, word_size: int, size: int, content_size: int) -> None:
        super().__init__()
        for name, shape in {
            "centre": (word_size,),
            "basis": (word_size, size),
            "reader": (content_size, size),
            "level": (size,),
        }.items():
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer("std", torch.ones(size))
        self.register_buffer("guess_std", torch.ones(size))
        self.resize(1)

    def resize(self, vocabulary: int) -> None:
        """Make room for so many words; how often they were said is forgotten."""
        self.register_buffer("said", torch.zeros(vocabulary, device=self.std.device))

    def prepare(self, words: Tensor, embedding: Tensor, content: Tensor) -> None:
        """Fit to (N, L) captions of a word or more, and the content (N, C) of their frames."""
        counts = torch.bincount(words.flatten(), minlength=len(embedding)).float()
        counts[0] = 0
        self.said.copy_(counts)
        directions = normalize(embedding[1:], dim=1)
        found, _ = principal_components_of_rows(
            directions - directions.mean(dim=0), self.std.shape[0]
        )
        self.basis.zero_()[:, : found.shape[1]] = found
        self.centre.copy_(self._together(words, embedding).mean(dim=0))
        meanings = self.encode(words, embedding)  # (N, M)
        self.std.copy_(meanings.std(dim=0, correction=0).clamp_min(_SMALLEST))
        weights, level = ridge(content, meanings, _RIDGE * len(content))
        self.reader.copy_(weights)
        self.level.copy_(level)
        missed = (meanings - self.guess(content)).square().mean(dim=0).sqrt()
        self.guess_std.copy_(torch.minimum(torch.maximum(missed, self.noise), self.std))

    def encode(self, words: Tensor, embedding: Tensor) -> Tensor:
        """(B, L) -> (B, M); a row without words gives the origin."""
        meanings = (self._together(words, embedding) - self.centre) @ self.basis
        return torch.where((words > 0).any(dim=1, keepdim=True), meanings, 0.0)

    @property
    def noise(self) -> Tensor:
        """(M,) the posterior's standard deviation where the words are known."""
        return 0.1 * self.std

    def guess(self, content: Tensor) -> Tensor:
        """(B, C) -> (B, M): what is said where frames show this, as far as that can be told."""
        return content @ self.reader + self.level

    def _together(self, words: Tensor, embedding: Tensor) -> Tensor:
        """(B, L) -> (B, E) of length 1: the weighted mean of the words' vectors."""
        return sentence_vectors(embedding[words], self._shares[words], words > 0)

    @property
    def _shares(self) -> Tensor:
        """(V,) of all words said."""
        return self.said / self.said.sum().clamp_min(1.0)
