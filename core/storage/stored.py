"""The files of a project that lie in a bucket, and those of them that are on this disk as well.

A file is an object for each of its versions, and a row that says which version counts: the row's
commit publishes it. The data folder is this machine's own cache of them. A file's time of change
says which version it is, so that a file newer than its row is one that is being written here.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.errors import BucketFailed
from core.storage import postgres, room
from core.storage.bucket import Bucket, digest_of, each
from core.storage.files import beside
from core.storage.schema import stored_files as table

IN_USE = "in-use.json"  # the object that says which schema has the records
ALONE = ("people.json", "project.json")  # files of the project itself: who may use it, its name
_PARTS = ("videos", "runs", "tables", "findings", *ALONE)
_APART = {"videos": ("frames", "atlas"), "runs": ("keyframes", "atlas")}  # fetched by themselves
_TICK = 1000  # nanoseconds: what every file system keeps of a time
_FRESH_S = 0.5  # for so long nobody asks again whether anything was published
_TOUCH_S = 600.0  # what is in use is touched so often
_KEPT_S = 3600.0  # and what was touched since is not evicted
_STRANGE_S = 24 * 3600.0
_CHUNK = 1000  # names in one query

Write = Callable[[], contextlib.AbstractContextManager[sa.Connection]]


class _Row(NamedTuple):
    name: str
    version: int  # nanoseconds
    before: int  # the version before, which may still be read
    size: int
    gone: int


class _Had(NamedTuple):
    """Until which change all files were here; when that was asked, and when they were touched."""

    change: int | None
    asked_at: float
    touched_at: float


_NEVER = _Had(None, -math.inf, -math.inf)
_COLUMNS = [table.c[name] for name in _Row._fields]


def made_anew(path: Path) -> bool:
    """Whether a file is one that each machine makes for itself, of the pictures."""
    return path.name.startswith("pixels-")


def version_of(path: Path) -> int:
    """The version that a file is by its time of change."""
    return path.stat().st_mtime_ns // _TICK * _TICK


class Stored:
    """One for each data folder and process; may be used by several threads."""

    def __init__(self, bucket: Bucket, folder: Path, engine: sa.Engine, limit: int) -> None:
        """`limit`: the bytes of files that this machine keeps, more only while they are in use."""
        self.bucket, self._folder, self._engine, self._limit = bucket, folder, engine, limit
        self.write: Write = engine.begin  # replaced by the library's own
        self._inside: ContextVar[sa.Connection | None] = ContextVar("inside", default=None)
        self._seen: int | None = None
        self._had: dict[tuple[str, str], _Had] = {}
        self._come = 0  # bytes, since it was last looked at what is kept

    @contextlib.contextmanager
    def inside(self, connection: sa.Connection) -> Iterator[None]:
        """Within, this thread's files are published by the commit of `connection`'s transaction."""
        token = self._inside.set(connection)
        try:
            yield
        finally:
            self._inside.reset(token)

    def saw(self, connection: sa.Connection) -> None:
        """Note how new the records are that were read last: files must not be older."""
        self._seen = connection.execute(sa.select(sa.func.max(table.c.change))).scalar() or 0

    def name(self, path: Path) -> str | None:
        """The name of a file that is kept in the bucket, None of another one."""
        if not path.is_relative_to(self._folder):
            return None
        inside = PurePosixPath(path.relative_to(self._folder).as_posix())
        hidden = any(part.startswith(".") for part in inside.parts)
        if not inside.parts or inside.parts[0] not in _PARTS or hidden or made_anew(path):
            return None
        return inside.as_posix()

    def publish(self, files: Mapping[str, Path], folders: Sequence[str] = ()) -> None:
        """Put files, which may not be in their places yet, into the bucket under their names.

        Of `folders` there are these files and no others.
        """
        known = {row.name: row for row in self._rows(list(files))}
        now = _now()
        versions = {
            name: max(now, known[name].version + _TICK) if name in known else now for name in files
        }
        sizes = {name: path.stat().st_size for name, path in files.items()}
        self._make_room(sum(sizes.values()))

        def send(name: str) -> None:
            self.bucket.send(object_name(name, versions[name]), files[name], digest_of(files[name]))

        each(send, list(files))
        self.bucket.remove(
            [object_name(row.name, row.before) for row in known.values() if row.before]
        )
        with self._writing() as connection:
            change = change_now(connection)
            rows = [
                {
                    **place_of(name),
                    "version": versions[name],
                    "before": known[name].version if name in known else 0,
                    "size": sizes[name],
                    "gone": 0,
                    "change": change,
                }
                for name in files
            ]
            first = insert(table)
            renewed = {c.name: first.excluded[c.name] for c in table.c if c.name != "name"}
            if rows:
                connection.execute(
                    first.on_conflict_do_update(index_elements=[table.c.name], set_=renewed), rows
                )
            of_folders = sa.or_(*map(_below, folders)) if folders else sa.false()
            rest = self._take(connection, sa.and_(of_folders, table.c.change != change), change)
        for name, path in files.items():
            os.utime(path, ns=(time.time_ns(), versions[name]))
        self._discard(rest)

    def forget(self, name: str) -> None:
        """Take a file, or all below a folder, out of the records, then out of the bucket."""
        with self._writing() as connection:
            which = sa.or_(table.c.name == name, _below(name))
            rows = self._take(connection, which, change_now(connection))
        self._discard(rows)

    def _take(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], change: int
    ) -> list[_Row]:
        """Say of rows that their files are gone; gives them as they were."""
        which = sa.and_(which, table.c.gone == 0)
        rows = [_Row(*row) for row in connection.execute(sa.select(*_COLUMNS).where(which))]
        version = sa.func.greatest(_now(), table.c.version + _TICK)
        gone = {"gone": 1, "before": 0, "change": change}
        if rows:
            connection.execute(sa.update(table).where(which).values(version=version, **gone))
        return rows

    def _discard(self, rows: Sequence[_Row]) -> None:
        """Remove the objects of files that are gone, unless that may still be taken back."""
        if self._inside.get() is None:
            versions = ((row.name, one) for row in rows for one in (row.version, row.before))
            self.bucket.remove(
                [object_name(name, version) for name, version in versions if version]
            )

    def have(self, owner: str, part: str = "") -> None:
        """Have all files of a video, a run or the like on this disk, or one part of them."""
        had, now = self._had.get((owner, part), _NEVER), time.monotonic()
        if had.change == self._seen and now - had.asked_at < _FRESH_S:
            return
        with postgres.explained(), self._engine.connect() as connection:
            self.saw(connection)
        seen = self._seen
        if had.change == seen and now - had.touched_at < _TOUCH_S:
            self._had[owner, part] = had._replace(asked_at=now)
            return
        rows = self._query(sa.and_(table.c.owner == owner, table.c.part == part))
        self._bring(rows)
        newest = max((row.version for row in rows if not row.gone), default=0)
        if part == "frames" and newest:  # what is made of them asks how new they are
            os.utime(self._folder / owner / part, ns=(newest, newest))
        self._had[owner, part] = _Had(seen, now, now)

    def have_file(self, name: str) -> None:
        """Have one file on this disk, if there is one."""
        place = place_of(name)
        if (place["owner"], place["part"]) in self._had:  # all were fetched, and that is kept so
            self.have(place["owner"], place["part"])
        else:
            self._bring(self._query(table.c.name == name))

    def address_for(self, path: Path, life_s: float) -> str | None:
        """Where a file can be read in the bucket for so long, by whoever has this address; None of
        one that is not there."""
        for row in self._query(table.c.name == self.name(path)):
            if not row.gone:
                return self.bucket.address_for(object_name(row.name, row.version), life_s)
        return None

    def newest(self, owner: str, part: str) -> int:
        """The latest version of what a part has, 0 of nothing."""
        rows = self._query(sa.and_(table.c.owner == owner, table.c.part == part))
        return max((row.version for row in rows), default=0)

    def amiss(self) -> tuple[list[str], list[str]]:
        """The names of files whose objects are missing or of another length; and of objects that
        are of no file and older than a day: younger ones may be on their way."""
        rows = self._query(table.c.gone == 0)
        there = self.bucket.objects()
        now = {object_name(row.name, row.version): row for row in rows}
        lost = [row.name for key, row in now.items() if there.get(key, (-1,))[0] != row.size]
        known = {*now, *(object_name(row.name, row.before) for row in rows), IN_USE}
        old = time.time() - _STRANGE_S
        return sorted(lost), sorted(
            key for key in there if key not in known and there[key][1] < old
        )

    def _bring(self, rows: Sequence[_Row]) -> None:
        """Fetch what is not here, or older; remove what is gone."""
        missing: dict[str, _Row] = {}
        for row in rows:
            path = self._folder / row.name
            try:
                state = path.stat()
            except OSError:
                state = None
            if row.gone:
                if state is not None and state.st_mtime_ns <= row.version:
                    path.unlink(missing_ok=True)
            elif state is None or state.st_mtime_ns < row.version:
                missing[row.name] = row
            elif time.time() - state.st_atime > _TOUCH_S:
                with contextlib.suppress(FileNotFoundError):
                    os.utime(path, ns=(time.time_ns(), state.st_mtime_ns))
        if missing:
            self._make_room(sum(row.size for row in missing.values()))
            each(lambda name: self._fetch(missing[name]), list(missing))

    def _fetch(self, row: _Row, again: bool = True) -> None:
        path = self._folder / row.name
        temporary = beside(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as out:
                said, found = self.bucket.receive(object_name(row.name, row.version), out.write)
            if said != found:
                raise BucketFailed(
                    f"{row.name} is damaged in {self.bucket.address}; make it again."
                )
            os.utime(temporary, ns=(time.time_ns(), row.version))
            temporary.replace(path)
        except BucketFailed:
            newer = self._query(table.c.name == row.name)
            if not again or not newer or newer[0].version == row.version:
                raise
            if not newer[0].gone:
                self._fetch(newer[0], again=False)
        except OSError as error:
            if room.is_full(error, self._folder):
                temporary.unlink(missing_ok=True)
                raise room.disk_full(self._folder, row.size) from error
            raise
        finally:
            temporary.unlink(missing_ok=True)

    def _make_room(self, coming: int) -> None:
        """From time to time, and where the disk is short, evict what was not in use for longest,
        as far as more is kept than may be; what is in no bucket and cannot be made anew stays."""
        self._come += coming
        short = coming + room.FLOOR - room.free(self._folder)
        looked = self._folder / "tmp" / "cache-looked"
        lately = looked.exists() and time.time() - looked.stat().st_mtime < _KEPT_S
        if lately and short <= 0 and self._come <= self._limit // 20:
            return
        self._come = coming
        looked.touch()
        kept = [
            (max(state.st_atime, state.st_mtime if made_anew(path) else 0.0), state, path)
            for part in _PARTS
            for path in (self._folder / part).rglob("*")
            if path.is_file() and (made_anew(path) or self.name(path)) and (state := path.stat())
        ]
        over = max(short, coming + sum(state.st_size for _, state, _ in kept) - self._limit)
        rows = {row.name: row for row in self._rows([self.name(p) or "" for _, _, p in kept])}
        for used_at, state, path in sorted(kept, key=lambda one: one[0]):
            row = rows.get(self.name(path) or "")
            left = row and row.gone and state.st_mtime_ns <= row.version
            again = made_anew(path) or (row and state.st_mtime_ns == row.version)
            if left or (again and over > 0 and time.time() - used_at > _KEPT_S):
                path.unlink(missing_ok=True)
                over -= state.st_size
                self._had.clear()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """The write that this thread is in, else one of its own."""
        if (connection := self._inside.get()) is not None:
            yield connection
        else:
            with self.write() as connection:
                yield connection

    def _rows(self, names: Sequence[str]) -> list[_Row]:
        found: list[_Row] = []
        for begin in range(0, len(names), _CHUNK):
            found += self._query(table.c.name.in_(names[begin : begin + _CHUNK]))
        return found

    def _query(self, where: sa.ColumnElement[bool]) -> list[_Row]:
        with postgres.explained(), self._engine.connect() as connection:
            return [_Row(*row) for row in connection.execute(sa.select(*_COLUMNS).where(where))]


def place_of(name: str) -> dict[str, str]:
    """Whose file it is, and of which part that is fetched by itself."""
    kind, *rest = PurePosixPath(name).parts
    if kind in ("findings", *ALONE):
        return {"name": name, "owner": kind, "part": ""}
    apart = rest[1] if rest[1] in _APART.get(kind, ()) else ""
    part = "media" if kind == "videos" and rest[1].startswith("source.") else apart
    return {"name": name, "owner": f"{kind}/{rest[0]}", "part": part}


def object_name(name: str, version: int) -> str:
    """The name of the object that is one version of a file."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{version}-{path.name}"))


def _below(folder: str) -> sa.ColumnElement[bool]:
    return table.c.name.startswith(f"{folder}/", autoescape=True)


def _now() -> int:
    return time.time_ns() // _TICK * _TICK


def change_now(connection: sa.Connection) -> int:
    """A number that is higher in each write."""
    return int(connection.execute(sa.text("SELECT count FROM writes")).scalar_one())
