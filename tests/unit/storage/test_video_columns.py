"""Columns of the videos: written, undone, renamed, and gone with their video."""

from __future__ import annotations

import pytest

from core.errors import InvalidSetting, NotFound
from core.records import Video
from core.storage import Database, video_columns, videos
from core.storage.video_columns import Cell


@pytest.fixture
def two(db: Database) -> Database:
    for place, name in enumerate(("a", "b")):
        videos.add(db, Video(name, name, "us", "upload", f"{name}.mp4", "en", added_at=place))
    return db


def test_values_are_kept_and_a_change_is_undone(two: Database) -> None:
    video_columns.add(two, "country")
    first = video_columns.write(two, {Cell("a", "country"): " United\nStates "})
    assert video_columns.values(two) == {"country": {"a": "United States"}}
    change = video_columns.write(
        two,
        {Cell("a", "country"): "", Cell("b", "country"): "China", Cell("b", "genre"): "news"},
        {"b": "cn", "a": "us"},
        adding=("genre",),
    )
    assert (change.size, change.added, change.groups) == (4, ("genre",), {"b": "us"})
    assert video_columns.values(two) == {"country": {"b": "China"}, "genre": {"b": "news"}}
    video_columns.undo(two, change)
    assert video_columns.values(two) == {"country": {"a": "United States"}}
    assert {video.group for video in videos.every(two)} == {"us"}
    video_columns.undo(two, first)
    assert video_columns.values(two) == {"country": {}}


def test_what_is_refused_changes_nothing(two: Database) -> None:
    video_columns.add(two, "country")
    cells = {Cell("a", "country"): "fr"}
    with pytest.raises(InvalidSetting, match="300 characters"):
        video_columns.write(two, {**cells, Cell("b", "country"): "x" * 301}, adding=("new",))
    with pytest.raises(NotFound, match="no video 'c'"):
        video_columns.write(two, {**cells, Cell("c", "country"): "x"}, adding=("new",))
    with pytest.raises(NotFound, match="no column 'genre'"):
        video_columns.write(two, {**cells, Cell("b", "genre"): "x"})
    with pytest.raises(InvalidSetting, match="needs a group"):
        video_columns.write(two, cells, {"a": " "})
    for name in ("Country", "title", "Group", " ", "x" * 81):
        with pytest.raises(InvalidSetting):
            video_columns.add(two, name)
    assert video_columns.values(two) == {"country": {}}


def test_a_deleted_column_is_put_back_and_a_renamed_one_keeps_its_values(two: Database) -> None:
    video_columns.write(two, {Cell("a", "country"): "fr"}, adding=("country", "date"))
    video_columns.rename(two, "country", "Country")
    video_columns.rename(two, "Country", "land")
    with pytest.raises(InvalidSetting, match="'date' already"):
        video_columns.rename(two, "land", "Date")
    held = video_columns.delete(two, "land")
    assert video_columns.names(two) == ["date"]
    video_columns.write(two, held, adding=("land",))
    assert video_columns.values(two) == {"date": {}, "land": {"a": "fr"}}
    videos.delete(two, "a")
    assert video_columns.values(two) == {"date": {}, "land": {}}


def test_there_is_a_limit(two: Database) -> None:
    for number in range(video_columns.MOST):
        video_columns.add(two, f"column {number}")
    with pytest.raises(InvalidSetting, match="at most 50"):
        video_columns.add(two, "one more")
