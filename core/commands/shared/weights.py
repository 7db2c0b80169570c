"""The option --weights: how much each block of a run's latent counts in its distances."""

from __future__ import annotations

import argparse

from core.analysis.weighting import Weights, blocks_of, normalised, read
from core.errors import InvalidSetting
from core.records import Run


def add_weights(parser: argparse.ArgumentParser, note: str = "") -> None:
    parser.add_argument(
        "--weights",
        type=_words,
        metavar="BLOCK=W,...",
        help="0 to 10 for each block of the latent, as in appearance=1,content=2,words=0 (1)"
        + note,
    )


def weights_of(run: Run, options: argparse.Namespace) -> Weights:
    """The options' weights in their one form. Raises InvalidSetting for blocks the run has not."""
    return normalised(blocks_of(run), options.weights or {})


def _words(text: str) -> Weights:
    try:
        return read(text)
    except InvalidSetting as error:
        raise argparse.ArgumentTypeError(str(error)) from error
