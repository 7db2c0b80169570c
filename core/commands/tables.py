"""Makes both published tables with ours beside them; prints where the report is.

What is trained already is not trained again, and what was interrupted goes on.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from core import jobs
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach
from core.commands.shared.printing import show
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting, StorageFailed
from core.storage import Database, open_library
from core.tables import store, wording
from core.tables.plan import TABLE_MODELS

_COLUMNS = ("table", "model", "dataset", "published", "ours", "ours is")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help=wording.QUICK)
    parser.add_argument(
        "--dataset",
        action="append",
        default=[],
        metavar="NAME=ID,ID",
        help="videos under a name; cn, us and multi have published figures (one for each group)",
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="NAME",
        help=f"train only this one: {', '.join(TABLE_MODELS)} (all)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="copy the report there as well")
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    if options.out and options.detach:
        raise InvalidSetting("--out waits for the report; leave --detach away, or copy it later.")
    db = open_library(options.data)
    kind = "quick" if options.quick else "full"
    job_id = jobs.submit_tables(db, kind, _named(db, options.dataset), options.model)
    if not finish(db, job_id, options):
        print(store.folder(db, kind))
        return 0
    print(_copied(db, kind, options.out) if options.out else store.folder(db, kind), flush=True)
    return _say(store.load(db, kind) or {})


def _named(db: Database, given: list[str]) -> dict[str, list[str]]:
    """The datasets of --dataset. Raises InvalidSetting, NotFound."""
    named: dict[str, list[str]] = {}
    for text in given:
        name, _, words = (part.strip() for part in text.partition("="))
        if not name or not words:
            raise InvalidSetting(f"--dataset takes NAME=ID,ID; {text!r} was given.")
        if name in named:
            raise InvalidSetting(f"--dataset {name} was given twice; name its videos in one.")
        named[name] = [video.id for video in choices.several_videos(db, words)]
    return named


def _copied(db: Database, kind: str, out: Path) -> Path:
    """Copy the report's files into `out`. Raises StorageFailed."""
    try:
        for path in store.listed_files(db, kind):
            target = out / path.relative_to(store.folder(db, kind))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        raise StorageFailed(
            f"The report cannot be copied to {out} ({error.strerror}); it is in "
            f"{store.folder(db, kind)}."
        ) from error
    return out


def _say(tables: store.Tables) -> int:
    """The tables on the terminal; 1 when something that was asked for has failed."""
    entries = tables["entries"]
    show([_row(e) for e in entries if e["state"] == "done"], _COLUMNS, "Nothing is trained.", False)
    failed = [entry for entry in entries if entry["asked"] and entry["state"] == "failed"]
    for entry in failed:
        said = f"{entry['title']}, {entry['dataset']}: {wording.missing_reason(entry)}"
        print(" ".join(said.split()), file=sys.stderr)
    return 1 if failed else 0


def _row(entry: dict) -> dict:
    return {
        "table": entry["table"],
        "model": entry["title"],
        "dataset": entry["dataset"],
        "published": (entry["theirs"] or {}).get("total"),
        "ours": (entry["published"] or {}).get("total"),
        "ours is": wording.judged(entry),
    }
