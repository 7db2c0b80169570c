"""A library of SQLite goes on in PostgreSQL with every record that it has, and comes back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from core import jobs
from core.__main__ import main
from core.errors import InvalidSetting, LibraryDamaged, StorageFailed
from core.records import FrameId
from core.storage import (
    Database,
    analyses,
    captions,
    changes,
    left_out,
    open_library,
    other_database,
    postgres,
    project_copies,
    records_copy,
    runs,
    videos,
)
from core.storage.annotations import notes, selections, tags, views
from core.storage.database import open_sqlite
from core.storage.files import Files
from core.storage.progress import Progress
from core.storage.schema import categories, clusterings
from tests.synthetic import make_run

pytestmark = pytest.mark.postgres
FRAME = FrameId("video0", 3)
NOBODY = Progress(None)


@pytest.fixture
def library(data: Path, tmp_path: Path) -> Iterator[Database]:
    """A library of SQLite with a run; AFFINITY_DATABASE is set, and nothing there is of it."""
    folder = tmp_path / "library"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AFFINITY_DATABASE")
        db = open_library(folder)
    make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))
    tags.add(db, "expert", [FRAME])
    left_out.add(db, [FRAME], "black")
    yield db
    db.close()


def _row(table: sa.Table, number: int, made: dict[sa.Table, list[dict[str, Any]]]) -> dict:
    """A row of what each column can hold; keys of other tables are those of rows there."""
    row = {}
    for column in table.columns:
        of = next(iter(column.foreign_keys)).column if column.foreign_keys else None
        if of is not None:
            there = made[of.table]
            value = there[number % len(there)][of.name] if there else None
        elif isinstance(column.type, sa.Text):
            value = f"{table.name} {number} 新闻 \U0001f3ac ' \" \\ %s {{}}"
        elif isinstance(column.type, sa.BigInteger):
            value = 2**32 - 1 - number
        elif isinstance(column.type, sa.Integer):
            value = 2**31 - 1 - number
        else:
            value = [0.1 + 0.2, -0.0, 1e-310, 1.7e308][number % 4]
        row[column.name] = value
    return row


def _fill(connection: sa.Connection) -> None:
    """Three rows in each table, beside those there are; the newest is the parent of the oldest."""
    made: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in records_copy.TABLES}
    for table in records_copy.TABLES:
        made[table] = [_row(table, number, made) for number in range(3)]
        connection.execute(sa.insert(table), made[table])
    first, _, last = made[categories]
    named = categories.update().where(categories.c.id == first["id"])
    connection.execute(named.values(parent=last["id"]))


def _all(db: Database) -> dict[str, set[str]]:
    with db.read() as connection:
        return {
            table.name: {repr(tuple(row)) for row in connection.execute(sa.select(table))}
            for table in records_copy.TABLES
        }


def _said_by_storage(db: Database) -> list[Any]:
    run = runs.every(db)[0]
    known = [video.id for video in videos.every(db)]
    return [
        videos.every(db),
        [videos.frames_of(db, video_id) for video_id in known],
        [captions.of_video(db, video_id) for video_id in known],
        run,
        analyses.clusterings_of(db, run.id),
        analyses.projections_of(db, run.id),
        tags.counts(db),
        sorted(left_out.every(db).items()),
        changes.every(db),
        notes.of_frames(db),
        selections.every(db),
        views.every(db),
    ]


def _alone(folder: Path) -> Database:
    """The library as it is opened without AFFINITY_DATABASE."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AFFINITY_DATABASE")
        return open_library(folder)


def _migrate(folder: Path, *words: str) -> int:
    return main(["migrate", "--data", str(folder), *words])


def test_every_record_goes_over_and_comes_back(
    library: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    notes.write(library, FRAME, "Masks; 口罩")
    selections.save(library, "masks", [FRAME, FrameId("video1", 0)])
    before, folder = _said_by_storage(library), library.files.folder
    library.close()
    kept = library.files.library_db.read_bytes()
    assert _migrate(folder, "--from-sqlite") == 0
    assert library.files.library_db.read_bytes() == kept
    with pytest.raises(StorageFailed, match="AFFINITY_DATABASE"):
        _alone(folder)
    with closing(open_library(folder)) as there:
        assert there.shared
        assert _said_by_storage(there) == before
        assert jobs.live(there) == []
        highest = max(change.id for change in changes.every(there))
        left_out.add(there, [FrameId("video0", 4)], "blurred")
        assert max(change.id for change in changes.every(there)) == highest + 1
        after = _said_by_storage(there)
    assert _migrate(folder, "--from-sqlite") == 0
    assert "already" in capsys.readouterr().err
    assert _migrate(folder, "--to-sqlite") == 0
    assert "_jobs" in capsys.readouterr().err
    with closing(_alone(folder)) as back:
        assert not back.shared
        assert _said_by_storage(back) == after
    (old,) = library.files.backups.glob("library-*.db")
    with closing(sqlite3.connect(old)) as before_it:
        assert before_it.execute("SELECT count(*) FROM changes").fetchone() == (1,)
    assert _migrate(folder, "--from-sqlite") == 0
    with closing(open_library(folder)) as there:
        assert _said_by_storage(there) == after


def test_a_row_of_every_table_goes_over_and_comes_back(library: Database) -> None:
    with library.write() as connection:
        _fill(connection)
    before = _all(library)
    assert all(len(rows) >= 3 for rows in before.values())
    rows = other_database.to_postgres(library)
    library.close()
    assert rows == sum(map(len, before.values()))
    with closing(open_library(library.files.folder)) as there:
        assert _all(there) == before
        with closing(sqlite3.connect(library.files.library_db)) as other:
            other.execute("SELECT count(*) FROM videos")
            with pytest.raises(LibraryDamaged, match="another program"):
                other_database.to_sqlite(there)
        assert other_database.to_sqlite(there) == rows
    with closing(_alone(library.files.folder)) as back:
        assert _all(back) == before


@pytest.mark.parametrize(
    ("bad", "said"),
    [({"title": "a\0b"}, "title of 'video1' in videos"), ({"width": 2**31}, "width of 'video1'")],
    ids=str,
)
def test_what_postgresql_cannot_hold_is_named(
    library: Database, bad: dict[str, Any], said: str
) -> None:
    videos.update(library, "video1", **bad)
    before = _all(library)
    with pytest.raises(InvalidSetting, match=said):
        other_database.to_postgres(library)
    assert not _there(library)
    with closing(_alone(library.files.folder)) as still:
        assert _all(still) == before


def test_what_broke_off_goes_on(library: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _all(library)

    def ends(*_: object) -> None:
        raise KeyboardInterrupt

    for place, what in ((records_copy, "_go_on_counting"), (postgres, "settle")):
        with monkeypatch.context() as patch:
            patch.setattr(place, what, ends)
            with pytest.raises(KeyboardInterrupt):
                other_database.to_postgres(library)
        assert _there(library) == (place is postgres)  # after the commit, not before
        _alone(library.files.folder).close()
    other_database.to_postgres(library)
    with closing(open_library(library.files.folder)) as there:
        assert _all(there) == before


def test_records_that_are_there_are_not_written_over(
    library: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            other_database.to_postgres(library)
    videos.update(library, "video0", title="It went on here")
    with pytest.raises(StorageFailed, match="others than these"):
        other_database.to_postgres(library)
    with closing(_alone(library.files.folder)) as still:
        assert videos.get(still, "video0").title == "It went on here"


def test_what_arrives_otherwise_is_not_taken(
    library: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = records_copy._insert

    def changes_one(target: sa.Connection, table: sa.Table, rows: records_copy.Rows) -> None:
        insert(target, table, rows)
        if table is clusterings:
            target.execute(sa.update(table).values(seed=table.c.seed + 1))

    monkeypatch.setattr(records_copy, "_insert", changes_one)
    with pytest.raises(StorageFailed, match="of clusterings"):
        other_database.to_postgres(library)
    assert not _there(library)


def test_nothing_goes_while_jobs_wait(
    library: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = runs.every(library)
    job_id = jobs.submit_clustering(library, run.id, "kmeans", 4)
    assert _migrate(library.files.folder, "--from-sqlite") == 1
    assert "1 job" in capsys.readouterr().err
    jobs.cancel(library, job_id)
    assert _migrate(library.files.folder, "--from-sqlite") == 0


def test_a_folder_without_a_library_gets_none(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _migrate(tmp_path, "--from-sqlite") == 1
    assert "no library.db" in capsys.readouterr().err
    assert _migrate(data, "--to-sqlite") == 0  # an empty one
    with closing(_alone(data)) as back:
        assert videos.every(back) == []


def _there(library: Database) -> bool:
    """Whether the schema that the records were to come into is there."""
    said = postgres.coming(library.files)
    query = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
    with psycopg.connect(os.environ["AFFINITY_DATABASE"]) as connection:
        found = connection.execute(query, (said,)).fetchone()
    return found == (1,)


def test_what_sqlite_keeps_beside_its_file_goes_too(library: Database) -> None:
    with closing(sqlite3.connect(library.files.library_db)) as other:
        other.execute("UPDATE videos SET title = 'in the log' WHERE id = 'video0'")
        other.commit()
        assert library.files.library_db.with_name("library.db-wal").stat().st_size > 0
        with closing(open_sqlite(Files(library.files.folder))) as opened:
            other_database.to_postgres(opened)
    with closing(open_library(library.files.folder)) as there:
        assert videos.get(there, "video0").title == "in the log"


def test_an_archive_goes_from_either_database_to_the_other(db: Database, tmp_path: Path) -> None:
    make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))
    packed, again = tmp_path / "packed.zip", tmp_path / "again.zip"
    project_copies.archive(db, packed, NOBODY)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AFFINITY_DATABASE")
        home = tmp_path / "elsewhere"
        project = project_copies.unpack(home, packed, "There", NOBODY)
        with closing(open_library(project.folder)) as there:
            assert not there.shared
            assert _said_by_storage(there) == _said_by_storage(db)
            project_copies.archive(there, again, NOBODY)
    back = project_copies.unpack(db.files.folder, again, None, NOBODY)
    with closing(open_library(back.folder)) as there:
        assert there.shared and not there.files.library_db.exists()
        assert _said_by_storage(there) == _said_by_storage(db)
