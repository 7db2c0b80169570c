"""Merging and splitting segments, and every change undone and done again."""

from __future__ import annotations

import random

import pytest

from core.errors import InvalidSetting
from core.records import Caption, Video
from core.storage import Database, caption_history, captions, videos
from core.text.caption_edits import merged, split

WORDS = ((1.0, 1.5, "the", 0.9), (1.5, 2.0, "web", 0.3), (2.2, 3.0, "telescope", 0.9))


def said(text: str = "the web telescope", words=WORDS, **changes) -> Caption:
    return Caption("v", 0, 1.0, 3.0, text, confidence=0.7, word_times=words, **changes)


def corrected(text: str) -> Caption:
    first = {"original_text": "the web telescope", "original_start_s": 1.0, "original_end_s": 3.0}
    return said(text, **first)


def test_a_split_is_at_the_time_of_its_word() -> None:
    first, second = split(said(), len("the web"))
    assert (first.text, first.start_s, first.end_s) == ("the web", 1.0, 2.2)
    assert (second.text, second.start_s, second.end_s) == ("telescope", 2.2, 3.0)
    assert first.confidence == pytest.approx(0.6)
    assert (second.word_times, second.confidence) == (WORDS[2:], 0.9)
    assert not first.corrected and not second.corrected


def test_without_words_the_share_of_letters_tells_the_time() -> None:
    first, second = split(said("你好世界", ()), 1)
    assert (first.text, second.text) == ("你", "好世界")
    assert first.end_s == second.start_s == 1.5
    assert first.confidence == 0.7


def test_a_corrected_segment_keeps_its_first_wording_in_both_parts() -> None:
    first, second = split(corrected("the Webb space telescope"), len("the Webb space"))
    assert (first.original_text, second.original_text) == ("the web", None)
    assert second.text == "telescope"
    again = merged(first, second)
    assert again.text == "the Webb space telescope"
    assert again.original_text == "the web telescope"
    assert (again.original_start_s, again.original_end_s) == (1.0, 3.0)


def test_merging_what_was_split_gives_it_back() -> None:
    whole = said()
    for at in (3, 4, 7, 8):
        again = merged(*split(whole, at))
        assert again == whole.__class__(**{**vars(whole), "confidence": pytest.approx(0.7)})


def test_chinese_is_joined_without_a_space() -> None:
    parts = Caption("v", 0, 0, 1, "接种"), Caption("v", 1, 2, 3, "疫苗。")
    assert merged(*parts).text == "接种疫苗。"
    assert merged(parts[0], Caption("v", 1, 2, 3, "good")).text == "接种good"
    assert merged(Caption("v", 0, 0, 1, "a"), Caption("v", 1, 2, 3, "b")).text == "a b"


@pytest.mark.parametrize("at", [0, 17, 99])
def test_nothing_on_one_side_is_refused(at) -> None:
    with pytest.raises(InvalidSetting, match="between two words"):
        split(said(), at)


@pytest.fixture
def listed(db: Database) -> list[Caption]:
    """Six segments of a video."""
    videos.add(db, Video("v", "V", "us", "upload", "v.mp4", "en"))
    segments = [Caption("v", i, 2.0 * i, 2.0 * i + 2, f"line {i} here") for i in range(6)]
    captions.replace(db, "v", segments, origin="uploaded", timed=True, language="en")
    return segments


def edit(db: Database, at: int, kind: str) -> None:
    if kind == "merge":
        captions.change(db, "v", "merge", at, 2, lambda two: [merged(*two)])
    elif kind == "split":
        captions.change(db, "v", "split", at, 1, lambda one: [*split(one[0], 4)])
    else:
        captions.correct(db, "v", at, text=f"other {at}", start_s=0.0, end_s=1.0)


def texts(db: Database) -> list[str]:
    found = captions.of_video(db, "v")
    assert [one.position for one in found] == list(range(len(found)))
    assert videos.get(db, "v").captions == len(found)
    return [one.text for one in found]


def test_segments_behind_a_change_move_along(db, listed) -> None:
    edit(db, 1, "merge")
    assert texts(db)[:3] == ["line 0 here", "line 1 here line 2 here", "line 3 here"]
    edit(db, 0, "split")
    assert texts(db)[:3] == ["line", "0 here", "line 1 here line 2 here"]


def test_any_changes_are_undone_and_done_again(db, listed) -> None:
    rng = random.Random(0)
    states = [captions.of_video(db, "v")]
    for _ in range(40):
        last = len(states[-1]) - 1
        kinds = ["merge", "correct"] if last > 2 else ["split", "correct"]
        try:
            edit(db, rng.randrange(last), rng.choice(kinds))
        except InvalidSetting:
            continue
        if captions.of_video(db, "v") != states[-1]:
            states.append(captions.of_video(db, "v"))
    for before in reversed(states[:-1]):
        assert captions.undo(db, "v")
        assert captions.of_video(db, "v") == before
    assert captions.undo(db, "v") is None
    for after in states[1:]:
        assert captions.redo(db, "v")
        assert captions.of_video(db, "v") == after
    assert texts(db)


def test_a_new_change_ends_what_could_be_redone(db, listed) -> None:
    edit(db, 0, "correct")
    captions.undo(db, "v")
    assert captions.changes(db, "v") == (None, "correction of segment 1")
    edit(db, 2, "correct")
    assert captions.changes(db, "v") == ("correction of segment 3", None)


def test_the_last_hundred_changes_are_kept_and_none_of_other_captions(db, listed) -> None:
    for number in range(caption_history.KEPT + 5):
        captions.correct(db, "v", 0, text=f"{number}", start_s=0, end_s=1)
    undone = 0
    while captions.undo(db, "v"):
        undone += 1
    assert undone == caption_history.KEPT
    captions.replace(db, "v", listed, origin="uploaded", timed=True, language="en")
    assert captions.changes(db, "v") == (None, None)


def test_what_changed_meanwhile_is_not_changed(db, listed) -> None:
    with pytest.raises(InvalidSetting, match="changed meanwhile"):
        captions.correct(db, "v", 0, text="x", start_s=0, end_s=1, was="line 7")
    assert captions.of_video(db, "v") == listed
