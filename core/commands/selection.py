"""Keeps lists of frames: selection save NAME FRAMES, selection rename OLD NEW, selection delete."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from core.commands.shared import printing
from core.commands.shared.frame_list import library_frames
from core.errors import InvalidSetting
from core.records import Selection
from core.storage import Database, open_library
from core.storage.annotations import selections

_HOW = (
    "Write selection save NAME FRAMES, selection rename OLD NEW, selection delete NAME, "
    "or selection alone for the list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="save, rename or delete")
    parser.add_argument("words", nargs="*", metavar="WORD", help="a name, then VIDEO:INDEX[-LAST]")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        rows = [_row(one, options.json) for one in selections.every(db)]
        empty = "There are no selections yet; keep one: python -m core selection save NAME FRAMES"
        printing.show(rows, ("name", "frames", "note"), empty, options.json)
        return 0
    print(_do(db, options.action, options.words), file=sys.stderr)
    return 0


def _do(db: Database, action: str, words: Sequence[str]) -> str:
    """Do it, and say what was done."""
    if action == "save" and len(words) > 1:
        frames = library_frames(db, words[1:])
        before = selections.save(db, words[0], frames)
        kept = f"Kept {len(selections.get(db, words[0]).frames)} frames"
        return f"{kept} in place of {len(before.frames)}." if before else f"{kept}."
    if action == "rename" and len(words) == 2:
        selections.rename(db, *words)
        return "Renamed."
    if action == "delete" and len(words) == 1:
        return f"Deleted the list of {len(selections.delete(db, words[0]).frames)} frames."
    raise InvalidSetting(_HOW)


def _row(one: Selection, as_json: bool) -> printing.Row:
    frames = [str(frame) for frame in one.frames]
    return {"name": one.name, "frames": frames if as_json else len(frames), "note": one.note}
