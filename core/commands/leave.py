"""Leaves frames out of comparisons: leave out FRAMES [--why TEXT], leave in FRAMES, leave find.

Frames are VIDEO:INDEX or VIDEO:FIRST-LAST. `find` lists black, uniform and frozen frames. Trainings
and clusters stay as they are; comparisons are of the rest, and tables mark what is left out.
"""

from __future__ import annotations

import argparse
import sys

from core.commands.shared import printing
from core.commands.shared.frame_list import library_frames
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.comparison.find_faulty import find_faulty
from core.storage import Database, left_out, open_library

_HOW = "Write leave out FRAMES, leave in FRAMES, leave find, or leave alone for the list."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="out, in or find")
    parser.add_argument("words", nargs="*", metavar="FRAMES")
    parser.add_argument("--why", default="", metavar="TEXT", help="with out: the reason")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        rows = [{"frame": str(f), "reason": why} for f, why in left_out.every(db).items()]
        printing.show(rows, ("frame", "reason"), "No frame is left out.", options.json)
    elif options.action == "find" and not options.words:
        _find(db, options.json)
    elif options.action == "out" and options.words:
        done = left_out.add(db, library_frames(db, options.words), options.why)
        print(f"Left {count(len(done), 'frame')} out.", file=sys.stderr)
    elif options.action == "in" and options.words:
        taken = left_out.remove(db, library_frames(db, options.words))
        print(f"Took {count(len(taken), 'frame')} in again.", file=sys.stderr)
    else:
        raise InvalidSetting(_HOW)
    return 0


def _find(db: Database, as_json: bool) -> None:
    rows = [
        {
            "video": one.video_id,
            "title": one.title,
            "kind": one.kind,
            "frames": len(one.frames),
            "which": [frame.index for frame in one.frames],
        }
        for one in find_faulty(db)
    ]
    columns = ("video", "title", "kind", "frames", "which")
    printing.show(rows, columns, "No black, uniform or frozen frame was found.", as_json)
