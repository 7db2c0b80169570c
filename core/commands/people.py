"""People of a team's server: people add NAME ROLE, remove NAME, acts; alone it lists them.

A name is what the provider or the proxy gives, mostly an address of e-mail. `acts` lists who did
what, the newest first.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.shared import printing
from core.commands.shared.arguments import output_file
from core.errors import InvalidSetting
from core.export import csv_bytes
from core.storage import acting, acts, open_library, people
from core.storage.files import write_bytes
from core.storage.project import Project

_HOW = "Write people add NAME ROLE, people remove NAME, people acts, or people alone for a list."
_MAY = "; ".join(f"{role} may {what}" for role, what in acting.MAY.items())
_LISTED = 100  # acts on a screen; a CSV file has all


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="add, remove or acts")
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help=f"a name, and a role to add it with: {_MAY}"
    )
    parser.add_argument("--who", default="", metavar="NAME", help="acts of this person alone")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the acts there")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    home = Project.at(options.data).home
    match options.action, options.words:
        case None, []:
            found = [vars(person) for person in people.every(home)]
            printing.show(found, ("name", "role"), "Nobody is listed yet. " + _HOW, options.json)
        case "add", [name, role]:
            person = people.put(home, name, role)
            print(f"{person.name}: {person.role}", file=sys.stderr)
        case "remove", [name]:
            print(f"{people.remove(home, name).name} may not sign in any more.", file=sys.stderr)
        case "acts", []:
            _acts(options.data, options)
        case _:
            raise InvalidSetting(_HOW)
    return 0


def _acts(folder: Path, options: argparse.Namespace) -> None:
    most = _LISTED if options.csv is None else None
    with open_library(folder).read() as connection:
        found = [
            acts.row(act) for act in acts.newest(connection, most, options.who.strip().casefold())
        ]
    if options.csv is None:
        printing.show(
            found, acts.COLUMNS, "Nobody who was signed in did anything yet.", options.json
        )
        return
    write_bytes(options.csv, csv_bytes(found, acts.COLUMNS))
    print(f"Wrote {len(found)} rows to {options.csv}.", file=sys.stderr)
