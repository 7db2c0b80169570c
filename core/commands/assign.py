"""Moves frames of a run to another cluster: prints the edited clustering's id; the other stays.

assign RUN FRAMES --to 3        also --to new, --to none; FRAMES: VIDEO:1-9 with commas between, a
                                saved selection, or all with --where
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core import jobs
from core.analysis.clustering import title
from core.analysis.reassigning import NEW, NONE
from core.commands.shared import choices
from core.commands.shared.division import add_division, division
from core.commands.shared.filtered import add_where
from core.commands.shared.frame_list import chosen_frames
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.pipeline.curation.only import frames_where
from core.pipeline.division import analyst_requests
from core.storage import analyses, open_library, results


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("frames", nargs="?", metavar="FRAMES", help="what is moved")
    parser.add_argument("--to", required=True, metavar="N", help="a cluster's number, new or none")
    add_where(parser)
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, InvalidSetting."""
    db = open_library(options.data)
    found = choices.trained_run(db, options.run)
    source = division(db, found, options)
    row_of = results.rows_of(db, found.id)
    if (options.frames is None) == (options.where is None):
        raise InvalidSetting("Say which frames are moved: FRAMES, or --where.")
    if options.where is not None:
        chosen = frames_where(db, found, source, options.where)
    else:
        chosen = chosen_frames(db, options.frames, row_of)
    rows = np.array(sorted({row_of[frame] for frame in chosen if frame in row_of}), int)
    what = analyst_requests.move(source.id, rows, _number(options.to))
    identifier = analyses.analysts_id(found.id, what)
    if finish(db, jobs.submit_edit(db, found.id, what), options):
        print(identifier)
        print(title(analyses.clustering(db, identifier)), file=sys.stderr)
    return 0


def _number(word: str) -> int:
    if word in ("new", "none"):
        return NEW if word == "new" else NONE
    if not word.isdecimal() or int(word) < 1:
        raise InvalidSetting(f"--to takes a cluster's number, new or none; {word!r} was given.")
    return int(word)
