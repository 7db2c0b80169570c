"""Tags, notes, selections, saved views: kept as written, undone exactly, still there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidSetting, NotFound
from core.records import Caption, Frame, FrameId, FrameTag, Run, TagChange, Video
from core.storage import Database, open_library, runs, videos
from core.storage.annotations import notes, selections, tags, views
from core.storage.annotations.validate_text import LONGEST_NAME, LONGEST_NOTE

A, B, C = FrameId("us", 0), FrameId("us", 1), FrameId("cn", 0)
HOSTILE = "<script>alert(1)</script> '; DROP TABLE frame_tags; -- =1+1 [x](javascript:y) 专家"


@pytest.fixture
def db(db: Database) -> Database:
    """Two videos of three frames."""
    for video_id in ("us", "cn"):
        videos.add(db, Video(video_id, video_id, video_id, "upload", "x.mp4", "en"))
        sampled = [Frame(video_id, i, 2.0 * i, f"{i}.jpg") for i in range(3)]
        videos.finish_ingest(db, video_id, sampled, [Caption(video_id, 0, 0, 2, "hi")])
    return db


def every_tag(db: Database) -> dict[FrameId, tuple[str, ...]]:
    return tags.of_frames(db)


def test_a_selection_is_tagged_at_once_and_untagged(db: Database) -> None:
    assert tags.add(db, "expert", [A, B, A]).added == (FrameTag(A, "expert"), FrameTag(B, "expert"))
    assert tags.add(db, "expert", [B, C]).added == (FrameTag(C, "expert"),)
    tags.add(db, "street", [A])
    assert every_tag(db) == {A: ("expert", "street"), B: ("expert",), C: ("expert",)}
    assert tags.counts(db) == {"expert": 3, "street": 1}
    assert tags.of_frame(db, A) == ["expert", "street"]
    assert tags.frames_with(db, "expert") == [C, A, B]
    assert tags.of_frames(db, ["cn"]) == {C: ("expert",)}
    assert tags.remove(db, "expert", [A, C, FrameId("us", 2)]).removed == (
        FrameTag(A, "expert"),
        FrameTag(C, "expert"),
    )
    assert every_tag(db) == {A: ("street",), B: ("expert",)}


def test_one_unknown_frame_and_none_is_tagged(db: Database) -> None:
    for unknown in (FrameId("us", 3), FrameId("us", -1), FrameId("x", 0), FrameId("us", 10**30)):
        with pytest.raises(NotFound, match=str(unknown)):
            tags.add(db, "expert", [A, unknown])
    assert every_tag(db) == {}


def test_every_change_of_tags_can_be_undone(db: Database) -> None:
    tags.add(db, "expert", [A, B])
    tags.add(db, "doctor", [B, C])
    before = every_tag(db)
    for change in (
        lambda: tags.add(db, "doctor", [A, B, C]),
        lambda: tags.remove(db, "expert", [A, B]),
        lambda: tags.rename(db, "expert", "guest"),
        lambda: tags.rename(db, "expert", "doctor"),  # the two become one
        lambda: tags.delete(db, "doctor"),
    ):
        made = change()
        assert every_tag(db) != before
        tags.undo(db, made)
        assert every_tag(db) == before


def test_renaming_a_tag_to_another_makes_them_one(db: Database) -> None:
    tags.add(db, "expert", [A, B])
    tags.add(db, "doctor", [B, C])
    tags.rename(db, "expert", "doctor")
    assert tags.counts(db) == {"doctor": 3}
    assert tags.rename(db, "doctor", " doctor ") == TagChange()
    for gone in (tags.delete, lambda db, tag: tags.rename(db, tag, "x")):
        with pytest.raises(NotFound, match="expert"):
            gone(db, "expert")


def test_names_are_data(db: Database) -> None:
    tags.add(db, HOSTILE, [A])
    selections.save(db, HOSTILE[:80], [A], note=HOSTILE)
    views.save(db, HOSTILE[:80], {HOSTILE: HOSTILE})
    assert tags.counts(db) == {HOSTILE: 1}
    assert selections.get(db, HOSTILE[:80]).note == HOSTILE
    assert views.load(db, HOSTILE[:80]).choices == {HOSTILE: HOSTILE}


@pytest.mark.parametrize("name", ["", "  ", "\0", "\u202e", "\ud800"])
def test_a_name_of_nothing_is_refused(db: Database, name: str) -> None:
    for save in (
        lambda: tags.add(db, name, [A]),
        lambda: selections.save(db, name, [A]),
        lambda: views.save(db, name, {}),
    ):
        with pytest.raises(InvalidSetting, match="name"):
            save()


def test_names_are_one_line_and_not_too_long(db: Database) -> None:
    tags.add(db, " the\n expert\t\0\u202e ", [A])
    assert tags.of_frame(db, A) == ["the expert"]
    with pytest.raises(InvalidSetting, match="81 were given"):
        tags.add(db, "x" * (LONGEST_NAME + 1), [A])
    tags.add(db, "专" * LONGEST_NAME, [B])
    assert tags.frames_with(db, "专" * LONGEST_NAME) == [B]
    assert tags.frames_with(db, "\ud800x") == []  # half a character, as a shell may hand it over


def test_a_note_is_written_and_taken_away(db: Database) -> None:
    text = "First line.\n\n  <b>second</b>, 第三行 👩‍⚕️"
    assert notes.write(db, A, text + "\0\n\n") == ""
    assert notes.of_frame(db, A) == text
    assert notes.write(db, A, "other") == text
    assert notes.of_frames(db) == {A: "other"} == notes.of_frames(db, ["us"])
    assert notes.of_frames(db, ["cn"]) == {}
    assert notes.write(db, A, "  ") == "other"
    assert notes.of_frames(db) == {}


def test_what_no_note_can_be_is_said(db: Database) -> None:
    with pytest.raises(NotFound, match="us:9"):
        notes.write(db, FrameId("us", 9), "x")
    with pytest.raises(InvalidSetting, match="10,000"):
        notes.write(db, A, "x" * (LONGEST_NOTE + 1))
    assert notes.of_frames(db) == {}


def test_selections_keep_their_order_and_come_back(db: Database) -> None:
    assert selections.save(db, "mine", [C, A, C], note="why") is None
    assert selections.get(db, "mine").frames == (C, A)
    before = selections.save(db, "mine", [B])
    assert before is not None and (before.frames, before.note) == ((C, A), "why")
    assert selections.annotate(db, "mine", "new") == ""
    selections.save(db, "other", [A])
    assert selections.counts(db) == {"mine": 1, "other": 1}
    with pytest.raises(InvalidSetting, match="already"):
        selections.rename(db, "mine", "other")
    selections.rename(db, "mine", "ours")
    assert [(s.name, s.frames, s.note) for s in selections.every(db)] == [
        ("other", (A,), ""),
        ("ours", (B,), "new"),
    ]
    gone = selections.delete(db, "ours")
    assert selections.counts(db) == {"other": 1}
    selections.save(db, gone.name, gone.frames, gone.note)
    assert selections.get(db, "ours").note == "new"


def test_a_selection_needs_frames_that_are_there(db: Database) -> None:
    selections.save(db, "mine", [A])
    with pytest.raises(InvalidSetting, match="select some frames"):
        selections.save(db, "mine", [])
    with pytest.raises(NotFound, match="us:7"):
        selections.save(db, "mine", [A, FrameId("us", 7)])
    assert selections.get(db, "mine").frames == (A,)
    for unknown in (selections.get, selections.delete, lambda d, n: selections.rename(d, n, "x")):
        with pytest.raises(NotFound, match="'yours'"):
            unknown(db, "yours")


def test_views_keep_every_key(db: Database) -> None:
    choices = {"run": "r", "k": 8, "selection": [[0.5, None], "us:1"], "a later key": {"x": True}}
    assert views.save(db, "start", choices) is None
    assert views.load(db, "start").choices == choices
    before = views.save(db, "start", {"k": 3})
    assert before is not None and before.choices == choices
    views.save(db, "end", {})
    with pytest.raises(InvalidSetting, match="already"):
        views.rename(db, "start", "end")
    views.rename(db, "start", "zero")
    assert [view.name for view in views.every(db)] == ["end", "zero"]
    gone = views.delete(db, "zero")
    views.save(db, gone.name, gone.choices)
    assert views.load(db, "zero").choices == {"k": 3}
    for unknown in (views.load, views.delete, lambda d, n: views.rename(d, n, "x")):
        with pytest.raises(NotFound, match="'start'"):
            unknown(db, "start")


def deep() -> dict:
    nested: dict = {}
    for _ in range(100_000):
        nested = {"x": nested}
    return nested


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"x": float("nan")}, "JSON"),
        ({"x": {1, 2}}, "JSON"),
        ({"x": "y" * 2_000_001}, "at most 2 MB"),
        (["x"], "JSON object"),
    ],
)
def test_what_no_view_can_be_is_said(db: Database, choices: dict, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        views.save(db, "start", choices)
    assert views.every(db) == []


def test_a_view_nested_without_end_is_refused(db: Database) -> None:
    with pytest.raises(InvalidSetting, match="JSON"):
        views.save(db, "start", deep())


def test_a_view_with_fifty_thousand_frames_fits(db: Database) -> None:
    choices = {"selection": [f"abcdefgh:{i}" for i in range(50_000)]}
    views.save(db, "all", choices)
    assert views.load(db, "all").choices == choices


def test_reading_a_video_again_keeps_what_was_written(db: Database) -> None:
    tags.add(db, "expert", [A])
    notes.write(db, A, "note")
    selections.save(db, "mine", [A])
    videos.finish_ingest(db, "us", [Frame("us", i, 2.0 * i, f"{i}.jpg") for i in range(3)], [])
    assert tags.of_frame(db, A) == ["expert"]
    assert notes.of_frame(db, A) == "note"
    assert selections.get(db, "mine").frames == (A,)


def test_a_deleted_video_takes_what_was_on_it_and_nothing_else(db: Database) -> None:
    tags.add(db, "expert", [A, C])
    notes.write(db, A, "note")
    notes.write(db, C, "other")
    selections.save(db, "mine", [A, C], note="why")
    selections.save(db, "only us", [A])
    videos.delete(db, "us")
    assert every_tag(db) == {C: ("expert",)}
    assert notes.of_frames(db) == {C: "other"}
    assert {s.name: s.frames for s in selections.every(db)} == {"mine": (C,), "only us": ()}
    assert selections.get(db, "mine").note == "why"


def test_tags_and_notes_are_the_librarys_not_a_runs(db: Database) -> None:
    runs.add(db, Run("r", "n", "pca", "fast", "done", ("us",)))
    tags.add(db, "expert", [A])
    notes.write(db, A, "note")
    runs.delete(db, "r")
    assert (tags.of_frame(db, A), notes.of_frame(db, A)) == (["expert"], "note")


def test_all_of_it_is_there_when_the_library_is_opened_again(db: Database, data: Path) -> None:
    tags.add(db, "expert", [A, C])
    notes.write(db, B, "note")
    selections.save(db, "mine", [C, A], note="why")
    views.save(db, "start", {"k": 8})

    def everything(library: Database) -> list:
        listed = [tags.of_frames, notes.every, selections.every, views.every]
        return [read(library) for read in listed]

    before = everything(db)
    assert all(before)
    db.close()
    again = open_library(data)
    assert everything(again) == before
    again.close()
