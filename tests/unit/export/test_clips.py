"""Clips: the films of chosen frames, copied from the videos, with sound and their times."""

from __future__ import annotations

import csv
from pathlib import Path

import av
import pytest

from core.__main__ import main
from core.records import Run
from core.storage import Database, videos
from tests.clips import write_clip
from tests.synthetic import make_run


@pytest.fixture
def run(db: Database, tmp_path: Path) -> Run:
    """The first of two videos has its film, with a keyframe each 2 s."""
    made = make_run(db, (10, 12), latent=6, every_k=(3,), layouts=())  # a frame each 2 s
    folder = db.files.video("video0")
    for old in folder.glob("media.*"):
        old.unlink()
    write_clip(folder / "source.mp4", 20, 10, gop=20, sound=True)
    videos.update(db, "video0", media_file="source.mp4", duration_s=20.0)
    videos.update(db, "video1", media_file=None)
    return made


def test_stretches_become_films(
    db: Database, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "clips"
    frames = "video0:1-2,video0:6,video1:3"
    assert main(["export", run.id, "--clips", str(out), "--frames", frames]) == 0
    assert "Wrote 2 clips" in capsys.readouterr().err
    rows = list(csv.DictReader((out / "clips.csv").open(encoding="utf-8-sig")))
    assert [(r["start_s"], r["end_s"]) for r in rows[:2]] == [
        ("2.000", "6.000"),
        ("12.000", "14.000"),
    ]
    assert "not in this library" in rows[2]["state"]
    for row, seconds, grey in zip(rows[:2], (4, 2), (56, 136), strict=True):
        with av.open(str(out / row["file"])) as film:
            assert {one.type for one in film.streams} == {"video", "audio"}
            pictures = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert len(pictures) == pytest.approx(10 * seconds, abs=1)
        assert pictures[0].mean() == pytest.approx(grey, abs=12)  # of the second it begins with
        assert row["begins_s"] == row["start_s"]
    assert main(["export", run.id, "--clips", str(out)]) == 1
