"""A copy that was encoded anew is found among videos of about its length; other footage is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

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
        "longer.mp4": {"draw": scenes(1, 320, 192), "seconds": 20},
        "plain.mp4": {},
    }.items():
        assert "looks_like" not in read(db, tmp_path, name, **how), name


def test_footage_of_the_same_length_that_comes_at_another_time_is_no_copy(db, tmp_path) -> None:
    read(db, tmp_path, "first.mp4", draw=scenes(1, 320, 192))
    draw = scenes(1, 320, 192)
    late = read(db, tmp_path, "late.mp4", draw=lambda n: draw(n + 30))
    assert "looks_like" not in late
