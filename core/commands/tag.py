"""Tags frames: tag add NAME FRAMES, tag remove NAME FRAMES, tag rename OLD NEW, tag delete NAME.

tag import F.eaf [--tier NAME] [--video ID] tags the frames in an ELAN file's annotations.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.commands.shared import printing
from core.commands.shared.arguments import read_file
from core.commands.shared.frame_list import library_frames
from core.errors import InvalidSetting
from core.pipeline.coding.import_elan import import_tags
from core.storage import Database, open_library
from core.storage.annotations import tags

_HOW = (
    "Write tag add NAME FRAMES, tag remove NAME FRAMES, tag rename OLD NEW, tag delete NAME, "
    "tag import F.eaf, or tag alone for the list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="add, remove, rename, delete or import")
    parser.add_argument("words", nargs="*", metavar="WORD", help="a tag, then VIDEO:INDEX[-LAST]")
    parser.add_argument("--video", default="", metavar="ID", help="whose an .eaf is")
    parser.add_argument(
        "--tier", action="append", default=[], metavar="NAME", help="of an .eaf; again for more"
    )
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        _list(db, options.json)
        return 0
    if options.action == "import" and len(options.words) == 1:
        data = read_file(Path(options.words[0]), "an ELAN file")
        taken = import_tags(db, data, options.video, options.tier)
        print(f"Tagged {taken.said}", file=sys.stderr)
        return 0
    print(_do(db, options.action, options.words), file=sys.stderr)
    return 0


def _do(db: Database, action: str, words: Sequence[str]) -> str:
    """Do it, and say what was done."""
    if action in ("add", "remove") and len(words) > 1:
        frames = library_frames(db, words[1:])
        if action == "add":
            return f"Tagged {len(tags.add(db, words[0], frames).added)} frames more."
        return f"Took the tag from {len(tags.remove(db, words[0], frames).removed)} frames."
    if action == "rename" and len(words) == 2:
        return f"Renamed the tag on {len(tags.rename(db, *words).removed)} frames."
    if action == "delete" and len(words) == 1:
        return f"Took the tag from {len(tags.delete(db, words[0]).removed)} frames."
    raise InvalidSetting(_HOW)


def _list(db: Database, as_json: bool) -> None:
    rows: list[printing.Row] = [
        {"tag": name, "frames": count} for name, count in tags.counts(db).items()
    ]
    if as_json:
        rows = [
            {**row, "which": [str(f) for f in tags.frames_with(db, row["tag"])]} for row in rows
        ]
    empty = "There are no tags yet; tag frames: python -m core tag add NAME VIDEO:INDEX"
    printing.show(rows, ("tag", "frames"), empty, as_json)
