"""Numbers as words, and which caption file belongs to which video."""

import pytest

from core.records import Video
from pages.parts.shared.wording import captions_said, clock, count, duration, plain, time_left
from pages.parts.videos.add_videos import match_captions


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (40, "40 s"), (60, "1 min"), (218, "3 min 38 s"), (7500, "2 h 05 min")],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3, "under 10 s left"), (44, "40 s left"), (170, "3 min left"), (9000, "2.5 h left")],
)
def test_time_left(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_clock_has_hours_only_where_needed() -> None:
    assert [clock(s) for s in (0, 84.9, 3725)] == ["0:00", "1:24", "1:02:05"]


def test_one_thing_is_singular() -> None:
    assert [count(n, "frame") for n in (0, 1, 1234)] == ["0 frames", "1 frame", "1,234 frames"]


def test_plain_leaves_nothing_for_markdown_to_read() -> None:
    assert plain("![x](http://a)\n# **b** :red[c]") == (
        r"\!\[x\]\(http\:\/\/a\) \# \*\*b\*\* \:red\[c\]"
    )


def test_untimed_captions_are_said_to_be_spread() -> None:
    video = Video(
        "a", "a", "g", "upload", "a.mp4", "zh", captions=2, caption_origin="uploaded",
        captions_timed=False,
    )  # fmt: skip
    assert captions_said(video) == (
        "2 caption segments, Chinese, uploaded, spread evenly (the file had no times)"
    )


def test_captions_go_to_the_video_whose_name_fits_best() -> None:
    matched = match_captions(
        ["us.mp4", "us.part2.mp4", "cn.mp4"],
        ["CN.zh.srt", "us.part2.en.vtt", "us.en.vtt", "us2.srt"],
    )
    assert matched == {
        "us.mp4": "us.en.vtt", "us.part2.mp4": "us.part2.en.vtt", "cn.mp4": "CN.zh.srt"
    }  # fmt: skip
