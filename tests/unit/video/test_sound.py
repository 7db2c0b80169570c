"""The sound of a file: where it is silent, where it begins, where recordings were joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import SoundUnreadable, VideoUnreadable
from core.video import frames, sound
from tests.heard_clips import RATE, onsets, tone, write_heard
from tests.timed_clips import write_timed

_NEAR = pytest.approx


def heard(path: Path) -> np.ndarray:
    pieces = list(sound.blocks(path))
    return np.concatenate([np.zeros(p, np.float32) if isinstance(p, int) else p for p in pieces])


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "aac"), ("a.mkv", "pcm_s16le"), ("a.mkv", "flac"), ("a.avi", "pcm_s16le")],
)
def test_a_tone_is_heard_at_its_time(tmp_path, name, codec) -> None:
    clip = write_heard(tmp_path / name, [(0, tone((0, 8), 3.0))], codec=codec)
    samples = heard(clip)
    assert samples.dtype == np.float32
    assert onsets(samples) == _NEAR([3.0], abs=0.03)
    assert len(samples) / RATE == _NEAR(8, abs=0.1)
    assert 0.4 < np.abs(samples).max() < 0.6


def test_sound_that_begins_late_and_pauses_keeps_its_times(tmp_path) -> None:
    parts = [(2.0, tone((2, 4), 3.0)), (40.0, tone((40, 44), 42.0))]
    clip = write_heard(tmp_path / "a.mkv", parts, (0, 46), codec="pcm_s16le")
    assert onsets(heard(clip)) == _NEAR([3.0, 42.0], abs=0.01)


def test_the_clock_begins_with_the_first_of_picture_and_sound(tmp_path) -> None:
    late = write_heard(tmp_path / "a.mkv", [(5, tone((5, 9), 6.0))], (7, 9), codec="pcm_s16le")
    assert onsets(heard(late)) == _NEAR([1.0], abs=0.01)


def test_joined_recordings_go_on_without_a_break(tmp_path) -> None:
    parts = [
        write_heard(tmp_path / f"{place}.ts", [(0, tone((0, 8), at_s))], codec="mp2")
        for place, at_s in enumerate((1.0, 5.0))
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert onsets(heard(joined)) == _NEAR([1.0, 13.0], abs=0.15)


def test_sound_alone_begins_at_its_beginning(tmp_path) -> None:
    clip = write_heard(tmp_path / "a.mp4", [(0, tone((0, 4), 1.0))], None)
    assert onsets(heard(clip)) == _NEAR([1.0], abs=0.03)


def test_what_cannot_be_heard_is_said_with_its_name(tmp_path) -> None:
    silent = write_timed(tmp_path / "silent.mp4", (0, 1))
    with pytest.raises(SoundUnreadable, match=r"^My clip has no sound; "):
        next(frames.sound(silent, "My clip"))
    (tmp_path / "text.mp4").write_text("no video at all")
    with pytest.raises(VideoUnreadable, match=r"^text\.mp4 is not a video"):
        next(frames.sound(tmp_path / "text.mp4", "text.mp4"))


def test_the_child_gives_what_it_reads(tmp_path) -> None:
    parts = [(0.0, tone((0, 2), 1.0)), (100.0, tone((100, 102), 101.0))]
    clip = write_heard(tmp_path / "a.mkv", parts, (0, 104), codec="pcm_s16le")
    blocks = list(frames.sound(clip, "a"))
    assert max(map(len, blocks)) <= 60 * RATE
    assert np.array_equal(np.concatenate(blocks), heard(clip))
