"""Columns read from a table of any kind, and what videos are compared by."""

from __future__ import annotations

import pytest

from core.errors import InvalidSetting
from core.export import csv_bytes
from core.pipeline.columns.import_csv import import_csv
from core.pipeline.columns.known import comparable, groups_of, known_columns, regrouped
from core.pipeline.columns.table import video_table
from core.records import Video
from core.storage import Database, video_columns, videos
from core.storage.video_columns import Cell


@pytest.fixture
def three(db: Database) -> Database:
    """A YouTube video, and two files of one title."""
    known = "dQw4w9WgXcQ"
    address = f"https://www.youtube.com/watch?v={known}"
    origin = {"channel": "CGTN", "published": "2022-07-14"}
    videos.add(
        db, Video("a", "Omicron: what now?", "us", "youtube", address, "en", known,
                  added_at=0, provenance=origin)
    )  # fmt: skip
    videos.add(db, Video("b", "同名", "cn", "upload", "b.mp4", "zh", added_at=1))
    videos.add(db, Video("c", "同名", "cn", "upload", "c.mp4", "zh", added_at=2))
    return db


def test_rows_are_found_by_address_title_and_file(three: Database) -> None:
    text = (
        "link;Country;Published on;group\n"
        "https://youtu.be/dQw4w9WgXcQ?t=4;美国;2022-07-14;usa\n"
        "b.mp4;'=中国;;\n"
        "https://youtu.be/AAAAAAAAAAA;x;y;z\n"
    )
    done = import_csv(three, text.encode("gb18030"))
    assert (done.videos, done.change.added) == (2, ("Country", "Published on"))
    assert done.unmatched == ("Row 4: 'https://youtu.be/AAAAAAAAAAA' names no video.",)
    assert video_columns.values(three) == {
        "Country": {"a": "美国", "b": "=中国"},
        "Published on": {"a": "2022-07-14"},
    }
    assert [video.group for video in videos.every(three)] == ["usa", "cn", "cn"]
    video_columns.undo(three, done.change)
    assert video_columns.names(three) == []
    assert videos.get(three, "a").group == "us"


def test_a_title_of_two_videos_is_told_and_case_does_not_matter(three: Database) -> None:
    done = import_csv(
        three, b"\xef\xbb\xbftitle,genre\nomicron:  WHAT now?,news\n" + "同名,x".encode()
    )
    assert done.unmatched == ("Row 3: '同名' is the title of 2 videos.",)
    assert video_columns.values(three) == {"genre": {"a": "news"}}


def test_what_is_exported_can_be_imported(three: Database) -> None:
    video_columns.write(three, {Cell("c", "=sum"): '-1, "two"'}, adding=("=sum",))
    videos.update(three, "b", provenance={"channel": "CBS", "sha256": "ab"})
    columns, rows = video_table(three, origin=True)
    assert columns[:6] == ("id", "title", "group", "source", "address", "=sum")
    assert {"from_channel", "from_sha256"} <= set(columns[6:])
    assert {row["id"]: row["from_channel"] for row in rows}["b"] == "CBS"
    data = csv_bytes(rows, columns)
    assert import_csv(three, data).change.size == 0
    held = video_columns.delete(three, "=sum")
    assert import_csv(three, data).videos == 3
    assert video_columns.values(three) == {"=sum": {"c": held[Cell("c", "=sum")]}}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "no CSV"),
        (bytes(range(256)) * 4, "no columns"),
        (b'id,x\na,"' + b"9" * 200_000, "larger than field limit"),
        (b"id\na\n", "no columns"),
        (b"id,x,X\na,1,2\n", "'x' twice"),
        (b"id,x\nq,1\n", "No row of this table names a video"),
        (b"id,x\na," + b"9" * 301, "300 characters"),
        (b"id," + b"x" * 81 + b"\na,1", "80 characters"),
    ],
    ids=("empty", "binary", "endless", "one column", "twice", "unknown", "long value", "long name"),
)  # fmt: skip
def test_a_table_that_cannot_be_used_changes_nothing(
    three: Database, table: bytes, why: str
) -> None:
    with pytest.raises(InvalidSetting, match=why):
        import_csv(three, table)
    assert video_columns.names(three) == []


def test_videos_are_compared_by_what_is_known_of_them(three: Database) -> None:
    dates = {Cell("a", "aired"): "2021-12-31", Cell("b", "aired"): "2022-01-01T08:00"}
    video_columns.write(three, {**dates, Cell("a", "note"): "x"}, adding=("aired", "note"))
    every = videos.every(three)
    known = known_columns(three, every)
    assert known["aired, year"] == {"a": "2021", "b": "2022"}
    assert known["aired, month"]["b"] == "2022-01"
    assert known["channel"] == {"a": "CGTN"}
    offered = comparable(known, ["a", "b", "c"])
    assert offered == ["group", "language", "aired", "aired, year", "aired, month"]
    assert comparable(known, ["b", "c"]) == []
    assert {v.id: v.group for v in regrouped(three, every, "aired, year").values()} == {
        "a": "2021",
        "b": "2022",
    }
    assert groups_of(three, every, "aired, year")["c"] == "(no value)"
    with pytest.raises(InvalidSetting, match="choose from group"):
        regrouped(three, every, "genre")
