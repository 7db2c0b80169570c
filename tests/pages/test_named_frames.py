"""The text of a selection: every frame comes back, and nothing senseless does."""

from __future__ import annotations

import pytest

from core.records import FrameId
from core.storage.results import RowsOfFrames, Stretch
from pages.parts.explore.named_frames import frames_of

KNOWN = RowsOfFrames([Stretch("a", 0, 19), Stretch("b-_1", 0, 4)])


def test_stretches_and_single_frames_are_read_in_the_order_of_the_rows() -> None:
    frames = frames_of("b-_1:4,0;a:3-5,9", KNOWN)
    assert [str(frame) for frame in frames] == ["a:3", "a:4", "a:5", "a:9", "b-_1:0", "b-_1:4"]


@pytest.mark.parametrize(
    "text", ["", ";", "a", "a:", "a:x", "a:-1", "a:1e3", "a:5-3", "c:1", "<script>:1", "a:1,,2"]
)
def test_what_cannot_be_read_is_nothing(text: str) -> None:
    assert frames_of(text, KNOWN) == []


def test_an_endless_stretch_ends_with_the_run() -> None:
    assert len(frames_of("a:0-999999999", KNOWN)) == 20


def test_frames_of_other_runs_are_left_out() -> None:
    assert frames_of("a:18-25;gone:1", KNOWN) == [FrameId("a", 18), FrameId("a", 19)]
