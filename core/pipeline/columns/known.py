"""What is known of each video in columns: its group, the analyst's own, where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.errors import InvalidSetting
from core.records import Video
from core.storage import Database, video_columns

GROUP = "group"  # what videos are compared by unless something else is said
NO_VALUE = "(no value)"
_DATE = re.compile(r"(\d{4})(-\d{2})?(-\d{2}([T ].*)?)?")
Columns = dict[str, dict[str, str]]  # name -> video id -> value, blank ones left out


def known_columns(db: Database, compared: Sequence[Video]) -> Columns:
    """Every column of these videos that has a value, by name.

    Of dates (2022, 2022-07, 2022-07-14) also the year and the month, as "NAME, year". What an
    analyst wrote comes before what was read of a video under the same name.
    """
    read = {**_facts(compared), **video_columns.values(db)}
    ids = {video.id for video in compared}
    found: Columns = {}
    for name, values in read.items():
        own = {video_id: value for video_id, value in values.items() if video_id in ids}
        if own:
            found[name] = own
            parts = _parts_of_dates(name, own)
            found |= {part: of for part, of in parts.items() if part not in read}
    return found


def comparable(known: Columns, video_ids: Iterable[str]) -> list[str]:
    """The columns in which these videos differ; the group first."""
    ids = set(video_ids)
    values = {name: {of[v] for v in ids if v in of} for name, of in known.items()}
    return [name for name, different in values.items() if len(different) > 1]


def dated(known: Columns) -> list[str]:
    """The columns that hold nothing but dates, years or months."""
    return [name for name, of in known.items() if all(map(_DATE.fullmatch, of.values()))]


def regrouped(db: Database, compared: Sequence[Video], by: str) -> dict[str, Video]:
    """By id, the videos with their value in the column `by` as their group; blank ones left out.

    Raises InvalidSetting for a column that none of them has.
    """
    if by == GROUP:
        return {video.id: video for video in compared}
    known = known_columns(db, compared)
    if by not in known:
        raise InvalidSetting(
            f"None of these videos has a value in a column {by!r}; choose from "
            f"{', '.join(known)}, or write some values first."
        )
    values = known[by]
    return {v.id: replace(v, group=values[v.id]) for v in compared if v.id in values}


def groups_of(db: Database, compared: Sequence[Video], by: str) -> dict[str, str]:
    """What each video is compared as, by id; `NO_VALUE` where it is not compared.

    Raises InvalidSetting.
    """
    known = regrouped(db, compared, by)
    return {v.id: known[v.id].group if v.id in known else NO_VALUE for v in compared}


def _facts(compared: Sequence[Video]) -> Columns:
    """What every video says of itself."""
    said: dict[str, Mapping[str, str]] = {}
    for video in compared:
        origin = {name: str(video.provenance.get(name) or "") for name in ("channel", "published")}
        language = video.language if video.language not in ("auto", "none") else ""
        said[video.id] = {GROUP: video.group, **origin, "language": language}
    names = next(iter(said.values()), {})
    return {
        name: {video_id: of[name] for video_id, of in said.items() if of[name]} for name in names
    }


def _parts_of_dates(name: str, values: Mapping[str, str]) -> Columns:
    dates = {video_id: _DATE.fullmatch(value) for video_id, value in values.items()}
    if not all(dates.values()):
        return {}
    found = {f"{name}, year": {v: date[1] for v, date in dates.items() if date}}
    if all(date and date[2] for date in dates.values()):
        found[f"{name}, month"] = {v: date[1] + date[2] for v, date in dates.items() if date}
    return found
