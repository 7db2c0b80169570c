"""The settings of the published model of pictures and words; imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.checks import check_choice, check_picture, check_range
from models.published.layer_sizes import (
    Size,
    attention,
    dense,
    feed_forward,
    growing,
    norm,
    recurrent,
    shrinking,
    total,
)

PUBLISHED_BATCH = 16  # pairs
CELLS = ("lstm", "rnn", "gru", "transformer")
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
HEADS = 8  # of the Transformer's attention
SUMMARIES = 4  # vectors of `hidden` numbers that the Transformer makes of a caption
_TOKENS = 20  # of a caption, for what a forward pass costs


@dataclass(frozen=True)
class CrvaeConfig:
    """Frames and captions in one latent; see models.published.crvae. The defaults are published."""

    name: ClassVar[str] = "crvae"
    title: ClassVar[str] = "CRVAE"
    summary: ClassVar[str] = (
        "Published: frames and captions in one latent, which is decoded to both."
    )
    decodes_vectors: ClassVar[bool] = True

    width: int = 200
    height: int = 120
    latent_size: int = 1000
    channels: int = 32  # filters of every stage
    dense: int = 4000
    cell: str = "lstm"
    hidden: int = 512
    norm: str = "batch"  # of both encoders: over the batch as published, or each frame's "layer"
    teacher_forcing: bool = True
    text_weight: float = 3.0  # lambda, of the text's error
    word_vectors: str = "multilingual"
    unknown_words: str = "own"  # a vector of their own, or "zero" as published
    word_size: int = 300  # numbers of a word vector
    beta: float = 0.0  # the published objective has no KL
    free_bits: float = 0.0
    quick_start: bool = False  # He's initialisation and little noise; not published

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        check_range("latent_size", self.latent_size, 1, 4096)
        check_range("channels", self.channels, 1, 512)
        check_range("dense", self.dense, 1, 65_536)
        check_choice("cell", self.cell, CELLS)
        check_choice("norm", self.norm, ("batch", "layer"))
        check_range("hidden", self.hidden, 1, 8192)
        check_range("text_weight", self.text_weight, 0.0, 1e4)
        check_choice("unknown_words", self.unknown_words, ("own", "zero"))
        check_range("word_size", self.word_size, 1, 4096)
        check_range("beta", self.beta, 0.0, 1e4)
        check_range("free_bits", self.free_bits, 0.0, 100.0)
        if self.cell == "transformer" and self.hidden % HEADS:
            raise ValueError(
                f"hidden must be a multiple of {HEADS}, the Transformer's heads; "
                f"{self.hidden} was given."
            )

    @property
    def filters(self) -> tuple[int, int, int]:
        """Of the encoder's three stages, and of the decoder's."""
        return self.channels, self.channels, self.channels

    @property
    def folded(self) -> int:
        """Values of the last stage's map."""
        return self.channels * self.width * self.height // 64

    @property
    def state_size(self) -> int:
        """Numbers that the text encoder makes of a caption, and that the text decoder starts from.

        Of a recurrent cell: layers x directions x hidden, and as many again of an LSTM's cells.
        """
        if self.cell == "transformer":
            return SUMMARIES * self.hidden
        return (8 if self.cell == "lstm" else 4) * self.hidden

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}

    def parameters(self) -> int:
        """What is trained: not the word vectors."""
        return self._size(_TOKENS).parameters

    def multiplications(self, tokens: int = _TOKENS) -> int:
        """Multiply-adds of one picture's forward pass, there and back, `tokens` to its caption."""
        return self._size(tokens).multiplications

    def _size(self, tokens: int) -> Size:
        places, both = self.width * self.height, self.state_size + self.folded
        reader, writer = (_attending if self.cell == "transformer" else _stepping)(self, tokens)
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
