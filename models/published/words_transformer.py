"""Captions by attention: a reader that pools a caption into a few vectors, a writer that looks at
those and at the words so far.

Source: Vaswani et al., "Attention Is All You Need" (2017); layers with the norm first: Xiong et
al., "On Layer Normalization in the Transformer Architecture" (2020). The second report discusses
such a model and leaves it out.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from models.published.config import HEADS, SUMMARIES

_LAYERS = 2


def positions(length: int, like: Tensor) -> Tensor:
    """Sinusoids of each position, (length, size), for vectors shaped like `like` (..., size).

    There is no greatest length. Source: Vaswani et al. (2017), section 3.5.
    """
    size = like.shape[-1]
    place = torch.arange(length, device=like.device, dtype=torch.float32)[:, None]
    even = torch.arange(0, size, 2, device=like.device, dtype=torch.float32)
    angle = place * torch.exp(even * (-math.log(10_000.0) / size))  # (length, size / 2)
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1).to(like.dtype)


class TransformerReader(nn.Module):
    """Word vectors (B, L, E) -> (B, 4 x hidden): what four learned queries find in the caption."""

    def __init__(self, word_size: int, hidden: int) -> None:
        super().__init__()
        self.enter = nn.Linear(word_size, hidden)
        self.nothing = nn.Parameter(torch.randn(hidden))
        self.queries = nn.Parameter(torch.randn(SUMMARIES, hidden))
        self.layers = _layers(nn.TransformerEncoderLayer, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.pool = nn.MultiheadAttention(hidden, HEADS, batch_first=True)

    def forward(self, vectors: Tensor, words: Tensor) -> Tensor:
        """`words` (B, L) say which tokens are padding, 0; those are not attended to.

        A learned token stands before the words and is seen only where there are none: attention
        to nothing at all would not be a number.
        """
        tokens = self.enter(vectors)
        tokens = tokens + positions(tokens.shape[1], tokens)  # (B, L, hidden)
        tokens = torch.cat([self.nothing.to(tokens).expand(len(tokens), 1, -1), tokens], dim=1)
        said = words != 0
        unseen = torch.cat([said.any(dim=1, keepdim=True), ~said], dim=1)  # (B, 1 + L)
        for layer in self.layers:
            tokens = layer(tokens, src_key_padding_mask=unseen)
        tokens = self.norm(tokens)
        queries = self.queries.to(tokens).expand(len(tokens), -1, -1)
        found, _ = self.pool(queries, tokens, tokens, key_padding_mask=unseen, need_weights=False)
        return found.flatten(1)  # (B, 4 hidden)


class TransformerWriter(nn.Module):
    """States (B, 4 x hidden) -> word vectors (B, L, E).

    Each step attends to the words before it and to the four vectors that the states are.
    """

    def __init__(self, word_size: int, hidden: int) -> None:
        super().__init__()
        self.enter = nn.Linear(word_size, hidden)
        self.layers = _layers(nn.TransformerDecoderLayer, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.leave = nn.Linear(hidden, word_size)

    def forced(self, states: Tensor, seen: Tensor) -> Tensor:
        """Step i sees `seen[:, : i + 1]`, the true words before; (B, L, E) -> (B, L, E)."""
        memory = states.unflatten(1, (SUMMARIES, -1))  # (B, 4, hidden)
        tokens = self.enter(seen)
        length = tokens.shape[1]
        tokens = tokens + positions(length, tokens)  # (B, L, hidden)
        causal = nn.Transformer.generate_square_subsequent_mask(
            length, device=tokens.device, dtype=tokens.dtype
        )
        for layer in self.layers:
            tokens = layer(tokens, memory, tgt_mask=causal, tgt_is_causal=True)
        return self.leave(self.norm(tokens))

    def free(self, states: Tensor, length: int) -> Tensor:
        """Each step sees what those before predicted, the first the start token, zero."""
        seen = states.new_zeros(len(states), 1, self.leave.out_features)
        for _ in range(length):
            spoken = self.forced(states, seen)[:, -1:]
            seen = torch.cat([seen, spoken.to(seen)], dim=1)
        return seen[:, 1:]  # (B, L, E)


def _layers(
    kind: type[nn.TransformerEncoderLayer] | type[nn.TransformerDecoderLayer], hidden: int
) -> nn.ModuleList:
    """Pre-norm layers of one kind, without dropout."""
    return nn.ModuleList(
        kind(
            hidden,
            HEADS,
            4 * hidden,
            dropout=0.0,
            activation="gelu",
            norm_first=True,
            batch_first=True,
        )
        for _ in range(_LAYERS)
    )
