"""Every query on the codebook: categories with definitions, examples and a place in a tree."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import Category, FrameId
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.rows import records, to_row
from core.storage.schema import categories, category_examples, codings

_WHAT = "A category"
_DEEPEST = 8  # levels
MOST = 500


def new_id() -> str:
    """A GUID in capitals."""
    return str(uuid.uuid4()).upper()


def every(db: Database) -> list[Category]:
    """The whole codebook: each category before its own, in their order."""
    with db.read() as connection:
        return _every(connection)


def get(db: Database, identifier: str) -> Category:
    """Raises NotFound."""
    with db.read() as connection:
        return _required(connection, identifier)


def add(db: Database, category: Category) -> Category:
    """Put a category behind its siblings; gives it as it is kept, with an id where it had "".

    Raises InvalidSetting for a name that is taken or blank, and a tree too deep or large.
    """
    with db.write() as connection:
        return _add(connection, category)


def add_all(db: Database, wanted: Sequence[Category]) -> int:
    """Take a codebook over, parents first: what is known by name is changed, the rest is added.

    All of it or nothing; gives how many are new. Parents are named by the ids of `wanted`.
    Raises InvalidSetting as `add` does.
    """
    with db.write() as connection:
        kept_as: dict[str, str] = {}
        new = 0
        for one in wanted:
            named = _named(connection, one.name)
            parent = kept_as.get(one.parent or "")
            if named is not None:
                _change(connection, named, {**_said(one), "parent": parent})
            else:
                taken = one.id and _found(connection, one.id) is not None
                identifier = "" if taken else one.id
                named = _add(connection, replace(one, id=identifier, parent=parent))
                new += 1
            kept_as[one.id] = named.id
    return new


def change(db: Database, identifier: str, **changes: Any) -> Category:
    """Set name, parent, colour, definition, inclusion or exclusion; gives what was before.

    Raises NotFound, InvalidSetting.
    """
    with db.write() as connection:
        before = _required(connection, identifier)
        _change(connection, before, changes)
    return before


def delete(db: Database, identifier: str) -> None:
    """Take a category away with those below it and what was coded with them. Raises NotFound."""
    with db.write() as connection:
        _required(connection, identifier)
        connection.execute(sa.delete(categories).where(categories.c.id == identifier))


def used(db: Database) -> dict[str, int]:
    """How many codings each category has, by id."""
    query = sa.select(codings.c.category, sa.func.count()).group_by(codings.c.category)
    with db.read() as connection:
        return {one: count for one, count in connection.execute(query).tuples() if one is not None}


def examples(db: Database) -> dict[str, tuple[FrameId, ...]]:
    """The example frames of each category that has any, by id."""
    found: dict[str, tuple[FrameId, ...]] = {}
    query = sa.select(category_examples).order_by(
        category_examples.c.video_id, category_examples.c.index
    )
    with db.read() as connection:
        for identifier, video_id, index in connection.execute(query):
            found[identifier] = (*found.get(identifier, ()), FrameId(video_id, index))
    return found


def show_as_examples(db: Database, identifier: str, frames: Iterable[FrameId]) -> None:
    """Make these the category's example frames. Raises NotFound."""
    kept = known_frames.distinct(frames)
    with db.write() as connection:
        _required(connection, identifier)
        known_frames.require(connection, kept)
        own = category_examples.c.category == identifier
        connection.execute(sa.delete(category_examples).where(own))
        rows = [{"category": identifier, "video_id": v, "index": index} for v, index in kept]
        if rows:
            connection.execute(sa.insert(category_examples), rows)


def _said(one: Category) -> dict[str, str]:
    """What is written on a category, without what is blank."""
    fields = ("colour", "definition", "inclusion", "exclusion")
    return {name: getattr(one, name) for name in fields if getattr(one, name)}


def _every(connection: sa.Connection) -> list[Category]:
    listed = records(connection, Category, sa.select(categories).order_by(categories.c.position))
    below: dict[str | None, list[Category]] = {}
    for one in listed:
        below.setdefault(one.parent, []).append(one)
    found: list[Category] = []

    def walk(parent: str | None) -> None:
        for one in below.get(parent, ()):
            found.append(one)
            walk(one.id)

    walk(None)
    return found


def _add(connection: sa.Connection, category: Category) -> Category:
    listed = _every(connection)
    if len(listed) >= MOST:
        raise InvalidSetting(f"A codebook has at most {MOST} categories; delete some first.")
    siblings = [one.position for one in listed if one.parent == category.parent]
    kept = replace(
        category,
        id=category.id or new_id(),
        position=max(siblings, default=-1) + 1,
        **_checked(connection, _said(category) | {"name": category.name}, None),
    )
    _require_place(listed, kept.id, kept.parent)
    connection.execute(sa.insert(categories).values(to_row(kept)))
    return kept


def _change(connection: sa.Connection, before: Category, changes: Mapping[str, Any]) -> None:
    written = {name: value for name, value in changes.items() if name != "parent"}
    values: dict[str, Any] = _checked(connection, written, before)
    if "parent" in changes and changes["parent"] != before.parent:
        listed = _every(connection)
        _require_place(listed, before.id, changes["parent"])
        siblings = [one.position for one in listed if one.parent == changes["parent"]]
        values |= {"parent": changes["parent"], "position": max(siblings, default=-1) + 1}
    if values:
        own = categories.c.id == before.id
        connection.execute(sa.update(categories).where(own).values(**values))


def _checked(
    connection: sa.Connection, written: Mapping[str, str], before: Category | None
) -> dict[str, Any]:
    """What was typed as it is kept. Raises InvalidSetting."""
    checks = {
        "name": lambda text: validate_text.name(text, _WHAT),
        "colour": validate_text.colour,
        **dict.fromkeys(("definition", "inclusion", "exclusion"), validate_text.note),
    }
    cleaned = {name: checks[name](text) for name, text in written.items()}
    if "name" in cleaned:
        named = _named(connection, cleaned["name"])
        if named is not None and (before is None or named.id != before.id):
            raise InvalidSetting(f"There is a category {named.name!r} already; name it otherwise.")
    return cleaned


def _require_place(listed: Sequence[Category], identifier: str, parent: str | None) -> None:
    """Raises InvalidSetting where a category would lie below itself or too deep, NotFound."""
    known = {one.id: one for one in listed}
    level, above = 1, parent
    while above is not None:
        if above not in known:
            raise NotFound(f"There is no category {above!r} in this library.")
        if above == identifier:
            raise InvalidSetting("A category cannot lie below itself; choose another place.")
        level, above = level + 1, known[above].parent
    if level + _levels_below(listed, identifier) > _DEEPEST:
        raise InvalidSetting(f"A codebook has at most {_DEEPEST} levels; choose another place.")


def _levels_below(listed: Sequence[Category], identifier: str) -> int:
    below = [one.id for one in listed if one.parent == identifier]
    return max((1 + _levels_below(listed, one) for one in below), default=0)


def _named(connection: sa.Connection, name: str) -> Category | None:
    """The category of that name, whatever its case."""
    wanted = validate_text.short_name(name, _WHAT).casefold()
    return next((one for one in _every(connection) if one.name.casefold() == wanted), None)


def _found(connection: sa.Connection, identifier: str) -> Category | None:
    query = sa.select(categories).where(categories.c.id == identifier)
    return next(iter(records(connection, Category, query)), None)


def _required(connection: sa.Connection, identifier: str) -> Category:
    found = _found(connection, identifier)
    if found is None:
        raise NotFound(f"There is no category {identifier!r} in this library.")
    return found
