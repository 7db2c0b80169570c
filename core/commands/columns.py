"""Columns of videos: columns set VIDEO COLUMN VALUE, import F.csv, export F.csv, rename, delete.

A new column is made by its first value; the value "" takes one away. A CSV names its videos by id,
address or title, and has one further column for each of the library's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.commands.shared import choices, printing
from core.commands.shared.arguments import read_file
from core.errors import InvalidSetting
from core.export import csv_bytes
from core.format import count
from core.pipeline.columns.import_csv import import_csv
from core.pipeline.columns.table import video_table
from core.storage import Database, open_library, video_columns
from core.storage.files import write_bytes
from core.storage.video_columns import Cell

_HOW = (
    "Write columns set VIDEO COLUMN VALUE, columns import F.csv, columns export F.csv, columns "
    "rename OLD NEW, columns delete NAME, or columns alone for the table."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="set, import, export, rename or delete")
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        columns, rows = video_table(db)
        printing.show(rows, columns, "There are no videos yet.", options.json)
        return 0
    print(_do(db, options.action, options.words), file=sys.stderr)
    return 0


def _do(db: Database, action: str, words: Sequence[str]) -> str:
    """Do it, and say what was done."""
    if action == "set" and len(words) == 3:
        return _set(db, *words)
    if action == "import" and len(words) == 1:
        return _import(db, Path(words[0]))
    if action == "export" and len(words) == 1:
        columns, rows = video_table(db, origin=True)
        write_bytes(Path(words[0]), csv_bytes(rows, columns))
        return f"Wrote {count(len(rows), 'video')} to {words[0]}."
    if action == "rename" and len(words) == 2:
        video_columns.rename(db, *words)
        return f"Renamed the column to {words[1]!r}."
    if action == "delete" and len(words) == 1:
        held = video_columns.delete(db, words[0])
        return f"Deleted the column {words[0]!r} with {count(len(held), 'value')}."
    raise InvalidSetting(_HOW)


def _set(db: Database, word: str, column: str, value: str) -> str:
    video = choices.video(db, word)
    adding = () if column in video_columns.names(db) or not value else (column,)
    video_columns.write(db, {Cell(video.id, column): value}, adding=adding)
    return f"{printing.plain(video.title)}: {column} is {value!r}."


def _import(db: Database, path: Path) -> str:
    done = import_csv(db, read_file(path, "the table"))
    for line in done.unmatched:
        print(printing.plain(line), file=sys.stderr)
    new = f", new columns: {', '.join(done.change.added)}" if done.change.added else ""
    return (
        f"Changed {count(done.change.size, 'value')} of {count(done.videos, 'video')}{new}; "
        f"{count(len(done.unmatched), 'row')} not used."
    )
