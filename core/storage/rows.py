"""Turns rows into records and back: JSON columns to tuples and dicts, integers to booleans."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, TypeVar

import sqlalchemy as sa

Record = TypeVar("Record")

_BOOLEAN = {"captions_timed", "automatic"}
_JSON = {"video_ids", "config", "settings", "weights", "members", "choices"}


def to_row(record: Any) -> dict[str, Any]:
    """A record's fields as column values."""
    return {f.name: _to_column(f.name, getattr(record, f.name)) for f in dataclasses.fields(record)}


def columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Some fields of a record as column values."""
    return {name: _to_column(name, value) for name, value in changes.items()}


def to_record(kind: type[Record], row: sa.RowMapping) -> Record:
    """The record of a row whose columns are the record's fields."""
    values = {name: _from_column(name, value) for name, value in row.items()}
    return kind(**values)


def _to_column(name: str, value: Any) -> Any:
    if name in _JSON:
        return json.dumps(value, sort_keys=True)
    return int(value) if name in _BOOLEAN else value


def _from_column(name: str, value: Any) -> Any:
    if name in _BOOLEAN:
        return bool(value)
    if name in _JSON:
        decoded = json.loads(value)
        return tuple(decoded) if isinstance(decoded, list) else decoded
    return value
