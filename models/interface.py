"""What every model can do: encode pictures, decode latents, sample; and what models of words add.

One contract test holds for all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from models.latent import DiagonalGaussian
from models.losses import Distortion, distortion

_SCORES = 1 << 24  # distances between vectors and words that are held at a time: 64 MB


class FitInputs(NamedTuple):
    """What is known beside the training frames; None where it is not known at all."""

    words: Tensor | None = None  # (N, L) int64 of the vocabulary, 0 is padding
    features: Tensor | None = None  # (N, F) of a frozen network; a row of zeros: not known
    follows: Tensor | None = None  # (N,) bool: comes right after the row before, in one video


class FrameModel(nn.Module, ABC):
    """A model of pictures: (B, 3, H, W) in [0, 1] to a Gaussian and back.

    The Gaussian is over (B, D), or over maps (B, D, h, w) where `decodes_vectors` is False.
    `prior_std` (D,) is the prior's standard deviation of each latent dimension: latents keep the
    scale of the pixels, so L2 distances mean something; the KL is against N(0, prior_std^2).
    """

    config: Any
    prior_std: Tensor
    decodes_vectors = True  # False: only a frame's whole map can be decoded, not a bare (D,) vector

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        """Whatever can be computed from the training frames rather than learned; mostly nothing.

        `frames` is (N, 3, H, W) uint8 on the CPU.
        """

    @abstractmethod
    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        """(B, 3, H, W) float in [0, 1] -> Gaussian with (B, D) parameters.

        `words` (B, L) int64 are numbers of the vocabulary, 0 is padding; `features` (B, F) are a
        frozen network's. Models that have no use for them ignore them.
        """

    @abstractmethod
    def decode(self, latents: Tensor) -> Tensor:
        """(B, D) -> (B, 3, H, W); not clamped, so that its gradient lives everywhere."""

    def reconstruct(
        self, latents: Tensor, frames: Tensor, words: Tensor | None
    ) -> tuple[Tensor, Distortion]:
        """Pictures decoded from (B, D) `latents`, and how far all that is learned is off."""
        decoded = self.decode(latents)
        return decoded, distortion(frames, decoded.float(), None, None, 0.0)

    def vectors(self, latents: Tensor) -> Tensor:
        """What is exported and clustered, (B, D), of latents shaped like the Gaussian's mean."""
        return latents

    @property
    def crop_share(self) -> float:
        """The share of each training batch that is random crops of frames (models.augment)."""
        return 0.0

    @property
    def encoded_together(self) -> int | None:
        """As its settings say it."""
        return self.config.encoded_together

    def normalised_as(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> AbstractContextManager[None]:
        """Within it `encode` takes frames one by one, normalised as this batch of others is.

        For evaluation. Only a model with `encoded_together` does anything.
        """
        return nullcontext()

    def normalise_over(self, mean: Callable[[Tensor], Tensor]) -> None:
        """From now on train on parts of batches: `mean` is over all of a batch, (b, ...) -> (...).

        Only a model with `encoded_together` does anything.
        """

    @property
    def decoded_part(self) -> slice:
        """The latent dimensions that have a likelihood in training: the bound is of these alone."""
        return slice(None)

    @property
    def learns(self) -> bool:
        """Whether there is anything to train after `prepare`."""
        return any(parameter.requires_grad for parameter in self.parameters())

    def sample(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Pictures of `count` draws from the prior, (count, 3, H, W)."""
        noise = torch.randn(count, len(self.prior_std), generator=generator)
        return self.decode(noise.to(self.prior_std) * self.prior_std)


class WordModel(FrameModel):
    """A model of pictures and the words said with them, in one latent."""

    embedding: Tensor  # (V, E) frozen word vectors, row 0 is padding and zero
    longest: Tensor  # (1,) int64: L, how many tokens are decoded
    reads_ahead = True  # False: words are decoded all at once, never shown the true one before

    def use_words(self, vectors: Tensor, longest: int) -> None:
        """Take a vocabulary's vectors, (V, E), and the length of its longest caption.

        Raises ValueError where they cannot be those of this model's captions.
        """
        if vectors.shape[1] != self.config.word_size:
            raise ValueError(
                f"These word vectors have {vectors.shape[1]} numbers, the model expects "
                f"{self.config.word_size}; set word_size={vectors.shape[1]} or choose others."
            )
        if longest < 1:
            raise ValueError("No frame has a caption; add captions or train a model of pictures.")
        self.embedding = vectors.detach().to(self.prior_std.device, torch.float32)
        self.longest = torch.tensor([longest], device=self.prior_std.device)

    @abstractmethod
    def decode_both(self, latents: Tensor, words: Tensor | None) -> tuple[Tensor, Tensor]:
        """(B, D) -> pictures (B, 3, H, W) and word vectors (B, L, E).

        With `words` (B, L) the text is teacher-forced: step i + 1 sees the true word i. Without,
        it runs free: each step sees what the one before predicted, from the latent alone.
        """

    @abstractmethod
    def decode_words(self, latents: Tensor, words: Tensor | None) -> Tensor:
        """The word vectors of `decode_both` alone, (B, L, E)."""

    def read_words(self, latents: Tensor) -> Tensor:
        """(B, D) -> (B, L) int64: the numbers of the words said there, 0 where there is none.

        From the latents alone: each word is the one nearest to the vector that is decoded.
        """
        return nearest_words(self.decode_words(latents, None), self.embedding)


def nearest_words(vectors: Tensor, embedding: Tensor) -> Tensor:
    """(..., E) -> (...) int64: the nearest of (V, E) by L2, the first of equals.

    |v - w|^2 less |v|^2, which is the same for all words, is |w|^2 - 2 v.w: one matrix product,
    which may round equal rows differently; the first of them is chosen afterwards.
    """
    flat, table = vectors.flatten(0, -2).float(), embedding.float()
    squares = table.square().sum(dim=1)  # (V,)
    step = max(1, _SCORES // len(table))
    nearest = [(squares - 2 * part @ table.T).argmin(dim=1) for part in flat.split(step)]
    places = torch.arange(len(table), device=table.device)
    _, kinds = torch.unique(table + 0.0, dim=0, return_inverse=True)  # (V,)
    first = torch.full_like(places, len(table)).scatter_reduce_(0, kinds, places, "amin")
    return first[kinds][torch.cat(nearest)].view(vectors.shape[:-1])
