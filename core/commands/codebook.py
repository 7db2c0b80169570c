"""The codebook: codebook add NAME, delete NAME, import FILE, export FILE, from RUN.

A file is a CSV, a REFI-QDA codebook (.qdc) or an ELAN vocabulary (.ecv; .eaf is read as well).
`from` makes a category of each cluster of a run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.shared import choices, printing
from core.commands.shared.arguments import read_file
from core.commands.shared.division import add_division, division
from core.errors import InvalidSetting, NotFound
from core.export.codebook import codebook_csv, codebook_ecv, codebook_qdc
from core.format import count
from core.pipeline.coding.from_clusters import categories_from_clusters
from core.pipeline.coding.import_codebook import import_codebook
from core.records import Category
from core.storage import Database, open_library
from core.storage.coding import categories
from core.storage.files import write_bytes

_WRITTEN = ("id", "name", "colour", "definition", "inclusion", "exclusion")
_HOW = (
    "Write codebook add NAME, codebook delete NAME, codebook import FILE, codebook export FILE, "
    "codebook from RUN, or codebook alone for the list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="add, delete, import, export or from")
    parser.add_argument("word", nargs="?", metavar="WORD")
    for name in ("parent", "colour", "definition", "inclusion", "exclusion"):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help="with add")
    add_division(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        _list(db, options.json)
        return 0
    if options.word is None:
        raise InvalidSetting(_HOW)
    print(_do(db, options), file=sys.stderr)
    return 0


def _do(db: Database, options: argparse.Namespace) -> str:
    word = options.word
    if options.action == "add":
        parent = _named(db, options.parent).id if options.parent else None
        texts = (options.colour, options.definition, options.inclusion, options.exclusion)
        return f"Added {categories.add(db, Category('', word, parent, 0, *texts)).name!r}."
    if options.action == "delete":
        found = _named(db, word)
        used = categories.used(db).get(found.id, 0)
        categories.delete(db, found.id)
        return f"Deleted {found.name!r} with {count(used, 'coding')}."
    if options.action == "import":
        done = import_codebook(db, read_file(Path(word), "a codebook"))
        return f"Read {done.categories} categories, {done.new} of them new."
    if options.action == "export":
        return _export(db, Path(word))
    if options.action == "from":
        run = choices.trained_run(db, word)
        done = categories_from_clusters(db, division(db, run, options))
        return f"Made {done.categories} categories, {done.new} of them new."
    raise InvalidSetting(_HOW)


def _export(db: Database, path: Path) -> str:
    listed = categories.every(db)
    if not listed:
        raise InvalidSetting("There are no categories to export; add one: codebook add NAME.")
    written = {
        ".csv": lambda: codebook_csv(listed, categories.examples(db)),
        ".qdc": lambda: codebook_qdc(listed),
        ".ecv": lambda: codebook_ecv(listed),
    }.get(path.suffix.lower())
    if written is None:
        raise InvalidSetting(f"{path.name} must end in .csv, .qdc or .ecv.")
    write_bytes(path, written())
    return f"Wrote {len(listed)} categories to {path}."


def _named(db: Database, name: str) -> Category:
    for one in categories.every(db):
        if name.casefold() == one.name.casefold():
            return one
    raise NotFound(f"There is no category {name!r}; `python -m core codebook` lists them.")


def _list(db: Database, as_json: bool) -> None:
    listed, used, shown = categories.every(db), categories.used(db), categories.examples(db)
    names = {one.id: one.name for one in listed}
    rows = [
        {
            **printing.fields(one, *_WRITTEN),
            "parent": names.get(one.parent or "", ""),
            "examples": [str(frame) for frame in shown.get(one.id, ())],
            "codings": used.get(one.id, 0),
        }
        for one in listed
    ]
    empty = "There are no categories yet; add one: python -m core codebook add NAME"
    printing.show(rows, ("name", "parent", "colour", "codings", "definition"), empty, as_json)
