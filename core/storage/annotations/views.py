"""Every query on saved views: a page's choices under a name, as JSON. Knows no page."""

from __future__ import annotations

import json
import time
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import SavedView
from core.storage.annotations import validate_text
from core.storage.database import Database
from core.storage.rows import listed, records
from core.storage.schema import saved_views

LARGEST = 2_000_000  # bytes of JSON: a selection of 50,000 frames fits
_WHAT = "A saved view"


def save(db: Database, name: str, choices: dict[str, Any]) -> SavedView | None:
    """Keep a page's choices, whatever their keys; gives the view of that name that it replaces.

    Raises InvalidSetting for no name, and for choices that JSON cannot hold or that are too large.
    """
    cleaned, text = validate_text.name(name, _WHAT), _json(choices)
    with db.write() as connection:
        before = _found(connection, cleaned)
        connection.execute(sa.delete(saved_views).where(saved_views.c.name == cleaned))
        connection.execute(
            sa.insert(saved_views).values(name=cleaned, choices=text, changed_at=time.time())
        )
    return before


def load(db: Database, name: str) -> SavedView:
    """Raises NotFound."""
    with db.read() as connection:
        return _required(connection, name)


def every(db: Database) -> list[SavedView]:
    """All saved views, by name."""
    query = sa.select(saved_views).order_by(sa.func.lower(saved_views.c.name), saved_views.c.name)
    return listed(db, SavedView, query)


def rename(db: Database, name: str, new: str) -> None:
    """Raises NotFound, and InvalidSetting when the new name is taken."""
    cleaned = validate_text.name(new, _WHAT)
    with db.write() as connection:
        before = _required(connection, name)
        if cleaned != before.name and _found(connection, cleaned) is not None:
            raise InvalidSetting(f"There is a view {cleaned!r} already; choose another name.")
        connection.execute(
            sa.update(saved_views).where(saved_views.c.name == before.name).values(name=cleaned)
        )


def delete(db: Database, name: str) -> SavedView:
    """Gives the view that is gone: `save` puts it back. Raises NotFound."""
    with db.write() as connection:
        before = _required(connection, name)
        connection.execute(sa.delete(saved_views).where(saved_views.c.name == before.name))
    return before


def _json(choices: dict[str, Any]) -> str:
    if not isinstance(choices, dict):
        raise InvalidSetting('A view is a JSON object of choices, such as {"colour": "group"}.')
    try:
        text = json.dumps(choices, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidSetting(f"This view cannot be kept as JSON: {error}.") from error
    if len(text) > LARGEST:  # ASCII: characters are bytes
        raise InvalidSetting(
            f"This view takes {len(text) / 1e6:.1f} MB, at most {LARGEST / 1e6:.0f} MB are kept; "
            "select fewer frames."
        )
    return text


def _required(connection: sa.Connection, name: str) -> SavedView:
    found = _found(connection, name)
    if found is None:
        raise NotFound(f"There is no saved view {name!r} in this library.")
    return found


def _found(connection: sa.Connection, name: str) -> SavedView | None:
    query = sa.select(saved_views).where(
        saved_views.c.name == validate_text.short_name(name, _WHAT)
    )
    return next(iter(records(connection, SavedView, query)), None)
