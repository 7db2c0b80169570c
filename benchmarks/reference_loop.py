"""The published training loop, written plainly from its description: what ours is measured against.

Pictures are decoded from JPEG at every step, words written token by token, weights updated by
Adam without any grouping or fusing, all in float32. It shares no code with the models it stands
beside; the test copies weights from them, in the order of their parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, relu

from models.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig

PublishedConfig = PureCvaeConfig | DenseCvaeConfig | CrvaeConfig


class Captions(NamedTuple):
    """What is said at each picture."""

    words: Tensor  # (N, L) int64 numbers of the vocabulary, 0 is padding
    vectors: Tensor  # (V, E) of the vocabulary, row 0 zero


class PlainPure(nn.Module):
    """Convolutions alone; the latent is a map of D numbers at each position."""

    def __init__(self, config: PureCvaeConfig) -> None:
        super().__init__()
        self.encoder = shrinking(config.filters)
        self.posterior = nn.Conv2d(config.filters[-1], 2 * config.latent_size, 3, padding=1)
        self.decoder = growing(config.latent_size, config.filters[::-1])

    def loss(self, frames: Tensor, said: Tensor | None, noise: Tensor | None = None) -> Tensor:
        """Mean squared error of (B, 3, H, W); `noise` (B, D, H / 8, W / 8), drawn when None."""
        latents = sampled(self.posterior(self.encoder(frames)), noise)
        return mse_loss(self.decoder(latents), frames)


class PlainDense(nn.Module):
    """Convolutions, and three dense layers to and from a vector of D numbers."""

    def __init__(self, config: DenseCvaeConfig) -> None:
        super().__init__()
        first, second, latent = config.first_dense, config.second_dense, config.latent_size
        self.encoder = shrinking(config.filters)
        self.to_first = nn.Linear(config.folded, first)
        self.to_second = nn.Linear(first, second)
        self.posterior = nn.Linear(second, 2 * latent)
        self.from_latent = nn.Linear(latent, second)
        self.from_second = nn.Linear(second, first)
        self.from_first = nn.Linear(first, config.folded)
        self.map_shape = (config.filters[-1], config.height // 8, config.width // 8)
        self.decoder = growing(config.filters[-1], config.filters[::-1])

    def loss(self, frames: Tensor, said: Tensor | None, noise: Tensor | None = None) -> Tensor:
        """Mean squared error of (B, 3, H, W); `noise` is (B, D), drawn when None."""
        hidden = self.encoder(frames).flatten(1)
        hidden = relu(self.to_second(relu(self.to_first(hidden))))
        hidden = relu(self.from_latent(sampled(self.posterior(hidden), noise)))
        hidden = relu(self.from_first(relu(self.from_second(hidden))))
        return mse_loss(self.decoder(hidden.view(-1, *self.map_shape)), frames)


class PlainCrvae(nn.Module):
    """Pictures and words in one latent; LSTM with teacher forcing, stepped one token at a time."""

    def __init__(self, config: CrvaeConfig) -> None:
        super().__init__()
        self.text_weight, self.hidden = config.text_weight, config.hidden
        states, folded = 8 * config.hidden, config.folded
        self.sizes = [states, folded]
        self.map_shape = (config.channels, config.height // 8, config.width // 8)
        self.encoder = shrinking(config.filters)
        self.picture_norm = nn.BatchNorm1d(folded)
        self.reader = _lstm(config)
        self.text_norm = nn.BatchNorm1d(states)
        self.join = nn.Linear(states + folded, config.dense)
        self.posterior = nn.Linear(config.dense, 2 * config.latent_size)
        self.from_latent = nn.Linear(config.latent_size, config.dense)
        self.part = nn.Linear(config.dense, states + folded)
        self.writer = _lstm(config)
        self.to_vector = nn.Linear(2 * config.hidden, config.word_size)
        self.decoder = growing(config.channels, config.filters)

    def loss(self, frames: Tensor, said: Tensor | None, noise: Tensor | None = None) -> Tensor:
        """Image MSE + weight x text MSE; `said` (B, L, E) word vectors, `noise` (B, D)."""
        if said is None:
            raise ValueError("crvae learns from words too; give the captions' word vectors.")
        seen = self.picture_norm(self.encoder(frames).flatten(1))
        _, (h, c) = self.reader(said)  # (4, B, hidden) each
        states = torch.cat([h.transpose(0, 1).flatten(1), c.transpose(0, 1).flatten(1)], dim=1)
        joined = relu(self.join(torch.cat([self.text_norm(states), seen], dim=1)))
        latents = sampled(self.posterior(joined), noise)
        states, folded = self.part(relu(self.from_latent(latents))).split(self.sizes, dim=1)
        picture = self.decoder(folded.view(-1, *self.map_shape))
        return mse_loss(picture, frames) + self.text_weight * mse_loss(
            self.write(states, said), said
        )

    def write(self, states: Tensor, said: Tensor) -> Tensor:
        """(B, 8 hidden) -> (B, L, E); the step after token i sees the true vector of token i."""
        halves = states.view(len(states), 2, 4, self.hidden).permute(1, 2, 0, 3)
        memory = (halves[0].contiguous(), halves[1].contiguous())  # (4, B, hidden) each
        seen = torch.zeros_like(said[:, :1])  # the start token
        written = []
        for token in range(said.shape[1]):
            output, memory = self.writer(seen, memory)
            written.append(self.to_vector(output))
            seen = said[:, token : token + 1]
        return torch.cat(written, dim=1)


PlainModel = PlainPure | PlainDense | PlainCrvae


class PlainLoop:
    """One training: batches in the pictures' order, each picture read from its file each epoch."""

    def __init__(
        self,
        config: PublishedConfig,
        pictures: Sequence[Path],
        captions: Captions | None,
        batch_size: int,
        device: torch.device,
    ) -> None:
        self.model = plain(config).to(device).train()
        self.size = (config.width, config.height)
        self.pictures, self.captions, self.device = pictures, captions, device
        self.batch_size = batch_size
        # Not torch's default everywhere: on a GPU it would group the parameters.
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=1e-4, foreach=False, fused=False
        )
        self.done = 0

    def step(self) -> Tensor:
        """Train on the next batch; gives its loss, a scalar."""
        frames, said = self.batch()
        loss = self.model.loss(frames, said)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return loss.detach()

    def batch(self) -> tuple[Tensor, Tensor | None]:
        """Of the next step: (B, 3, H, W) in [0, 1], and word vectors (B, L, E) for a crvae."""
        steps = -(-len(self.pictures) // self.batch_size)
        start = self.done % steps * self.batch_size
        chosen = slice(start, start + self.batch_size)
        frames = np.stack([read_picture(path, *self.size) for path in self.pictures[chosen]])
        channels_first = np.ascontiguousarray(frames.transpose(0, 3, 1, 2), np.float32) / 255
        pixels = torch.from_numpy(channels_first).to(self.device)
        if self.captions is None:
            return pixels, None
        return pixels, self.captions.vectors[self.captions.words[chosen]].to(self.device)


def plain(config: PublishedConfig) -> PlainModel:
    """The untrained model that `config` describes. Raises ValueError for what is not published."""
    if isinstance(config, PureCvaeConfig):
        return PlainPure(config)
    if isinstance(config, DenseCvaeConfig):
        return PlainDense(config)
    if config.cell != "lstm" or not config.teacher_forcing:
        raise ValueError("The reference is the published LSTM with teacher forcing; choose it.")
    return PlainCrvae(config)


def read_picture(path: Path, width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8 RGB. Raises ValueError where there is no picture."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path} is no picture that can be read; name a folder of JPEG files.")
    return cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), (width, height))


def shrinking(filters: Sequence[int]) -> nn.Sequential:
    """Convolution, ReLU, max-pool, in the published order; halves the picture each time."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise((3, *filters)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers)


def growing(inputs: int, filters: Sequence[int]) -> nn.Sequential:
    """Transposed convolution of stride 2 and convolution, doubling each time; then to 3 colours."""
    layers: list[nn.Module] = []
    for before, after in pairwise((inputs, *filters)):
        layers.append(nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1))
        layers += [nn.ReLU(), nn.Conv2d(after, after, 3, padding="same"), nn.ReLU()]
    layers.append(nn.ConvTranspose2d(filters[-1], 3, 3, stride=1, padding=1))
    return nn.Sequential(*layers)


def sampled(posterior: Tensor, noise: Tensor | None) -> Tensor:
    """Mean + standard deviation x noise; `posterior` holds means, then log-variances."""
    mean, log_variance = posterior.chunk(2, dim=1)
    if noise is None:
        noise = torch.randn_like(mean)
    return mean + torch.exp(log_variance / 2) * noise


def _lstm(config: CrvaeConfig) -> nn.LSTM:
    return nn.LSTM(
        config.word_size, config.hidden, num_layers=2, bidirectional=True, batch_first=True
    )
