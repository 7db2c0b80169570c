"""Samples that are coded: coding sample NAME, delete NAME, agreement NAME, import, export, predict.

coding sample NAME --size 60 [--unit shot] [--by COLUMN] [--seed N] draws frames or shots; coding
export NAME F.csv writes who gave what, coding import NAME F.csv (or F.eaf of ELAN) reads it; coding
agreement NAME says how far coders agree;
coding predict NAME RUN gives every frame of a run a category by a head on its latents.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.analysis.coding.shares import half_width
from core.commands.shared import choices, printing
from core.commands.shared.arguments import read_file
from core.commands.shared.division import add_by
from core.errors import InvalidSetting
from core.export import csv_bytes
from core.pipeline.coding import import_elan
from core.pipeline.coding.draw_sample import draw_sample, frames_by_group, shots_by_group
from core.pipeline.coding.import_codings import import_codings
from core.pipeline.coding.predict import predict
from core.pipeline.coding.reliability import RAW_COLUMNS, coding_rows, reliability
from core.storage import Database, open_library
from core.storage.coding import samples
from core.storage.files import write_bytes

_SIZE = 60
_HOW = (
    "Write coding sample NAME, coding delete NAME, coding agreement NAME, "
    "coding import NAME F.csv, coding export NAME F.csv, coding predict NAME RUN, or coding alone "
    "for the list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = "sample, delete, agreement, import, export or predict"
    parser.add_argument("action", nargs="?", help=actions)
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--size", type=int, default=_SIZE, metavar="N", help=f"frames ({_SIZE})")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the draw (0)")
    parser.add_argument(
        "--unit", choices=("frame", "shot"), default="frame", help="what is drawn (frame)"
    )
    parser.add_argument("--video", default="", metavar="ID", help="whose an .eaf is")
    parser.add_argument(
        "--tier", action="append", default=[], metavar="NAME", help="of an .eaf; again for more"
    )
    add_by(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        _list(db, options.json)
    elif options.action == "agreement" and len(options.words) == 1:
        _agreement(db, options.words[0], options.json)
    else:
        print(_do(db, options, options.words), file=sys.stderr)
    return 0


def _do(db: Database, options: argparse.Namespace, words: Sequence[str]) -> str:
    if options.action == "sample" and len(words) == 1:
        how = {"by": options.by, "seed": options.seed, "unit": options.unit}
        drawn = draw_sample(db, words[0], options.size, **how)
        units = shots_by_group if options.unit == "shot" else frames_by_group
        half = half_width(len(drawn.frames), len(units(db, by=options.by)[0]))
        return (
            f"Drew {len(drawn.frames)} {drawn.unit}s: a share is known to ±{100 * half:.1f} points "
            f"or better (95 %), were {drawn.unit}s independent; those of one video are alike, so "
            "to less."
        )
    if options.action == "delete" and len(words) == 1:
        samples.delete(db, words[0])
        return f"Deleted the sample {words[0]!r} with what was coded."
    if options.action == "import" and len(words) == 2:
        data = read_file(Path(words[1]), "a table of codings")
        if Path(words[1]).suffix.casefold() == ".eaf":
            taken = import_elan.import_codings(db, words[0], data, options.video, options.tier)
            return f"Coded {taken.said}"
        return f"Coded {import_codings(db, words[0], data)} frames."
    if options.action == "export" and len(words) == 2:
        rows = coding_rows(db, words[0])
        write_bytes(Path(words[1]), csv_bytes(rows, RAW_COLUMNS))
        return f"Wrote {len(rows)} codings to {words[1]}."
    if options.action == "predict" and len(words) == 2:
        return predict(db, choices.trained_run(db, words[1]).id, words[0]).said
    raise InvalidSetting(_HOW)


def _agreement(db: Database, name: str, as_json: bool) -> None:
    found = reliability(db, name)
    lines = [("all", int((found.ratings.values >= 0).sum()), found.overall)]
    lines += [(one.name, one.given, one.agreement) for one in found.by_category]
    rows = [
        {
            "category": category,
            "given": given,
            "units": one.units,
            "agreement_percent": None if one.percent is None else round(100 * one.percent, 2),
            "alpha": one.alpha,
            "alpha_low": one.interval[0] if one.interval else None,
            "alpha_high": one.interval[1] if one.interval else None,
            "resampled": one.resampled,
        }
        for category, given, one in lines
    ]
    printing.show(rows, tuple(rows[0]), "", as_json)
    if not as_json:
        coders = ", ".join(found.ratings.coders) or "nobody"
        said = f"Coders: {coders}. They disagree on {len(found.disagreements)} frames."
        print(printing.plain(said), file=sys.stderr)


def _list(db: Database, as_json: bool) -> None:
    rows = [
        {
            "sample": one.name,
            "frames": len(one.frames),
            "unit": one.unit,
            "by": one.by,
            "coded": ", ".join(f"{who}: {n}" for who, n in samples.coders(db, one.name).items()),
        }
        for one in (samples.get(db, name) for name in samples.names(db))
    ]
    empty = "There are no samples yet; draw one: python -m core coding sample NAME --size 60"
    printing.show(rows, ("sample", "frames", "unit", "by", "coded"), empty, as_json)
