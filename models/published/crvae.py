"""The published model of frames and their captions: one latent, decoded to both.

Source: Shi's second report (2023), "CRVAE". GRU and Transformer are named there and were not run.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, pad, relu

from models.interface import Beside, WordModel
from models.latent import DiagonalGaussian
from models.losses import Distortion, distortion
from models.published.blocks import growing, shrinking
from models.published.crvae_config import CrvaeConfig
from models.published.init_he import start_at_mean_colour, start_quickly
from models.published.words_recurrent import RecurrentReader, RecurrentWriter
from models.published.words_transformer import TransformerReader, TransformerWriter


class Crvae(WordModel):
    """(B, 3, H, W) and words (B, L) <-> (B, D).

    A batch in training needs two frames or more: both halves are normalised over the batch.
    """

    def __init__(self, config: CrvaeConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("prior_std", torch.ones(config.latent_size))
        self.register_buffer("embedding", torch.zeros(1, config.word_size))
        self.register_buffer("longest", torch.ones(1, dtype=torch.int64))
        # `longest` again: reading it from a GPU at each step would wait for the GPU
        self._tokens = 1
        self.register_load_state_dict_post_hook(_count_tokens)
        states, folded, latent = config.state_size, config.folded, config.latent_size
        self.look = shrinking(config.filters)
        self.look_norm = nn.BatchNorm1d(folded)
        self.reader = _reader(config)
        self.reader_norm = nn.BatchNorm1d(states)
        self.join = nn.Linear(states + folded, config.dense)
        self.posterior = nn.Linear(config.dense, 2 * latent)
        self.unfold = nn.Linear(latent, config.dense)
        self.part = nn.Linear(config.dense, states + folded)
        self.writer = _writer(config)
        self.draw = growing(config.channels, config.filters)
        if config.quick_start:
            start_quickly(self, self.posterior, self.draw)

    def use_words(self, vectors: Tensor, longest: int) -> None:
        super().use_words(vectors, longest)
        self._tokens = longest

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: Beside | None = None
    ) -> None:
        if self.config.quick_start:
            start_at_mean_colour(self.draw, frames)

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        """See FrameModel; without `words` the captions are empty."""
        if words is None:
            words = torch.zeros(len(frames), self._tokens, dtype=torch.int64, device=frames.device)
        seen = self.look_norm(self.look(frames).flatten(1))  # (B, F)
        read = self.reader_norm(self.reader(embedding(words, self.embedding), words))  # (B, S)
        joined = relu(self.join(torch.cat([read, seen], dim=1)))
        mean, log_variance = self.posterior(joined).chunk(2, dim=1)
        return DiagonalGaussian(mean, log_variance)  # (B, D) each

    def decode(self, latents: Tensor) -> Tensor:
        return self._picture(self._halves(latents)[1])

    def reconstruct(
        self, latents: Tensor, frames: Tensor, words: Tensor | None
    ) -> tuple[Tensor, Distortion]:
        """See FrameModel; teacher-forced where the config says so."""
        if words is None:
            return super().reconstruct(latents, frames, words)
        shown = words if self.config.teacher_forcing else None
        decoded, spoken = self.decode_both(latents, shown)
        true, weight = self.embedding[words], self.config.text_weight  # (B, L, E)
        return decoded, distortion(frames, decoded.float(), true, spoken.float(), weight)

    def decode_words(self, latents: Tensor, words: Tensor | None) -> Tensor:
        return self._spoken(self._halves(latents)[0], words)

    def decode_both(self, latents: Tensor, words: Tensor | None) -> tuple[Tensor, Tensor]:
        states, folded = self._halves(latents)
        return self._picture(folded), self._spoken(states, words)

    def _halves(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """(B, D) -> the writer's states (B, S), and the picture's folded map (B, F)."""
        both = self.part(relu(self.unfold(latents)))
        states, folded = both.split([self.config.state_size, self.config.folded], dim=1)
        return states, folded

    def _picture(self, folded: Tensor) -> Tensor:
        shape = (self.config.channels, self.config.height // 8, self.config.width // 8)
        return self.draw(folded.unflatten(1, shape))  # (B, 3, H, W)

    def _spoken(self, states: Tensor, words: Tensor | None) -> Tensor:
        if words is None:
            return self.writer.free(states, self._tokens)
        vectors = embedding(words, self.embedding)
        seen = pad(vectors, (0, 0, 1, 0))[:, :-1]  # the start token, zero, then all but the last
        return self.writer.forced(states, seen)  # (B, L, E)


def _reader(config: CrvaeConfig) -> RecurrentReader | TransformerReader:
    if config.cell == "transformer":
        return TransformerReader(config.word_size, config.hidden)
    return RecurrentReader(config.cell, config.word_size, config.hidden)


def _writer(config: CrvaeConfig) -> RecurrentWriter | TransformerWriter:
    if config.cell == "transformer":
        return TransformerWriter(config.word_size, config.hidden)
    return RecurrentWriter(config.cell, config.word_size, config.hidden)


def _count_tokens(model: Crvae, incompatible: Any) -> None:
    """After weights were loaded: as many tokens are decoded as their vocabulary's captions have."""
    model._tokens = int(model.longest)
