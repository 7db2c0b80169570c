"""An analyst's corrections stay beside what the segment first said."""

import pytest

from core.errors import InvalidSetting, NotFound
from core.records import Caption, Video
from core.storage import Database, captions, videos


@pytest.fixture
def segment(db: Database) -> Caption:
    """The only caption segment of a video."""
    videos.add(db, Video("abc", "A", "us", "upload", "a.mp4", "en"))
    said = Caption("abc", 0, 1.0, 3.0, "omnicron")
    captions.replace(db, "abc", [said], origin="uploaded", timed=True, language="en")
    return said


def test_the_first_wording_and_times_survive_two_corrections(db, segment) -> None:
    captions.correct(db, "abc", 0, text="omicron", start_s=1.0, end_s=3.0)
    captions.correct(db, "abc", 0, text="omicron", start_s=1.5, end_s=3.5)
    (now,) = captions.of_video(db, "abc")
    assert (now.text, now.start_s, now.end_s) == ("omicron", 1.5, 3.5)
    assert now.corrected
    assert (now.original_text, now.original_start_s, now.original_end_s) == ("omnicron", 1.0, 3.0)


def test_revert_gives_back_what_was_there(db, segment) -> None:
    captions.correct(db, "abc", 0, text="omicron", start_s=0.0, end_s=9.0)
    captions.revert(db, "abc", 0)
    assert captions.of_video(db, "abc") == [segment]


def test_correcting_back_to_the_first_wording_is_no_correction(db, segment) -> None:
    captions.correct(db, "abc", 0, text="omicron", start_s=1.0, end_s=3.0)
    captions.correct(db, "abc", 0, text="omnicron", start_s=1.0, end_s=3.0)
    assert captions.of_video(db, "abc") == [segment]


@pytest.mark.parametrize(
    "times", [(3.0, 1.0), (-1.0, 2.0), (2.0, 2.0), (float("nan"), 1.0), (0.0, float("inf"))]
)
def test_impossible_times_are_refused_and_change_nothing(db, segment, times) -> None:
    with pytest.raises(InvalidSetting, match="must start at 0 s"):
        captions.correct(db, "abc", 0, text="x", start_s=times[0], end_s=times[1])
    assert captions.of_video(db, "abc") == [segment]


def test_an_unknown_segment_is_named(db, segment) -> None:
    with pytest.raises(NotFound, match="no caption segment 7"):
        captions.revert(db, "abc", 7)
