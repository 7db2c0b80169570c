"""Captions meet frames by time, and in the two published ways."""

import random

import pytest

from core.text.alignment import captions_at, evenly_over_frames, one_frame_per_segment
from core.text.captions import parse
from core.text.segments import Segment


def _texts(times_s, segments, step_s=2.0):
    return [found and found.text for found in captions_at(times_s, segments, step_s)]


def test_the_latest_segment_that_is_on_wins() -> None:
    rolling = [Segment(0, 4, "a"), Segment(2, 6, "b"), Segment(4, 8, "c")]
    assert _texts([0, 1.9, 2, 3.9, 4, 7.9], rolling) == ["a", "a", "b", "b", "c", "c"]


def test_a_long_segment_shows_again_after_a_short_one() -> None:
    nested = [Segment(0, 100, "long"), Segment(10, 12, "short")]
    assert _texts([9, 11, 50, 99.9], nested) == ["long", "short", "long", "long"]


def test_gaps_of_less_than_a_step_are_bridged() -> None:
    segments = [Segment(3, 4, "a"), Segment(10, 11, "b")]
    expected = [None, "a", "a", "a", None, "b", "b", None]
    assert _texts([1, 2, 4, 5.9, 6, 8.5, 12.9, 13], segments) == expected


def test_the_order_of_segments_does_not_matter() -> None:
    segments = [Segment(4, 6, "b"), Segment(0, 4, "a")]
    assert _texts([0, 4], segments) == ["a", "b"]


def test_without_segments_there_are_no_captions() -> None:
    assert captions_at([0.0, 2.0], [], 2.0) == [None, None]


def test_any_segments_are_as_they_are_defined() -> None:
    generator = random.Random(0)
    for _ in range(300):
        starts = [generator.randrange(30) for _ in range(generator.randrange(8))]
        segments = [Segment(start, start + generator.randrange(12), "x") for start in starts]
        times = [generator.randrange(90) / 2 for _ in range(20)]
        step = generator.choice([0.5, 2.0, 5.0])
        assert captions_at(times, segments, step) == [_defined(t, segments, step) for t in times]


def _defined(time_s, segments, step_s):
    """What `captions_at` says it gives, one segment after the other."""
    ordered = sorted(segments, key=lambda one: one.start_s)
    begun = [one for one in ordered if one.start_s <= time_s]
    on = [one for one in begun if time_s < one.end_s]
    if on:
        return on[-1]
    ended = max(reversed(begun), key=lambda one: one.end_s, default=None)
    if ended and time_s - ended.end_s < step_s:
        return ended
    coming = next((one for one in ordered if one.start_s > time_s), None)
    return coming if coming and coming.start_s - time_s < step_s else None


def test_one_frame_per_segment() -> None:
    segments = [Segment(start, start + 2, "x") for start in (0.0, 1.92, 3.76, 5.6, 8.48)]
    assert one_frame_per_segment(segments, 109) == [0, 1, 2, 3, 108]
    assert one_frame_per_segment([], 109) == []


def test_a_segment_past_the_end_takes_the_last_frame() -> None:
    segments = [Segment(500, 501, "x"), Segment(502, 503, "y")]
    assert one_frame_per_segment(segments, 10) == [9, 9]


def test_segments_without_times_are_spread_as_published() -> None:
    segments = [Segment(i, i + 1, "x") for i in range(90)]
    taken = evenly_over_frames(segments, 378)
    assert taken[:6] == [0, 4, 8, 12, 16, 21]
    assert (len(taken), taken[-1]) == (90, 17 * 21 + 16)
    published = [21 * block + at for block in range(18) for at in (0, 4, 8, 12, 16)]
    assert taken == published
    assert evenly_over_frames(segments[:3], 10) == [0, 3, 6]


@pytest.mark.real
def test_the_published_alignments_on_the_news(real) -> None:
    us = parse("us.vtt", (real / "news/us.en.vtt").read_bytes()).segments
    frames = one_frame_per_segment(us, 109)
    assert len(frames) == 96
    assert frames[0] == 0 and frames[1] == 1 and frames[-1] == 108
    assert frames == sorted(frames)
    cn = parse("cn.srt", (real / "news/cn.zh.srt").read_bytes()).segments
    assert len(set(evenly_over_frames(cn, 378))) == 90


@pytest.mark.real
def test_nearly_every_news_frame_has_a_caption(real) -> None:
    captioned = 0
    for file, frames in (("us.en.vtt", 109), ("cn.zh.srt", 378)):
        segments = parse(file, (real / "news" / file).read_bytes()).segments
        found = captions_at([2.0 * index for index in range(frames)], segments, 2.0)
        captioned += sum(segment is not None for segment in found)
    assert captioned > 0.95 * 487
