"""Keeps views of Explore: view show | delete NAME, view save NAME F.json, view rename OLD NEW."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.commands.shared import printing
from core.errors import InvalidSetting
from core.storage import Database, open_library
from core.storage.annotations import views

_HOW = (
    "Write view show NAME, view save NAME F.json, view rename OLD NEW, view delete NAME, "
    "or view alone for the list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="show, save, rename or delete")
    parser.add_argument("words", nargs="*", metavar="WORD", help="a name, then a file or name")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action is None:
        rows = [{"name": view.name, "choices": view.choices} for view in views.every(db)]
        empty = "There are no saved views yet; keep one on Explore."
        if not options.json:
            rows = [{**row, "choices": ", ".join(row["choices"])} for row in rows]
        printing.show(rows, ("name", "choices"), empty, options.json)
        return 0
    _do(db, options.action, options.words)
    return 0


def _do(db: Database, action: str, words: Sequence[str]) -> None:
    if action == "show" and len(words) == 1:
        print(_json(views.load(db, words[0]).choices))
    elif action == "save" and len(words) == 2:
        before = views.save(db, words[0], _read(Path(words[1])))
        print("Kept in place of another." if before else "Kept.", file=sys.stderr)
    elif action == "rename" and len(words) == 2:
        views.rename(db, *words)
    elif action == "delete" and len(words) == 1:
        print(_json(views.delete(db, words[0]).choices))  # so that it can be saved again
    else:
        raise InvalidSetting(_HOW)


def _json(choices: dict[str, Any]) -> str:
    return json.dumps(choices, ensure_ascii=False, indent=1)


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > views.LARGEST:
            raise InvalidSetting(f"{path} is too large for a view; at most 2 MB are kept.")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidSetting(f"{path} cannot be read as JSON: {error}.") from error
