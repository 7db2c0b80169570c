"""Our own model: how frames look, what they show and what is said, in one latent of three blocks.

Appearance is the compact model's convolutional VAE. Content reads a frozen network's features, so
that frames that show the same lie together however they look. Words hold a caption twice: what it
is about, in one space for all languages, and its very words. The blocks are scaled so that the
plain distance between two latents is the default view: mostly content.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from models.affinity.config import AffinityConfig
from models.affinity.content import ContentBlock
from models.affinity.meaning import Meaning
from models.affinity.superposition import Superposition
from models.compact import Compact
from models.interface import FitInputs, WordModel
from models.latent import DiagonalGaussian

# Mean squared distance of each part from the middle; docs/affinity.md has what others gave.
_SHARES = {"appearance": 0.1, "content": 1.0, "meaning": 0.05, "wording": 0.0005}
_OWN_WORDINGS = 0.5  # of the wording's directions are the captions' own


class Affinity(WordModel):
    """(B, 3, H, W), words (B, L) and features (B, F) <-> (B, D)."""

    scale: Tensor  # (D,) from each part's own units to the latent's
    reads_ahead = False  # all words are decoded at once, none is shown the one before

    def __init__(self, config: AffinityConfig) -> None:
        super().__init__()
        self.config = config
        self.picture = Compact(config.picture)
        self.content = ContentBlock(config.feature_size, config.content_size)
        self.meaning = Meaning(config.word_size, config.meaning_size, config.content_size)
        self.wording = Superposition(config.wording_numbers)
        self.wording.resize(1, config.word_size, 1)  # padding alone, until words are given
        self.register_buffer("embedding", torch.zeros(1, config.word_size))
        self.register_buffer("longest", torch.ones(1, dtype=torch.int64))
        self.register_buffer("scale", torch.ones(config.latent_size))
        self.register_buffer("prior_std", torch.ones(config.latent_size))
        self._rescale()

    @property
    def crop_share(self) -> float:
        return float(self.config.crop_share)

    @property
    def decoded_part(self) -> slice:
        """Appearance: content and words are computed, without a likelihood."""
        return slice(self.config.appearance_size)

    def use_words(self, vectors: Tensor, longest: int) -> None:
        super().use_words(vectors, longest)
        self.meaning.resize(len(vectors))
        self.wording.resize(len(vectors), vectors.shape[1], longest)

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        """Compute all but the convolutions; what is not known `beside` the frames stays open."""
        self.picture.prepare(frames, generator)
        known = beside or FitInputs()
        if known.features is not None and known.follows is not None:
            self.content.prepare(known.features, known.follows)
        if known.words is not None and bool(known.words.any()):
            spoken = known.words.any(dim=1)
            features = known.features
            if features is None:
                features = torch.zeros(len(frames), self.config.feature_size)
            content = self.content.encode(features)[0][spoken]
            self.meaning.prepare(known.words[spoken], self.embedding, content)
            different = torch.unique(known.words[spoken], dim=0)
            own = round(_OWN_WORDINGS * self.config.wording_numbers)
            self.wording.prepare(different, self.embedding, own, generator)
        self._rescale()

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        """See FrameModel. Of frames without features or words, those parts keep their prior.

        But what a caption is about is guessed from the content, as far as that can be told.
        """
        looks = self.picture.encode(frames)
        if features is None:
            features = frames.new_zeros(len(frames), self.config.feature_size)
        content, content_std = self.content.encode(features)
        said, said_std = self._said(words, content, features.any(dim=1, keepdim=True))
        spread = torch.cat([content_std, said_std], dim=1).log() * 2
        mean = torch.cat([looks.mean, content, said], dim=1)
        log_variance = torch.cat([looks.log_variance, spread], dim=1)
        return DiagonalGaussian(mean * self.scale, log_variance + 2 * self.scale.log())

    def decode(self, latents: Tensor) -> Tensor:
        """(B, D) -> (B, 3, H, W); in evaluation within [0, 1], so that white stays white."""
        pictures = self.picture.decode(self._parts(latents)[0])
        return pictures if self.training else pictures.clamp(0, 1)

    def decode_features(self, latents: Tensor) -> Tensor:
        """(B, D) -> (B, F): the content as centred features of the backbone."""
        return self.content.decode(self._parts(latents)[1])

    def decode_both(self, latents: Tensor, words: Tensor | None) -> tuple[Tensor, Tensor]:
        return self.decode(latents), self.decode_words(latents, words)

    def decode_words(self, latents: Tensor, words: Tensor | None = None) -> Tensor:
        """(B, D) -> (B, L, E), the very vectors of `read_words`; `words` are not looked at."""
        return self.embedding[self.read_words(latents)]

    @torch.no_grad()
    def read_words(self, latents: Tensor) -> Tensor:
        """See WordModel. Latents whose wording is the same are read once.

        None where no caption was stored, nor in the middle of many: words nearest to the meaning
        that pictures let guess were measured, and are not what is said (docs/affinity-model.md).
        """
        wording = self._parts(latents)[3]  # (B, O)
        different, of_row = torch.unique(wording, dim=0, return_inverse=True)
        return self.wording.read(different, self.embedding)[of_row]  # (B, L)

    def _said(self, words: Tensor | None, content: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation of the words block in its own units, (B, M + O) each.

        `seen` (B, 1) says whose content is known.
        """
        if words is None:
            words = torch.zeros(len(content), 1, dtype=torch.int64, device=content.device)
        if words.shape[1] != int(self.wording.log_silence.shape[1]):
            words = _fitted(words, self.wording.log_silence.shape[1])
        spoken = words.any(dim=1, keepdim=True)
        guessed = torch.where(seen, self.meaning.guess(content), 0.0)
        meaning = torch.where(spoken, self.meaning.encode(words, self.embedding), guessed)
        wording = torch.where(spoken, self.wording.encode(words, self.embedding), 0.0)
        std = torch.where(
            spoken,
            torch.cat([self.meaning.noise, self.wording.noise]),
            torch.cat([self.meaning.std, self.wording.std]),
        )
        sizes = self._sizes()
        std[:, : sizes[2]] = torch.where(seen & ~spoken, self.meaning.guess_std, std[:, : sizes[2]])
        return torch.cat([meaning, wording], dim=1), std

    def _parts(self, latents: Tensor) -> tuple[Tensor, ...]:
        """Appearance, content, meaning and wording in their own units."""
        return (latents / self.scale).split(self._sizes(), dim=1)

    def _sizes(self) -> list[int]:
        c = self.config
        return [c.appearance_size, c.content_size, c.meaning_size, c.wording_numbers]

    def _rescale(self) -> None:
        """Give each part its share of the distances between latents."""
        stds = [self.picture.prior_std, self.content.std, self.meaning.std, self.wording.std]
        scales = [
            (share / std.square().sum()).sqrt().repeat(len(std))
            for share, std in zip(_SHARES.values(), stds, strict=True)
        ]
        self.scale.copy_(torch.cat(scales))
        self.prior_std.copy_(torch.cat(stds) * self.scale)


def _fitted(words: Tensor, longest: int) -> Tensor:
    """(B, L') -> (B, L): cut off or padded."""
    fitted = words.new_zeros(len(words), longest)
    kept: Any = min(longest, words.shape[1])
    fitted[:, :kept] = words[:, :kept]
    return fitted
