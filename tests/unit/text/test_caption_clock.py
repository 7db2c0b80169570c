"""Captions on another clock than their video's are shifted where that fits, or said."""

from __future__ import annotations

import dataclasses

import pytest

from core.errors import InvalidSetting
from core.pipeline.intake import add_video, decode_video, replace_captions, stored_captions
from core.pipeline.intake.shift_captions import shift
from core.records import Caption
from core.storage import Database, captions, videos
from core.storage.progress import Progress
from core.text.segments import Segment, Transcript
from core.text.shifting import fitted
from tests import synthetic
from tests.clips import write_clip


def at(*starts: float) -> list[Segment]:
    return [Segment(start, start + 3.0, f"line {n}") for n, start in enumerate(starts)]


@pytest.mark.parametrize(
    ("starts", "duration_s", "hours"),
    [
        ((36000.0, 36004.0, 36017.0), 20.0, 10),
        ((3600.5, 3610.0), 20.0, 1),
        ((3605.0, 8000.0, 12000.0), 9000.0, 1),  # some of it lies within a long video
        ((36300.0, 42000.0), 7200.0, 10),
    ],
)
def test_whole_hours_are_taken_away(
    starts: tuple[float, ...], duration_s: float, hours: int
) -> None:
    found, said = fitted(at(*starts), duration_s)
    assert [segment.start_s for segment in found] == [start - 3600 * hours for start in starts]
    assert f"{hours} hour" in said


@pytest.mark.parametrize(
    ("starts", "duration_s", "hint"),
    [
        ((0.0, 5.0, 18.0), 20.0, ""),
        ((0.0, 21.0), 20.0, ""),  # the last caption outlasts the picture a little
        ((0.0, 40.0, 60.0), 20.0, "2 of 3 captions"),
        ((100.0, 110.0), 20.0, "Shift all by -100 s"),
        ((3650.0, 3660.0), 20.0, "Shift all by -3650 s"),
        ((100.0, 300.0), 20.0, "All captions lie beyond"),
    ],
)
def test_other_clocks_are_said_and_kept(
    starts: tuple[float, ...], duration_s: float, hint: str
) -> None:
    found, said = fitted(at(*starts), duration_s)
    assert list(found) == at(*starts)
    assert hint in said
    assert bool(hint) == bool(said)


SRT = b"1\n10:00:00,000 --> 10:00:02,000\none\n\n2\n10:00:03,000 --> 10:00:01,000\nbad\n"


def test_it_is_said_at_the_ingest_and_of_a_later_file(db: Database, tmp_path) -> None:
    clip = write_clip(tmp_path / "a.mp4", 5)
    added = add_video.add_file(db, clip, "a.mp4", group="us", captions=("a.srt", SRT))
    decode_video.decode_video(db, added.id, Progress(None))
    (caption,) = captions.of_video(db, added.id)
    assert (caption.start_s, caption.end_s) == (0.0, 2.0)
    message = videos.get(db, added.id).message
    assert "1 caption was passed over: line 6 " in message
    assert "10 hours" in message
    changed = replace_captions.from_file(db, added.id, "b.srt", SRT)
    assert changed.message == message
    assert captions.of_video(db, added.id)[0].start_s == 0.0
    assert not replace_captions.from_file(db, added.id, "b.txt", b"one\ntwo\n").message


def test_all_captions_move_and_back(db: Database) -> None:
    synthetic.add_video(db, "v", "us", 6, 0)
    first, second = captions.of_video(db, "v")
    words = ((first.start_s, 1.0, "Good", 0.9),)
    kept = [
        Caption("v", 0, 0.0, 6.0, "Good", "God", 0.0, 5.0, 0.5, words),
        second,
    ]
    captions.replace(db, "v", kept, origin="speech", timed=True, language="en")
    kept = captions.of_video(db, "v")
    stored_captions.write(db.files.video("v"), Transcript(tuple(at(0.0, 6.0)), True, "en"))
    shift(db, "v", 2.5)
    moved = captions.of_video(db, "v")
    assert [(one.start_s, one.end_s) for one in moved] == [(2.5, 8.5), (8.5, 14.5)]
    assert (moved[0].original_start_s, moved[0].original_end_s) == (2.5, 7.5)
    assert tuple(moved[0].word_times[0][:2]) == (2.5, 3.5)
    assert moved[0].confidence == 0.5
    stored = stored_captions.read(db.files.video("v"))
    assert stored is not None
    assert [one.start_s for one in stored.segments] == [2.5, 8.5]
    assert videos.get(db, "v").caption_origin == "speech"
    shift(db, "v", -2.5)
    assert _as_lists(captions.of_video(db, "v")) == _as_lists(kept)
    for seconds in (-6.0, float("nan"), 1e9):
        with pytest.raises(InvalidSetting):
            shift(db, "v", seconds)
    assert _as_lists(captions.of_video(db, "v")) == _as_lists(kept)


def _as_lists(said: list[Caption]) -> list[Caption]:
    return [dataclasses.replace(one, word_times=tuple(map(tuple, one.word_times))) for one in said]
