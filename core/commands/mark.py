"""Names, colours, notes and merges a run's clusters; without any of these, lists them.

--log lists what was changed of clusters and of what is left out; --undo takes the newest back.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core.charts.colours import CLUSTERS, cluster_colour
from core.commands.shared import choices, printing
from core.commands.shared.division import add_division, division
from core.errors import InvalidSetting
from core.records import Clustering
from core.storage import Database, analyses, changes, open_library
from core.storage.annotations import cluster_marks, cluster_merges, validate_text

_LOG = ("at", "who", "said", "undone")
_COLUMNS = ("cluster", "members", "frames", "name", "colour", "note")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--cluster", type=int, metavar="N", help="the cluster to mark, from 1")
    what.add_argument("--merge", metavar="N,N", help="show these clusters as one")
    what.add_argument("--split", type=int, metavar="N", help="show a merged cluster's parts again")
    what.add_argument("--log", action="store_true", help="what was changed, the newest first")
    what.add_argument("--undo", action="store_true", help="take the newest change back")
    parser.add_argument("--name", help='for --cluster and --merge ("" takes it away)')
    parser.add_argument("--colour", help=f"#RRGGBB, or 1 to {len(CLUSTERS)} of the palette")
    parser.add_argument("--note", help="free text")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, InvalidSetting."""
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    if options.log:
        rows = [printing.fields(one, *_LOG) for one in changes.every(db, chosen.id)]
        printing.show(rows, _LOG, "Nothing was changed yet.", options.json)
        return 0
    if options.undo:
        print(f"Took back: {changes.undo(db, chosen.id).said}.", file=sys.stderr)
        return 0
    clustering = division(db, chosen, options)
    given = _given(options)
    if options.split is not None:
        undone = cluster_merges.split(db, clustering.id, options.split)
        print(f"Undid {len(undone)} merges.", file=sys.stderr)
    elif options.merge is not None:
        made = cluster_merges.merge(db, clustering.id, _numbers(options.merge))
        cluster_marks.mark(db, clustering.id, made.members[0], **given)
    elif options.cluster is not None:
        if not given:
            raise InvalidSetting("Say what to give the cluster: --name, --colour or --note.")
        cluster_marks.mark(db, clustering.id, options.cluster, **given)
    elif given:
        raise InvalidSetting("Say which cluster is meant: --cluster N.")
    else:
        empty = "This clustering has no clusters."
        printing.show(_rows(db, clustering), _COLUMNS, empty, options.json)
    return 0


def _given(options: argparse.Namespace) -> dict[str, str]:
    """What is to be given, checked before anything is written. Raises InvalidSetting."""
    given = {}
    if options.name is not None:
        given["name"] = validate_text.short_name(options.name, "A cluster")
    if options.colour is not None:
        given["colour"] = validate_text.colour(_colour(options.colour))
    if options.note is not None:
        given["note"] = validate_text.note(options.note)
    return given


def _colour(word: str) -> str:
    """A place in the palette as its colour; anything else as it is."""
    if word.isdecimal() and 1 <= int(word) <= len(CLUSTERS):
        return CLUSTERS[int(word) - 1]
    return word


def _numbers(words: str) -> list[int]:
    parts = [word.strip() for word in words.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InvalidSetting(f"--merge takes cluster numbers, as in 2,5; {words!r} was given.")
    return [int(part) for part in parts]


def _rows(db: Database, clustering: Clustering) -> list[printing.Row]:
    numbers = analyses.shown_numbers(db, clustering)  # (N,)
    return [
        {
            "cluster": one.number,
            "members": list(one.members),
            "frames": int(np.count_nonzero(numbers == one.number)),
            "name": one.mark.name,
            "colour": one.mark.colour or cluster_colour(one.number),
            "note": one.mark.note,
            "carried_from": one.mark.carried_from,
            "agreement": one.mark.agreement,
        }
        for one in cluster_marks.shown(db, clustering.id)
    ]
