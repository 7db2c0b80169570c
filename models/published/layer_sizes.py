"""What layers weigh and cost, from their sizes alone; imports no torch, builds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Size:
    """One layer, or several: what is trained, and the work of one picture's forward pass."""

    parameters: int
    multiplications: int  # multiply-adds

    def __add__(self, other: Size) -> Size:
        return Size(
            self.parameters + other.parameters, self.multiplications + other.multiplications
        )


def total(sizes: Iterable[Size]) -> Size:
    """All of them together."""
    return sum(sizes, Size(0, 0))


def conv(inputs: int, outputs: int, places: int) -> Size:
    """3 x 3 with bias, plain or transposed, applied at `places` positions.

    For a transposed convolution the positions are the input's.
    """
    return Size(9 * inputs * outputs + outputs, 9 * inputs * outputs * places)


def dense(inputs: int, outputs: int, times: int = 1) -> Size:
    """A linear layer with bias, applied to `times` vectors."""
    return Size((inputs + 1) * outputs, times * inputs * outputs)


def norm(values: int) -> Size:
    """Scale and shift of a batch or layer norm."""
    return Size(2 * values, 0)


def shrinking(filters: Sequence[int], places: int) -> Size:
    """models.published.blocks.shrinking on a picture of `places` pixels."""
    steps = enumerate(pairwise((3, *filters)))
    return total(conv(inputs, outputs, places // 4**n) for n, (inputs, outputs) in steps)


def growing(inputs: int, filters: Sequence[int], places: int) -> Size:
    """models.published.blocks.growing, up to a picture of `places` pixels."""
    size = Size(0, 0)
    for n, (before, after) in enumerate(pairwise((inputs, *filters))):
        coarse = places // 4 ** (len(filters) - n)
        size += conv(before, after, coarse) + conv(after, after, 4 * coarse)
    return size + conv(filters[-1], 3, places)


def recurrent(gates: int, inputs: int, hidden: int, tokens: int) -> Size:
    """Two layers of two directions; each gate has two weight matrices and two biases."""
    size = Size(0, 0)
    for seen in (inputs, 2 * hidden):
        weights = gates * hidden * (seen + hidden)
        size += Size(2 * (weights + 2 * gates * hidden), 2 * weights * tokens)
    return size


def attention(hidden: int, queries: int, keys: int) -> Size:
    """Multi-head attention: four projections, and the products of queries, keys and values."""
    projected = dense(hidden, hidden, queries) + dense(hidden, hidden, keys)
    return projected + projected + Size(0, 2 * queries * keys * hidden)


def feed_forward(hidden: int, tokens: int) -> Size:
    """Two linear layers, four times as wide between them."""
    return dense(hidden, 4 * hidden, tokens) + dense(4 * hidden, hidden, tokens)
