"""python -m core search: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.storage import Database
from tests.synthetic import THREE_BLOCKS, make_run


@pytest.fixture(autouse=True)
def run(db: Database) -> None:
    make_run(db, (9, 12), every_k=(), layouts=(), model=THREE_BLOCKS)


def test_captions_with_words_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "synthetic-run", "subway", "--by", "captions", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == [
        {
            "frame": "video0:6",
            "frames": 3,
            "time_s": 12.0,
            "caption": "Wear a mask on the subway.",
            "likeness": None,
            "distance": None,
        }
    ]
    assert "Captions with subway" in said.err


def test_frames_like_one_are_listed_nearest_first(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["search", "synthetic-run", "--frame", "video1:3", "--by", "appearance", "--json"]
    assert main(words) == 0
    distances = [row["distance"] for row in json.loads(capsys.readouterr().out)]
    assert distances == sorted(distances)
    assert main(words[:-1]) == 0
    assert capsys.readouterr().out.startswith("frame ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give one of"),
        (["mask", "--frame", "video0:1"], "Give one of"),
        (["mask", "--by", "content"], "only in a run whose picture features"),
        (["mask", "--by", "appearance"], "goes with --frame or --picture"),
        (["--frame", "video0:1", "--by", "captions"], "goes with WORDS"),
        (["--frame", "video0:1-4"], "takes one frame"),
        (["--frame", "video0:99"], "means no frame"),
        (["--picture", "/nowhere/at/all.png"], "cannot be read"),
        (["??", "--by", "captions"], "no word to look for"),
    ],
)
def test_what_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["search", "synthetic-run", *words]) == 1
    assert said in capsys.readouterr().err


def test_a_picture_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "p.png").write_bytes(b"no picture")
    assert main(["search", "synthetic-run", "--picture", str(tmp_path / "p.png")]) == 1
    assert "choose a JPEG" in capsys.readouterr().err
