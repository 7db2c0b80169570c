"""The settings of the three published models; imports no torch."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from models.published.layer_sizes import (
    Size,
    attention,
    conv,
    dense,
    feed_forward,
    growing,
    norm,
    recurrent,
    shrinking,
    total,
)
from models.settings import Centre, OneBlockSettings, choice, ranged

PUBLISHED_BATCH = 16  # pairs
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
HEADS = 8  # of the Transformer's attention
SUMMARIES = 4  # vectors of `hidden` numbers that the Transformer makes of a caption
_TOKENS = 20  # of a caption, for what a forward pass costs


@dataclass(frozen=True)
class PublishedSettings(OneBlockSettings):
    """Of any published model: the sizes of its layers say what it weighs and costs."""

    centre: ClassVar[Centre] = "mean"  # as published

    @property
    @abstractmethod
    def filters(self) -> tuple[int, int, int]:
        """Of the encoder's three stages; the decoder has them in reverse."""

    @abstractmethod
    def _size(self) -> Size:
        """All layers together."""

    @property
    def folded(self) -> int:
        """Values of the encoder's last map."""
        return self.filters[-1] * self.width * self.height // 64

    def parameters(self) -> int:
        """What is trained: not the word vectors."""
        return self._size().parameters

    def multiplications(self) -> int:
        """Multiply-adds of one picture's forward pass, there and back, with 20 tokens of text."""
        return self._size().multiplications


@dataclass(frozen=True)
class PureCvaeConfig(PublishedSettings):
    """Convolutions alone, after Onder (2021); see cvae. The defaults are published."""

    name: ClassVar[str] = "pure-cvae"
    title: ClassVar[str] = "Pure CVAE"
    summary: ClassVar[str] = (
        "Published: convolutions alone, a latent map for each frame, max-pooled to be clustered."
    )
    decodes_vectors: ClassVar[bool] = False  # only a frame's whole map can be decoded
    centre: ClassVar[Centre] = "frame"

    width: int = ranged(400, 40, 1024)
    height: int = ranged(240, 24, 1024)
    latent_size: int = ranged(128, 1, 4096)  # means at each position of the map
    channels: int = ranged(32, 1, 512)  # filters of the first stage; then 2 and 4 times as many
    beta: float = ranged(0.0, 0.0, 1e4)  # the published objective has no KL
    free_bits: float = ranged(0.0, 0.0, 100.0)
    quick_start: bool = False  # He's initialisation and little noise; not published

    @property
    def filters(self) -> tuple[int, int, int]:
        return self.channels, 2 * self.channels, 4 * self.channels

    def _size(self) -> Size:
        places = self.width * self.height
        posterior = conv(self.filters[-1], 2 * self.latent_size, places // 64)
        there = shrinking(self.filters, places) + posterior
        return there + growing(self.latent_size, self.filters[::-1], places)


@dataclass(frozen=True)
class DenseCvaeConfig(PublishedSettings):
    """Convolutions and wide dense layers; see cvae. The defaults are published."""

    name: ClassVar[str] = "dense-cvae"
    title: ClassVar[str] = "Dense CVAE"
    summary: ClassVar[str] = (
        "Published: convolutions, then dense layers to one vector for each frame."
    )

    latent_size: int = ranged(1000, 1, 4096)
    channels: int = ranged(32, 1, 512)  # filters of two stages; the third has twice as many
    first_dense: int = ranged(8000, 1, 65_536)
    second_dense: int = ranged(4000, 1, 65_536)
    beta: float = ranged(0.0, 0.0, 1e4)  # the published objective has no KL
    free_bits: float = ranged(0.0, 0.0, 100.0)
    quick_start: bool = False  # He's initialisation and little noise; not published

    @property
    def filters(self) -> tuple[int, int, int]:
        return self.channels, self.channels, 2 * self.channels

    def _size(self) -> Size:
        places, first, second = self.width * self.height, self.first_dense, self.second_dense
        there = [
            shrinking(self.filters, places),
            dense(self.folded, first),
            dense(first, second),
            dense(second, 2 * self.latent_size),
        ]
        back = [
            dense(self.latent_size, second),
            dense(second, first),
            dense(first, self.folded),
            growing(self.filters[-1], self.filters[::-1], places),
        ]
        return total(there + back)


@dataclass(frozen=True)
class CrvaeConfig(PublishedSettings):
    """Frames and captions in one latent; see models.published.crvae. The defaults are published."""

    name: ClassVar[str] = "crvae"
    title: ClassVar[str] = "CRVAE"
    summary: ClassVar[str] = (
        "Published: frames and captions in one latent, which is decoded to both."
    )

    latent_size: int = ranged(1000, 1, 4096)
    channels: int = ranged(32, 1, 512)  # filters of every stage
    dense: int = ranged(4000, 1, 65_536)
    cell: str = choice("lstm", "rnn", "gru", "transformer")
    hidden: int = ranged(512, 1, 8192)
    norm: str = choice("batch", "layer")  # of both encoders: "batch" as published
    teacher_forcing: bool = True
    text_weight: float = ranged(3.0, 0.0, 1e4)  # lambda, of the text's error
    word_vectors: str = "multilingual"
    unknown_words: str = choice("own", "zero")  # a vector of their own, or zero as published
    word_size: int = ranged(300, 1, 4096)  # numbers of a word vector
    beta: float = ranged(0.0, 0.0, 1e4)  # the published objective has no KL
    free_bits: float = ranged(0.0, 0.0, 100.0)
    quick_start: bool = False  # He's initialisation and little noise; not published

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cell == "transformer" and self.hidden % HEADS:
            raise ValueError(
                f"hidden must be a multiple of {HEADS}, the Transformer's heads; "
                f"{self.hidden} was given."
            )

    @property
    def encoded_together(self) -> int | None:
        return PUBLISHED_BATCH if self.norm == "batch" else None

    @property
    def filters(self) -> tuple[int, int, int]:
        return self.channels, self.channels, self.channels

    @property
    def state_size(self) -> int:
        """Numbers that the text encoder makes of a caption, and that the text decoder starts from.

        Of a recurrent cell: layers x directions x hidden, and as many again of an LSTM's cells.
        """
        if self.cell == "transformer":
            return SUMMARIES * self.hidden
        return (8 if self.cell == "lstm" else 4) * self.hidden

    def _size(self) -> Size:
        places, both = self.width * self.height, self.state_size + self.folded
        reader, writer = (_attending if self.cell == "transformer" else _stepping)(self, _TOKENS)
        there = [
            shrinking(self.filters, places),
            reader,
            norm(both),
            dense(both, self.dense),
            dense(self.dense, 2 * self.latent_size),
        ]
        back = [
            dense(self.latent_size, self.dense),
            dense(self.dense, both),
            growing(self.channels, self.filters, places),
            writer,
        ]
        return total(there + back)


def _stepping(config: CrvaeConfig, tokens: int) -> tuple[Size, Size]:
    """Text encoder and decoder of a recurrent cell: models.published.words_recurrent."""
    cells = recurrent(GATES[config.cell], config.word_size, config.hidden, tokens)
    return cells, cells + dense(2 * config.hidden, config.word_size, tokens)


def _attending(config: CrvaeConfig, tokens: int) -> tuple[Size, Size]:
    """Text encoder and decoder of the Transformer: models.published.words_transformer."""
    size, read = config.hidden, tokens + 1  # a learned token stands before the words
    enter = dense(config.word_size, size, tokens)
    own = attention(size, tokens, tokens) + feed_forward(size, tokens)
    reading = attention(size, read, read) + feed_forward(size, read) + norm(size) + norm(size)
    writing = own + attention(size, tokens, SUMMARIES) + norm(3 * size)
    learned = Size((SUMMARIES + 1) * size, 0)  # queries, and the learned token
    pooling = attention(size, SUMMARIES, read)
    reader = total([enter, reading, reading, norm(size), learned, pooling])
    leave = dense(size, config.word_size, tokens)
    return reader, total([enter, writing, writing, norm(size), leave])
