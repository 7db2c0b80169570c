"""Text on the screen in files: rows, JSON, and tiers in which no two overlap."""

from __future__ import annotations

import csv
import io

import pytest

from core.__main__ import main
from core.export import json_file
from core.export.screen_texts import screen_csv, screen_tiers
from core.records import Run, ScreenText
from core.storage import Database, recognition, runs, videos
from core.storage.recognition import Recognised
from tests import synthetic

TEXTS = (
    ScreenText("v", 0, 0.0, 4.0, "=Anna Miller", 0.9),
    ScreenText("v", 1, 1.0, 3.0, "广告", 0.8),
    ScreenText("v", 2, 4.0, 5.0, "Tom Baker", None),
)


@pytest.fixture
def video(db: Database) -> str:
    synthetic.add_video(db, "v", "us", 6, 0)
    recognition.keep(db, "v", Recognised("ocr", "en", (), TEXTS), replace=False)
    return "v"


def test_a_row_a_text_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(screen_csv(TEXTS).decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == ["'=Anna Miller", "广告", "Tom Baker"]
    assert (rows[1]["start_s"], rows[1]["end_s"], rows[1]["confidence"]) == ("1.0", "3.0", "0.8")


def test_texts_at_one_time_are_on_tiers_of_their_own() -> None:
    tiers = {tier.name: [one.text for one in tier.stretches] for tier in screen_tiers(TEXTS)}
    assert tiers == {"on screen": ["=Anna Miller", "Tom Baker"], "on screen 2": ["广告"]}


def test_json_and_the_command_have_them(db, video, tmp_path) -> None:
    said = json_file._video(db, videos.get(db, video), {})
    assert [one["text"] for one in said["on_screen"]] == [one.text for one in TEXTS]
    runs.add(db, Run("r", "R", "pca", "fast", "done", ("v",)))
    path = tmp_path / "screen.csv"
    assert main(["export", "r", "--screen", str(path), "--data", str(db.files.folder)]) == 0
    assert path.read_bytes() == screen_csv(TEXTS)
