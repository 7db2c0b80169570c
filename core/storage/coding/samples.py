"""Every query on samples that are coded, and on what each coder gave to their frames."""

from __future__ import annotations

import time

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import Coding, FrameId, Sample
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.schema import categories, coding_samples, coding_units, codings

_WHAT = "A sample"


def add(db: Database, sample: Sample) -> Sample:
    """Keep a sample under its name; gives it as it is kept.

    Raises InvalidSetting for a name that is taken and for no frames, NotFound for a frame that is
    not there.
    """
    name = validate_text.name(sample.name, _WHAT)
    if not sample.frames:
        raise InvalidSetting("A sample needs a frame; draw some.")
    with db.write() as connection:
        if _found(connection, name) is not None:
            raise InvalidSetting(f"There is a sample {name!r} already; choose another name.")
        known_frames.require(connection, sample.frames)
        row = {"name": name, "by": sample.by, "seed": sample.seed, "created_at": time.time()}
        connection.execute(sa.insert(coding_samples).values(row))
        until = sample.until or (None,) * len(sample.frames)
        rows = [
            {
                "sample": name,
                "position": place,
                "video_id": frame.video_id,
                "index": frame.index,
                "until": last,
            }
            for place, (frame, last) in enumerate(zip(sample.frames, until, strict=True))
        ]
        connection.execute(sa.insert(coding_units), rows)
    return get(db, name)


def get(db: Database, name: str) -> Sample:
    """Raises NotFound."""
    with db.read() as connection:
        return _required(connection, name)


def names(db: Database) -> list[str]:
    """The samples, the newest first."""
    query = sa.select(coding_samples.c.name).order_by(coding_samples.c.created_at.desc())
    with db.read() as connection:
        return list(connection.execute(query).scalars())


def delete(db: Database, name: str) -> None:
    """Take a sample away with all that was coded on it. Raises NotFound."""
    with db.write() as connection:
        _required(connection, name)
        connection.execute(sa.delete(coding_samples).where(coding_samples.c.name == name))


def code(
    db: Database,
    sample: str,
    coder: str,
    frame: FrameId,
    category: str | None,
    coded_at: float | None = None,
) -> Coding | None:
    """Give a frame a category, None says that none fits; gives what the coder had said before.

    Raises NotFound for a sample, frame of it or category that there is not, InvalidSetting for a
    coder without a name.
    """
    who = validate_text.name(coder, "A coder")
    with db.write() as connection:
        if frame not in _required(connection, sample).frames:
            raise NotFound(f"Frame {frame} is not in the sample {sample!r}; choose another.")
        known = sa.select(categories.c.id).where(categories.c.id == category)
        if category is not None and connection.execute(known).first() is None:
            raise NotFound(f"There is no category {category!r} in this library.")
        before = next(iter(_codings(connection, sample, who, frame)), None)
        connection.execute(sa.delete(codings).where(*_at(sample, who, frame)))
        row = {"sample": sample, "coder": who, "video_id": frame.video_id, "index": frame.index}
        at = time.time() if coded_at is None else coded_at
        row |= {"category": category or None, "coded_at": at}
        connection.execute(sa.insert(codings).values(row))
    return before


def uncode(db: Database, sample: str, coder: str, frame: FrameId) -> None:
    """Take away what a coder gave to a frame."""
    with db.write() as connection:
        connection.execute(sa.delete(codings).where(*_at(sample, coder, frame)))


def codings_of(db: Database, sample: str, coder: str | None = None) -> list[Coding]:
    """What was coded, by one coder or all, in the order in which it was."""
    with db.read() as connection:
        return _codings(connection, sample, coder)


def coders(db: Database, sample: str) -> dict[str, int]:
    """Who has coded how many of the sample's frames, by name."""
    query = (
        sa.select(codings.c.coder, sa.func.count())
        .where(codings.c.sample == sample)
        .group_by(codings.c.coder)
        .order_by(codings.c.coder)
    )
    with db.read() as connection:
        return dict(connection.execute(query).tuples().all())


def _codings(
    connection: sa.Connection, sample: str, coder: str | None, frame: FrameId | None = None
) -> list[Coding]:
    query = sa.select(
        codings.c.coder, codings.c.video_id, codings.c.index, codings.c.category, codings.c.coded_at
    ).where(codings.c.sample == sample)
    if coder is not None:
        query = query.where(codings.c.coder == coder)
    if frame is not None:
        query = query.where(codings.c.video_id == frame.video_id, codings.c.index == frame.index)
    return [
        Coding(who, FrameId(video_id, index), category, at)
        for who, video_id, index, category, at in connection.execute(
            query.order_by(codings.c.coded_at)
        )
    ]


def _at(sample: str, coder: str, frame: FrameId) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        codings.c.sample == sample,
        codings.c.coder == coder,
        codings.c.video_id == frame.video_id,
        codings.c.index == frame.index,
    )


def _required(connection: sa.Connection, name: str) -> Sample:
    found = _found(connection, name)
    if found is None:
        raise NotFound(f"There is no sample {name!r} in this library.")
    return found


def _found(connection: sa.Connection, name: str) -> Sample | None:
    row = connection.execute(sa.select(coding_samples).where(coding_samples.c.name == name)).first()
    if row is None:
        return None
    query = (
        sa.select(coding_units.c.video_id, coding_units.c.index, coding_units.c.until)
        .where(coding_units.c.sample == name)
        .order_by(coding_units.c.position)
    )
    units = [(FrameId(video, index), last) for video, index, last in connection.execute(query)]
    until = tuple(last for _, last in units if last is not None)
    return Sample(
        row.name, tuple(frame for frame, _ in units), row.by, row.seed, row.created_at, until
    )
