"""A part of a video is sampled on the whole video's clock, as the whole would be."""

import math

import pytest

from core.errors import InvalidSetting, VideoUnreadable
from core.pipeline.intake import add_video, decode_video, replace_captions
from core.storage import captions, videos
from core.storage.progress import Progress
from core.video import limits, sampling
from core.video.part import WHOLE, Part, seconds_of
from core.video.probe import Scan, scan
from tests.clips import write_clip

SRT = b"".join(
    f"{n + 1}\n00:00:{n:02d},000 --> 00:00:{n + 1:02d},000\nsecond {n}\n\n".encode()
    for n in range(8)
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1:30", 90), ("1:02:05", 3725), ("0:07.5", 7.5), (" 12:00 ", 720), ("0", 0)],
)
def test_times_as_people_write_them(text, seconds) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "abc", "-5", "1:2:3:4", "1:", "nan", "1e9", "１:30", "1.2345"]
)
def test_what_is_no_time(text) -> None:
    with pytest.raises(InvalidSetting, match="is no time"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("bounds", "part"),
    [((None, None), WHOLE), ((0, None), WHOLE), ((5, math.inf), Part(5)), ((1, 2), Part(1, 2))],
)
def test_bounds(bounds, part) -> None:
    assert Part.of(*bounds) == part


@pytest.mark.parametrize("bounds", [(5, 5), (9, 3), (-1, None), (math.nan, 3), (0, math.nan)])
def test_a_part_that_holds_nothing(bounds) -> None:
    with pytest.raises(InvalidSetting, match="holds nothing"):
        Part.of(*bounds)


@pytest.mark.parametrize(
    ("part", "every_s", "wanted"),
    [
        (Part(4, 10), 2.0, [4, 6, 8]),  # until is not taken, as the end of a video is not
        (Part(4.5, 10.5), 2.0, [6, 8, 10]),
        (Part(9, 9.5), 2.0, [9]),  # at least one
        (Part(15), 2.0, [16, 18]),
        (Part(0.6, 1.1), 0.1, [0.6, 0.7, 0.8, 0.9, 1.0]),
        (Part(10, 500), 5.0, [10, 15]),
    ],
)
def test_the_times_are_those_of_the_whole(part, every_s, wanted) -> None:
    whole = Scan(0.0, 20.0)
    assert sampling.times(whole, every_s, part) == pytest.approx(wanted)


def test_a_part_beyond_the_end_says_so() -> None:
    with pytest.raises(VideoUnreadable, match=r"^ends at 0:20, before the part .*\(1:30\)"):
        sampling.times(Scan(0.0, 20.0), 2.0, Part(90))


def test_limits_are_those_of_the_part(monkeypatch) -> None:
    monkeypatch.setattr(limits, "MAX_FRAMES", 10)
    assert len(sampling.times(Scan(0.0, 1000.0), 1.0, Part(500, 510))) == 10
    with pytest.raises(VideoUnreadable, match="would give 11 frames"):
        sampling.times(Scan(0.0, 1000.0), 1.0, Part(500, 511))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp4", {}),
        ("b_frames.mp4", {"options": {"bf": "3"}}),
        ("a.webm", {"codec": "libvpx"}),
        ("a.ts", {"container": "mpegts"}),
        ("a.avi", {"codec": "mpeg4"}),
    ],
)
def test_pictures_are_those_of_the_whole(tmp_path, name, how) -> None:
    clip = write_clip(tmp_path / name, 24, **how)
    measured = scan(clip)
    whole = {one.time_s: one.picture for one in sampling.sample(clip, measured, 2.0, "sequential")}
    for strategy in (None, "sequential", *(["seek"] if measured.has_index else [])):
        taken = list(sampling.sample(clip, measured, 2.0, strategy, Part(14, 20)))
        assert [one.time_s for one in taken] == [14.0, 16.0, 18.0], strategy
        assert [one.index for one in taken] == [0, 1, 2]
        assert all((one.picture == whole[one.time_s]).all() for one in taken), strategy


def _added(db, clip, **how):
    video = add_video.add_file(db, clip, "clip.mp4", group="us", **how)
    decode_video.decode_video(db, video.id, Progress(None))
    return videos.get(db, video.id)


@pytest.mark.slow
def test_a_part_of_a_file(db, tmp_path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 8)
    video = _added(db, clip, from_s=3.0, until_s=6.5, every_s=1.0, captions=("a.srt", SRT))
    assert (video.state, video.duration_s, video.part) == ("ready", 8.0, (3.0, 6.5))
    assert [frame.time_s for frame in videos.frames_of(db, video.id)] == [3.0, 4.0, 5.0, 6.0]
    said = captions.of_video(db, video.id)
    assert [caption.start_s for caption in said] == [3.0, 4.0, 5.0, 6.0]
    replaced = replace_captions.from_file(db, video.id, "b.txt", b"one\ntwo\n")
    said = captions.of_video(db, video.id)
    assert [(caption.start_s, caption.end_s) for caption in said] == [(3.0, 4.75), (4.75, 6.5)]
    assert not replaced.captions_timed


def test_a_part_that_the_file_has_not(db, tmp_path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 3)
    with pytest.raises(InvalidSetting, match=r"clip\.mp4 lasts 0:03; the part 0:04 to the end"):
        add_video.add_file(db, clip, "clip.mp4", group="us", from_s=4.0)
    assert videos.every(db) == []
    assert list(db.files.temporary.iterdir()) == []
