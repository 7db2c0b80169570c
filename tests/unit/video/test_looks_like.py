"""A copy that was encoded anew is found among videos of about its length; other footage is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.analysis.comparison.offset import clearest_offset
from core.pipeline.intake import add_video, decode_video
from core.storage import Database, videos
from core.storage.progress import Progress
from tests.clips import write_clip

pytestmark = pytest.mark.slow


def scenes(seed: int, width: int, height: int):
    """Pictures of coarse blobs, another one each second; the same whatever their size."""

    def draw(number: int) -> np.ndarray:
        rng = np.random.default_rng((seed, number // 5))
        coarse = rng.integers(0, 255, (5, 8, 3)).astype(np.uint8)
        return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)

    return draw


def read(db: Database, folder, name: str, seconds: float = 12, **how) -> dict:
    clip = write_clip(folder / name, seconds, 5, **how)
    video = add_video.add_file(db, clip, name, group="us", every_s=1.0)
    decode_video.decode_video(db, video.id, Progress(None))
    return {"id": video.id, **videos.get(db, video.id).provenance}


def test_a_copy_encoded_anew_is_said(db, tmp_path) -> None:
    first = read(db, tmp_path, "first.mp4", draw=scenes(1, 320, 192))
    assert "looks_like" not in first
    copy = read(db, tmp_path, "copy.avi", draw=scenes(1, 160, 96), codec="mpeg4")
    assert copy["looks_like"]["video"] == first["id"]
    assert copy["looks_like"]["share"] >= 0.9
    for name, how in {
        "other.mp4": {"draw": scenes(2, 320, 192)},
        "plain.mp4": {},
    }.items():
        assert "looks_like" not in read(db, tmp_path, name, **how), name


def test_a_trimmed_copy_is_said_with_its_offset(db, tmp_path) -> None:
    """Cut at the front in between two frames, and at the end; also when it was there first."""
    front, end = 4.6, 4
    draw = scenes(1, 320, 192)
    whole = read(db, tmp_path, "whole.mp4", 24, draw=draw)
    trimmed = {"draw": lambda n: draw(n + round(5 * front)), "seconds": 24 - front - end}
    copy = read(db, tmp_path, "copy.mp4", **trimmed)["looks_like"]
    assert copy["video"] == whole["id"]
    assert copy["share"] >= 0.9
    assert copy["offset_s"] == pytest.approx(front, abs=1)
    videos.delete(db, whole["id"])
    again = read(db, tmp_path, "whole.mp4", 24, draw=draw)["looks_like"]
    assert again["offset_s"] == pytest.approx(-front, abs=1)


def test_a_still_picture_tells_no_offset() -> None:
    rng = np.random.default_rng(0)
    many = rng.integers(1, 2**63, 60, dtype=np.uint64)
    still = np.full(60, many[0])
    at_s = np.arange(60) * 2.0
    assert clearest_offset(still, at_s, still[:30], at_s[:30], 2.0) is None
    assert clearest_offset(many[10:40], at_s[:30], many, at_s, 2.0) == (20.0, 30)
    assert clearest_offset(many, at_s, many[:0], at_s[:0], 2.0) is None


def test_the_news_do_not_look_like_each_other(news: Database) -> None:
    assert all("looks_like" not in video.provenance for video in videos.every(news))


def test_footage_of_the_same_length_that_comes_at_another_time_is_no_copy(db, tmp_path) -> None:
    read(db, tmp_path, "first.mp4", draw=scenes(1, 320, 192))
    draw = scenes(1, 320, 192)
    late = read(db, tmp_path, "late.mp4", draw=lambda n: draw(n + 30))
    assert "looks_like" not in late
