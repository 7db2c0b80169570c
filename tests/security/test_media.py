"""Hostile videos a sentence, or the right frames; never more."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from core.errors import VideoUnreadable
from core.pipeline.intake.add_video import add_file
from core.pipeline.intake.decode_video import decode_video
from core.storage import Database, videos
from core.storage.progress import Progress
from core.video import sampling
from core.video.probe import scan
from tests.clips import write_clip


def _times(clip: Path) -> list[float]:
    """Of the frames that are taken every second."""
    return [one.time_s for one in sampling.sample(clip, scan(clip), 1.0)]


def _with(clip: Path, box: bytes, at: int, value: bytes) -> Path:
    """The clip with other bytes `at` so many behind the name of a box."""
    data = bytearray(clip.read_bytes())
    place = data.index(box) + len(box) + at
    data[place : place + len(value)] = value
    clip.write_bytes(data)
    return clip


@pytest.mark.parametrize("times", [[0.0], [0.0, 0.04], [-3.0, -1.0, 0.0, 2.0]])
def test_few_pictures_and_times_before_0(tmp_path: Path, times: list[float]) -> None:
    shown_s = _times(write_clip(tmp_path / "a.mkv", times=times, gop=1))
    assert shown_s and shown_s == sorted(shown_s) and shown_s[0] == 0


@pytest.mark.parametrize("scale", [0, 1, 2**31 - 1, 2**32 - 1], ids="{} ticks a second".format)
def test_rates_that_cannot_be(tmp_path: Path, scale: int) -> None:
    """From none to 4e9 pictures a second: read with few frames, or refused."""
    clip = _with(write_clip(tmp_path / "a.mp4", 2), b"mdhd", 12, scale.to_bytes(4, "big"))
    began = time.process_time()
    try:
        shown_s = _times(clip)
        assert 0 < len(shown_s) < 100_000 and shown_s == sorted(shown_s)
    except VideoUnreadable as error:
        assert str(error).endswith(".")
    assert time.process_time() - began < 10


def test_a_header_of_100_000_pixels_a_side(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.avi", 1, codec="rawvideo")
    _with(clip, b"strf", 4 + 4, (100_000).to_bytes(4, "little") * 2)
    with pytest.raises(VideoUnreadable, match=r"100000 x 100000|no picture that can be decoded"):
        _times(clip)


@pytest.mark.slow
def test_after_bad_ones_the_next_good_one_works(db: Database, tmp_path: Path) -> None:
    for junk in (b"", b"#EXTM3U\nfile:///etc/passwd\n", os.urandom(5000)):
        with pytest.raises(VideoUnreadable, match=r"^bad\.mp4 "):
            add_file(db, io.BytesIO(junk), "bad.mp4", group="us")
    video = add_file(db, write_clip(tmp_path / "good.mp4", 2), "good.mp4", group="us", every_s=1.0)
    decode_video(db, video.id, Progress(None))
    video = videos.get(db, video.id)
    assert (video.state, video.frames) == ("ready", 2)
    assert [v.id for v in videos.every(db)] == [video.id]
