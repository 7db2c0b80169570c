"""Reads a table of videos: which rows mean which video, and what they say in which column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.export import provenance
from core.records import Video
from core.storage import Database, video_columns, videos
from core.storage.video_columns import RESERVED, Cell, ColumnChange
from core.text.encodings import decoded
from core.video.addresses import parse_addresses

_LARGEST = 5_000_000  # bytes
_KEYS = (
    "id",
    "video_id",
    "address",
    "url",
    "link",
    "watch_url",
    "origin",
    "title",
    "video",
    "name",
)
_ORIGIN = {f"{provenance.OF_COLUMN}{name}" for name in provenance.FIELDS}
_KEPT_OUT = set(RESERVED) - {"group"}  # these say which video it is


@dataclass(frozen=True)
class Imported:
    """What an import changed and what it could not use."""

    videos: int  # that a row named
    change: ColumnChange  # for video_columns.undo
    unmatched: tuple[str, ...]  # one sentence for each row that was passed over


def import_csv(db: Database, data: bytes) -> Imported:
    """Write the values of a CSV whose rows name videos by id, address or title.

    The separator is a comma, semicolon or tab, the encoding is found out. The column that names
    the videos is the one that names most of them. A column "group" sets the group. Blank cells
    change nothing; rows that name no video, or several, are passed over and told.

    Raises InvalidSetting for a file that is no table, or whose rows name no video at all.
    """
    header, rows = _table(data)
    key, found = _named_by(header, rows, _finder(videos.every(db)))
    there = {name.casefold() for name in video_columns.names(db)}
    own = [name for name in header if name and name != key and _is_own(name.casefold(), there)]
    cells, groups, unmatched = _wanted(rows, key, own, found)
    known = {name.casefold(): name for name in video_columns.names(db)}
    fresh = {name.casefold(): name for name in own if name.casefold() not in {*known, "group"}}
    column = {**known, **fresh}
    written = {Cell(video, column[name.casefold()]): text for (video, name), text in cells.items()}
    change = video_columns.write(db, written, groups, tuple(fresh.values()))
    named = {video.id for line in found for video in line if len(line) == 1}
    return Imported(len(named), change, tuple(unmatched))


def _is_own(name: str, there: Container[str]) -> bool:
    """Whether a column is the analyst's: not what says which video it is, or where it is from."""
    return name in there or (name not in _KEPT_OUT and name not in _ORIGIN)


def _table(data: bytes) -> tuple[list[str], list[dict[str, str]]]:
    text = decoded(data) if len(data) <= _LARGEST else None
    if not text or not text.strip():
        raise InvalidSetting("This is no CSV of videos: save the table as CSV, up to 5 MB.")
    first = text.lstrip("\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text.lstrip("\n")), delimiter=separator))
    except csv.Error as error:
        raise InvalidSetting(
            f"This table cannot be read ({error}); save it as CSV again."
        ) from error
    header = [" ".join(name.split()) for name in lines[0]]
    distinct = [name.casefold() for name in header if name]
    twice = next((name for name in distinct if distinct.count(name) > 1), None)
    if len(distinct) < 2 or twice is not None:
        reason = f"its first line has {twice!r} twice" if twice else "its first line has no columns"
        raise InvalidSetting(
            f"This table cannot be read: {reason}; begin with a line such as id,country,genre."
        )
    rows = [
        {name: text.removeprefix("'").strip() for name, text in zip(header, line, strict=False)}
        for line in lines[1:]
        if any(cell.strip() for cell in line)
    ]
    return header, rows


def _named_by(
    header: Sequence[str], rows: Sequence[Mapping[str, str]], find: Callable[[str], list[Video]]
) -> tuple[str, list[list[Video]]]:
    """The column that names most videos, and the videos that each row names by it."""
    likely = sorted(
        header, key=lambda n: _KEYS.index(n.casefold()) if n.casefold() in _KEYS else 99
    )
    found = {name: [find(row.get(name, "")) for row in rows] for name in likely if name}
    key = max(found, key=lambda name: sum(len(one) == 1 for one in found[name]))
    if not any(found[key]):
        raise InvalidSetting(
            "No row of this table names a video of the library; give a column id, address or "
            "title as the library has it."
        )
    return key, found[key]


def _finder(known: Sequence[Video]) -> Callable[[str], list[Video]]:
    """Which videos a cell names: by id, else by address, else by title, else by the file's name."""
    by: list[dict[str, list[Video]]] = [{}, {}, {}, {}]
    for video in known:
        names = (video.id, video.youtube_id or "", _folded(video.title), _folded(video.origin))
        for of, name in zip(by, names, strict=True):
            of.setdefault(name, []).append(video)

    def find(cell: str) -> list[Video]:
        if not cell:
            return []
        address = parse_addresses(cell).accepted
        keys = (cell, address[0].id if address else "", _folded(cell), _folded(cell))
        return next((of[k] for of, k in zip(by, keys, strict=True) if k and k in of), [])

    return find


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _wanted(
    rows: Sequence[Mapping[str, str]],
    key: str,
    own: Sequence[str],
    found: Sequence[Sequence[Video]],
) -> tuple[dict[tuple[str, str], str], dict[str, str], list[str]]:
    """The values by (video, column), the groups by video, and a sentence for each row left."""
    cells: dict[tuple[str, str], str] = {}
    groups: dict[str, str] = {}
    unmatched = []
    for number, (row, named) in enumerate(zip(rows, found, strict=True), start=2):
        if len(named) != 1:
            why = "names no video" if not named else f"is the title of {len(named)} videos"
            unmatched.append(f"Row {number}: {row.get(key, '')[:80]!r} {why}.")
            continue
        for name in own:
            if not row.get(name):
                continue
            if name.casefold() == "group":
                groups[named[0].id] = row[name]
            else:
                cells[named[0].id, name] = row[name]
    return cells, groups, unmatched
