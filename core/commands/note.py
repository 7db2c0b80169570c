"""Writes notes: note frame VIDEO:INDEX TEXT, note selection NAME TEXT; note alone lists them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from core.commands.shared import printing
from core.commands.shared.frame_list import library_frames
from core.errors import InvalidSetting
from core.storage import Database, open_library
from core.storage.annotations import notes, selections

_HOW = (
    'Write note frame VIDEO:INDEX TEXT or note selection NAME TEXT ("" takes a note away), '
    "or note alone for the list; on clusters: python -m core mark RUN --cluster N --note TEXT."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", help="frame or selection")
    parser.add_argument("words", nargs="*", metavar="WORD", help="what it is on, and the text")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.kind is None:
        empty = "There are no notes yet; write one: python -m core note frame VIDEO:INDEX TEXT"
        printing.show(notes.every(db), ("kind", "of", "note"), empty, options.json)
        return 0
    before = _write(db, options.kind, options.words)
    said = f"Kept; it said before: {printing.plain(before)}" if before else "Kept."
    print(said, file=sys.stderr)
    return 0


def _write(db: Database, kind: str, words: Sequence[str]) -> str:
    """Write the note; gives what it said before."""
    if kind not in ("frame", "selection") or len(words) != 2:
        raise InvalidSetting(_HOW)
    of, text = words
    if kind == "selection":
        return selections.annotate(db, of, text)
    frames = library_frames(db, [of])
    if len(frames) != 1:
        raise InvalidSetting(f"A note is on one frame; {of!r} means {len(frames)}.")
    return notes.write(db, frames[0], text)
