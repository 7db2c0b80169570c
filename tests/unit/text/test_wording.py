"""Numbers as words, and which caption file belongs to which video."""

from dataclasses import replace

import pytest

from core.records import Video
from pages.parts.shared.wording import captions_said, plain, time_left
from pages.parts.videos.add_videos import match_captions


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3, "under 10 s left"), (44, "40 s left"), (170, "3 min left"), (9000, "2.5 h left")],
)
def test_time_left(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


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


def test_a_language_beyond_english_and_chinese_is_named() -> None:
    video = Video("a", "a", "g", "upload", "a.mp4", "other", captions=2, caption_origin="pasted")
    for code, name in {"es-419": "Spanish", "ja": "Japanese", "tlh": "tlh"}.items():
        known = replace(video, provenance={"caption_language": code})
        assert captions_said(known) == f"2 caption segments, {name}, pasted"
    assert captions_said(video) == "2 caption segments, another language, pasted"


def test_captions_go_to_the_video_whose_name_fits_best() -> None:
    matched = match_captions(
        ["us.mp4", "us.part2.mp4", "cn.mp4"],
        ["CN.zh.srt", "us.part2.en.vtt", "us.en.vtt", "us2.srt"],
    )
    assert matched == {
        "us.mp4": "us.en.vtt", "us.part2.mp4": "us.part2.en.vtt", "cn.mp4": "CN.zh.srt"
    }  # fmt: skip
