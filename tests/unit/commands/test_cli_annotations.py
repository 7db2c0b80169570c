"""Tags, notes, selections, views and marks from the command line; what it refuses is one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.records import Clustering, Frame, FrameId, Run, Video
from core.storage import Database, runs, videos
from core.storage.annotations import cluster_marks, notes, selections, tags, views
from tests.unit.storage.test_cluster_marks import LABELS, divide, finished


@pytest.fixture
def run(db: Database) -> Run:
    """A finished run with one clustering of four."""
    videos.add(db, Video("us", "Evening news", "us", "upload", "x.mp4", "en"))
    videos.finish_ingest(db, "us", [Frame("us", i, 2.0 * i, f"{i}.jpg") for i in range(100)], [])
    finished(db, "r", [FrameId("us", i) for i in range(100)])
    divide(db, "four", LABELS)
    return runs.get(db, "r")


def say(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that works prints."""
    assert main(words) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1, said
    return said.err


def test_tags(db: Database, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no tags yet" in say(capsys, "tag")
    say(capsys, "tag", "add", "expert", "us:3-5", "Evening news:8")
    say(capsys, "tag", "remove", "expert", "us:4")
    say(capsys, "tag", "rename", "expert", "guest")
    assert json.loads(say(capsys, "tag", "--json")) == [
        {"tag": "guest", "frames": 3, "which": ["us:3", "us:5", "us:8"]}
    ]
    assert "guest" in say(capsys, "tag")
    say(capsys, "tag", "delete", "guest")
    assert tags.counts(db) == {}


def test_a_tag_may_begin_with_a_dash(
    db: Database, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "tag", "--", "add", "-x\x1b[31m", "us:1")
    assert tags.counts(db) == {"-x [31m": 1}


def test_notes(db: Database, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "note", "frame", "us:7", "look <b>here</b>")
    say(capsys, "selection", "save", "mine", "us:1-3")
    say(capsys, "note", "selection", "mine", "why")
    say(capsys, "mark", "r", "--cluster", "2", "--note", "alone")
    listed = json.loads(say(capsys, "note", "--json"))
    assert [(one["kind"], one["of"], one["note"]) for one in listed] == [
        ("frame", "us:7", "look <b>here</b>"),
        ("selection", "mine", "why"),
        ("cluster", "four:2", "alone"),
    ]
    say(capsys, "note", "frame", "us:7", "")
    assert notes.of_frames(db) == {}


def test_selections(db: Database, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "selection", "save", "mine", "us:9", "us:1-2")
    say(capsys, "selection", "rename", "mine", "ours")
    assert json.loads(say(capsys, "selection", "--json")) == [
        {"name": "ours", "frames": ["us:9", "us:1", "us:2"], "note": ""}
    ]
    say(capsys, "selection", "delete", "ours")
    assert selections.counts(db) == {}


def test_views(db: Database, run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    file.write_text('{"k": 8, "later": [1]}')
    say(capsys, "view", "save", "start", str(file))
    say(capsys, "view", "rename", "start", "begin")
    assert json.loads(say(capsys, "view", "show", "begin")) == {"k": 8, "later": [1]}
    assert "begin" in say(capsys, "view")
    assert json.loads(say(capsys, "view", "delete", "begin")) == {"k": 8, "later": [1]}
    assert views.every(db) == []
    file.write_text("[" * 100_000)
    assert "v.json" in refusal(capsys, "view", "save", "start", str(file))
    file.write_text("[1]")
    assert "JSON object" in refusal(capsys, "view", "save", "start", str(file))


def test_marks(db: Database, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "mark", "r", "--cluster", "2", "--name", "Expert", "--colour", "3")
    say(capsys, "mark", "r", "--merge", "3,4", "--name", "Street", "--colour", "#abcdef")
    listed = json.loads(say(capsys, "mark", "r", "--json"))
    assert [(c["cluster"], c["members"], c["frames"], c["name"], c["colour"]) for c in listed] == [
        (1, [1], 40, "", "#4E79A7"),
        (2, [2], 30, "Expert", "#59A14F"),
        (3, [3, 4], 30, "Street", "#ABCDEF"),
    ]
    assert "3,4" in say(capsys, "mark", "r")
    say(capsys, "mark", "r", "--split", "4")
    assert len(cluster_marks.shown(db, "four")) == 4


def test_names_are_carried_when_another_clustering_is_read(
    db: Database, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster_marks.mark(db, "four", 1, name="Studio")
    later = divide(db, "later", LABELS)
    assert isinstance(later, Clustering)
    listed = json.loads(say(capsys, "mark", "r", "--json"))  # the last one is meant
    assert (listed[0]["name"], listed[0]["carried_from"], listed[0]["agreement"]) == (
        "Studio",
        "four",
        1.0,
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tag", "wrong"], "tag add NAME"),
        (["tag", "add", "x"], "tag add NAME"),
        (["tag", "add", "x", "us"], "VIDEO:INDEX"),
        (["tag", "add", "x", "us:100"], "100 of them"),
        (["tag", "add", "x", "nobody:1"], "no video"),
        (["tag", "add", "x" * 81, "us:1"], "80 characters"),
        (["tag", "delete", "x"], "no tag 'x'"),
        (["note", "cluster", "x", "y"], "mark RUN"),
        (["note", "frame", "us:1-2", "y"], "means 2"),
        (["note", "selection", "x", "y"], "no selection 'x'"),
        (["selection", "save", "x"], "selection save NAME"),
        (["view", "show", "x"], "no saved view 'x'"),
        (["view", "save", "x", "nowhere.json"], "nowhere.json"),
        (["mark", "r", "--cluster", "5", "--name", "x"], "1 to 4"),
        (["mark", "r", "--cluster", "1"], "--name"),
        (["mark", "r", "--name", "x"], "--cluster N"),
        (["mark", "r", "--merge", "1"], "at least two"),
        (["mark", "r", "--merge", "1,x"], "2,5"),
        (["mark", "r", "--merge", "1,2", "--colour", "red"], "#0072B2"),
        (["mark", "r", "--split", "1"], "not merged"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    db: Database,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: str,
) -> None:
    assert expected in refusal(capsys, *words)
    assert tags.counts(db) == {} == selections.counts(db)
    assert views.every(db) == [] == notes.every(db)
    assert cluster_marks.marked_clusterings(db) == []
