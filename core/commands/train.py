"""Trains a model on videos and prints the run's id; the same request again is the same run."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from core import jobs
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach
from core.commands.shared.waiting import finish
from core.config import RunConfig, preset
from core.errors import InvalidSetting
from core.storage import open_library, results, runs
from models.config import MODELS
from models.units import PIXEL_ERROR

_PRESETS = (
    "fast (ours, for a laptop), quick (the smallest, as the quick tables) or paper (as published, "
    "for a GPU); affinity, compact and pca have fast only"
)
_SETTINGS = (
    "change one setting, such as latent_size=64, epochs=100, beta=1 or of crvae cell=gru; may be "
    "given again"
)
_PROCESSES = "share each step among K processes, on GPUs one each: the result is the same (1)"


def arguments(parser: argparse.ArgumentParser) -> None:
    known = ", ".join(MODELS)
    parser.add_argument("--model", default="affinity", metavar="NAME", help=f"{known} (affinity)")
    parser.add_argument("--preset", default="fast", metavar="NAME", help=_PRESETS)
    parser.add_argument("--videos", default="all", metavar="ID,ID", help="which videos (all)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=_SETTINGS)
    parser.add_argument("--seed", type=int, metavar="N", help="of the training (0)")
    parser.add_argument("--name", metavar="TEXT", help="what the run is to be called")
    parser.add_argument("--processes", type=int, default=1, metavar="K", help=_PROCESSES)
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    config = _config(options)
    db = open_library(options.data)
    chosen = choices.several_videos(db, options.videos)
    run, job_id = jobs.submit_training(
        db,
        config,
        [video.id for video in chosen],
        name=options.name,
        processes=options.processes,
    )
    print(run.id, flush=True)
    if finish(db, job_id, options):
        ended = runs.get(db, run.id)
        print(
            f"{ended.name}: error {_error(ended.error_train)}, on frames held out "
            f"{_error(ended.error_held_out)} ({PIXEL_ERROR}), {ended.seconds or 0:.0f} s.",
            file=sys.stderr,
        )
        _say_words(results.report(db, run.id).get("text") or {})
    return 0


def _say_words(text: dict[str, Any]) -> None:
    """The two measures of words, each by its name; nothing for a model of pictures."""
    if text.get("budget"):
        print(text["budget"], file=sys.stderr)
    stored = text.get("caption_round_trip") or text.get("free_running")
    if stored:
        held_out = stored.get("held_out")
        beside = "" if held_out is None else f", {held_out:.0%} of captions held out"
        print(f"Caption round trip: {stored['train']:.0%} of words{beside}.", file=sys.stderr)
    predicted = text.get("predicted")
    if predicted:
        print(
            f"Predicted from held-out pictures alone: {predicted['recall']:.1%} of "
            f"{predicted['words']:,} content words; the video's most frequent words: "
            f"{predicted['baseline']:.1%}.",
            file=sys.stderr,
        )


def _config(options: argparse.Namespace) -> RunConfig:
    changes = dict(_change(text) for text in options.set)
    if options.seed is not None:
        changes["seed"] = str(options.seed)
    return preset(options.model, options.preset, changes)


def _change(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise InvalidSetting(f"--set takes KEY=VALUE; {text!r} was given.")
    return key.strip(), value.strip()


def _error(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
