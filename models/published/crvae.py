"""The published model of frames and their captions: one latent, decoded to both.

Source: Shi's second report (2023), "CRVAE". GRU and Transformer are named there and were not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, pad, relu

from models.interface import WordModel
from models.latent import DiagonalGaussian
from models.losses import Distortion, distortion
from models.published.blocks import BatchNorm, Dense, PublishedModel, growing
from models.published.config import CrvaeConfig
from models.published.init_he import init_he
from models.published.words_recurrent import RecurrentReader, RecurrentWriter
from models.published.words_transformer import TransformerReader, TransformerWriter


class Crvae(PublishedModel, WordModel):
    """(B, 3, H, W) and words (B, L) <-> (B, D).

    With norm="batch", as published, both halves are normalised over the batch, which then needs two
    frames or more, in evaluation too: what a frame is encoded to depends on its batch.
    """

    def __init__(self, config: CrvaeConfig) -> None:
        super().__init__(config)
        self.register_buffer("embedding", torch.zeros(1, config.word_size))
        self.register_buffer("longest", torch.ones(1, dtype=torch.int64))
        # `longest` again: reading it from a GPU at each step would wait for the GPU
        self._tokens = 1
        self.register_load_state_dict_post_hook(_count_tokens)
        states, folded, latent = config.state_size, config.folded, config.latent_size
        self.image_norm = _norm(config, folded)
        self.reader = _reader(config)
        self.text_norm = _norm(config, states)
        self.join = Dense(states + folded, config.dense)
        self.posterior = Dense(config.dense, 2 * latent)
        self.expand = Dense(latent, config.dense)
        self.split_head = Dense(config.dense, states + folded)
        self.writer = _writer(config)
        self.image_decoder = growing(config.channels, config.filters)
        if config.quick_start:
            init_he(self, self.posterior, self.image_decoder)

    def use_words(self, vectors: Tensor, longest: int) -> None:
        super().use_words(vectors, longest)
        self._tokens = longest

    @contextmanager
    def normalised_as(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> Iterator[None]:
        norms = self._batch_norms()
        if norms:
            with torch.no_grad():
                self.encode(frames, words)
        for norm in norms:
            norm.reference = norm.seen
        try:
            yield
        finally:
            for norm in norms:
                norm.reference = None

    def normalise_over(self, mean: Callable[[Tensor], Tensor]) -> None:
        for norm in self._batch_norms():
            norm.over_all = mean

    def _batch_norms(self) -> list[BatchNorm]:
        return [n for n in (self.image_norm, self.text_norm) if isinstance(n, BatchNorm)]

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        """See FrameModel; without `words` the captions are empty."""
        if words is None:
            words = torch.zeros(len(frames), self._tokens, dtype=torch.int64, device=frames.device)
        seen = self.image_norm(self.image_encoder(frames).flatten(1))  # (B, F)
        read = self.text_norm(self.reader(embedding(words, self.embedding), words))  # (B, S)
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
        both = self.split_head(relu(self.expand(latents)))
        states, folded = both.split([self.config.state_size, self.config.folded], dim=1)
        return states, folded

    def _picture(self, folded: Tensor) -> Tensor:
        shape = (self.config.channels, self.config.height // 8, self.config.width // 8)
        return self.image_decoder(folded.unflatten(1, shape))  # (B, 3, H, W)

    def _spoken(self, states: Tensor, words: Tensor | None) -> Tensor:
        if words is None:
            return self.writer.free(states, self._tokens)
        vectors = embedding(words, self.embedding)
        seen = pad(vectors, (0, 0, 1, 0))[:, :-1]  # the start token, zero, then all but the last
        return self.writer.forced(states, seen)  # (B, L, E)


def _norm(config: CrvaeConfig, size: int) -> nn.Module:
    return BatchNorm(size) if config.norm == "batch" else nn.LayerNorm(size)


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
