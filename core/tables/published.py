"""The figures of the two published tables, in their own units, and what they were measured on.

Source: T. Shi, two reports (Columbia, 2023), after O. Onder (2021).
"""

from __future__ import annotations

from dataclasses import dataclass

from models.units import BATCH_SUM, PIXEL_ERROR

UNITS = {1: PIXEL_ERROR, 2: BATCH_SUM}
MEASURED = {
    1: "255 x mean squared error over pixels in [0, 1], with sampled latents, on each batch right "
    "after its update, mean over the last epoch of the training on all frames",
    2: "the sum over the batches (of 16) of each batch's mean squared error as it was minimised, "
    "with sampled latents, in the last epoch of the training on all frames; total = image + 3 x "
    "text",
}
# The perplexity of the reports' t-SNE: (first report, second report).
PERPLEXITY = {"cn": (15, 8), "us": (20, 8), "multi": (10, 8)}


@dataclass(frozen=True)
class Figures:
    """One cell of a published table; None where the report gives none."""

    total: float
    image: float | None = None
    text: float | None = None
    epochs: int | None = None


# (variant, dataset): see core.tables.plan for the variants.
PUBLISHED: dict[tuple[str, str], Figures] = {
    ("pure-cvae", "cn"): Figures(2.338, epochs=100),
    ("pure-cvae", "us"): Figures(5.832, epochs=100),
    ("pure-cvae", "multi"): Figures(2.551, epochs=100),
    ("dense-cvae", "cn"): Figures(1.528, epochs=300),
    ("dense-cvae", "us"): Figures(2.646, epochs=300),
    ("dense-cvae", "multi"): Figures(1.496, epochs=300),
    ("crvae-rnn", "cn"): Figures(1.002, epochs=500),
    ("crvae-rnn", "us"): Figures(1.064, epochs=500),
    ("crvae-lstm-free", "cn"): Figures(0.539, epochs=500),
    ("crvae-lstm-free", "us"): Figures(0.520, epochs=500),
    ("crvae-lstm", "cn"): Figures(0.323, image=0.068, text=0.085, epochs=500),
    ("crvae-lstm", "us"): Figures(0.284, image=0.133, text=0.050, epochs=500),
}


def published(variant: str, dataset: str) -> Figures | None:
    """The published figures, None where there are none; dataset names are cn, us and multi."""
    return PUBLISHED.get((variant, dataset))


def perplexity(table: int, dataset: str) -> int:
    """The t-SNE perplexity of the table's report; an unknown dataset has that of cn."""
    return PERPLEXITY.get(dataset, PERPLEXITY["cn"])[table - 1]
