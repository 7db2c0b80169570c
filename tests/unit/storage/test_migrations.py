"""A library of an earlier version opens with all that was in it, in the tables of this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core.records import Clustering, Frame, FrameId, Run, Video
from core.storage import Database, analyses, captions, database, open_library, runs, videos
from core.storage.annotations import cluster_marks, tags
from core.storage.schema import metadata

pytestmark = pytest.mark.sqlite
_FIRST = {
    "videos": "('v1', 'Title <b>', 'us', 'upload', 'x.mp4', 'en', NULL, NULL, 4.0, 640, 360, 2.0, "
    "2, 1, 'uploaded', 1, 'ready', '', 1.5)",
    "frames": "('v1', 0, 0.0, '0.jpg'), ('v1', 1, 2.0, '1.jpg')",
    "captions": "('v1', 0, 0.0, 2.0, '你好', NULL, NULL, NULL)",
    "runs": "('r1', 'A run', 'pca', 'fast', 'done', '[\"v1\"]', '{\"seed\": 3}', 1, 2, 4, 1.25, "
    "NULL, 3.0, 'cpu', '', 1.0, 2.0)",
    "clusterings": "('c1', 'r1', 'kmeans', 3, 0, 5.0)",
    "cluster_names": "('c1', 1, 'Expert'), ('c1', 3, '= street')",
    "projections": "('p1', 'r1', 'tsne', '{\"perplexity\": 15}', 6.0)",
}


@pytest.fixture
def first(data: Path) -> Path:
    """A data folder of version 0001, with a row of everything."""
    data.mkdir()
    config = Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    engine = sa.create_engine(f"sqlite:///{data / 'library.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, values in _FIRST.items():
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES {values}")
    engine.dispose()
    return data


def test_a_library_of_version_0001_keeps_everything(first: Path) -> None:
    db = open_library(first)
    (video,) = videos.every(db)
    assert isinstance(video, Video) and (video.title, video.frames) == ("Title <b>", 2)
    assert videos.frames_of(db, "v1")[1] == Frame("v1", 1, 2.0, "1.jpg")
    assert captions.of_video(db, "v1")[0].text == "你好"
    run = runs.get(db, "r1")
    assert isinstance(run, Run) and (run.video_ids, run.config, run.automatic) == (
        ("v1",),
        {"seed": 3},
        True,
    )
    assert analyses.clusterings_of(db, "r1") == [Clustering("c1", "r1", "kmeans", 3, 0, 5.0)]
    assert analyses.projections_of(db, "r1")[0].settings == {"perplexity": 15}
    assert analyses.names(db, "c1") == {1: "Expert", 3: "= street"}
    assert runs.has_named_clusters(db, "r1")
    db.close()


def test_what_is_new_works_on_it(first: Path) -> None:
    db = open_library(first)
    mark = cluster_marks.marks(db, "c1")[1]
    assert (mark.name, mark.colour, mark.note, mark.carried_from) == ("Expert", "", "", None)
    cluster_marks.mark(db, "c1", 1, colour="#0072B2")
    assert cluster_marks.marks(db, "c1")[1].name == "Expert"
    tags.add(db, "expert", [FrameId("v1", 1)])
    db.close()
    again = open_library(first)
    assert tags.counts(again) == {"expert": 1}
    runs.delete(again, "r1")  # what hangs on a run goes with it, as before
    with again.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cluster_marks").scalar() == 0
    again.close()


def test_a_migration_that_fails_leaves_the_library_as_it_was(first: Path) -> None:
    connection = sqlite3.connect(first / "library.db")
    connection.execute("CREATE TABLE saved_views (x)")  # in the way of the last step
    connection.commit()
    before = list(connection.iterdump())
    with pytest.raises(Exception, match="saved_views"):
        open_library(first)
    assert list(connection.iterdump()) == before
    connection.close()


def test_the_migrations_make_the_tables_that_the_queries_expect(db: Database) -> None:
    """Names, types, whether NULL is allowed, keys, foreign keys and indexes: all as in schema."""
    other = sa.create_engine("sqlite://")
    metadata.create_all(other)
    with db.read() as migrated, other.connect() as expected:
        for name in metadata.tables:
            assert described(migrated, name) == described(expected, name), name


def described(connection: sa.Connection, table: str) -> dict:
    columns = {
        row[1]: (row[2], row[3], row[5])  # type, NOT NULL, place in the primary key
        for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')
    }
    foreign = {
        tuple(row[2:]) for row in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
    }
    strict = {
        row[1]: row[5] for row in connection.exec_driver_sql("PRAGMA table_list") if row[1] == table
    }
    indexes = {tuple(index["column_names"]) for index in sa.inspect(connection).get_indexes(table)}
    return {"columns": columns, "foreign": foreign, "strict": strict, "indexes": indexes}
