"""The transcripts page: reading, correcting, and the alignments."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.export.transcript import KINDS, transcript
from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos
from core.text import captions_youtube
from core.text.captions import parse
from pages.parts.transcripts.editing import answer_to
from pages.parts.transcripts.editor import unsure
from tests.pages.conftest import button, run, said
from tests.recorded_youtube import Listing, session


@pytest.fixture
def video(db: Database) -> Video:
    """A ready video of 30 frames with 12 caption segments, one of them with markup."""
    known = Video("abc", "News", "us", "upload", "a.mp4", "en", state="ready", every_s=2.0)
    videos.add(db, known)
    sampled = [Frame("abc", i, 2.0 * i, f"{i:06d}.jpg") for i in range(30)]
    segments = [Caption("abc", i, 5.0 * i, 5.0 * i + 4, f"it's line {i}") for i in range(11)]
    segments.append(Caption("abc", 11, 55.0, 59.0, "<script>alert(1)</script>"))
    videos.finish_ingest(db, "abc", sampled, segments, caption_origin="uploaded", language="en")
    return videos.get(db, "abc")


def number(page, label: str):
    return next(box for box in page.number_input if box.label == label)


def shown(page) -> dict[str, Any]:
    """What the editor of segments was given to draw."""
    (editor,) = page.get("bidi_component")
    return json.loads(editor.proto.json)


def texts(page) -> list[str]:
    return [row["text"] for row in shown(page)["rows"]]


def choose(page, label: str):
    """Press one of "All", "Less sure" and "Corrected"."""
    page.segmented_control(key="segments-shown").set_value(label)
    return run(page)


@pytest.fixture
def heard(db, video) -> list[Caption]:
    """The video's segments as a machine heard them, one of them corrected."""
    found = []
    for i, sure in enumerate((0.9, 0.4, 0.8, 0.6)):
        at = 5.0 * i
        words = ((at, at + 1, "it's", 0.9), (at + 1, at + 2, "line", sure))
        text = f"it's line {i}"
        found.append(Caption("abc", i, at, at + 4, text, confidence=sure, word_times=words))
    captions.replace(db, "abc", found, origin="speech", timed=True, language="en")
    captions.correct(db, "abc", 1, text="its line 1", start_s=5.0, end_s=9.0)
    return captions.of_video(db, "abc")


def test_without_a_video_it_points_to_the_library(open_page) -> None:
    assert "Add one in the Library" in said(open_page("transcripts"), "info")


def test_a_correction_is_shown_beside_what_it_was(open_page, db, heard) -> None:
    page = open_page("transcripts", video="abc")
    first, second, *_ = shown(page)["rows"]
    assert (second["text"], second["was"], second["wasWhen"]) == (
        "its line 1",
        "it's line 1",
        "0:05 – 0:09",
    )
    assert (first["sure"], first["unsure"]) == ("90 %", [])
    assert "was" not in first
    assert shown(page)["undo"] == "correction of segment 2"
    assert texts(choose(page, "Corrected")) == ["its line 1"]


def test_what_a_machine_doubts_comes_first_and_is_marked(open_page, heard) -> None:
    page = open_page("transcripts", video="abc")
    assert "by machine" in " ".join(c.value for c in page.caption)
    page.selectbox(key="segments-order").set_value("Least sure first")
    run(page)
    assert texts(page) == ["it's line 3", "it's line 2", "it's line 0", "its line 1"]
    assert texts(choose(page, "Less sure")) == ["it's line 3"]
    (row,) = shown(page)["rows"]
    assert row["unsure"] == []  # .6 is not below it
    assert row["sure"] == "60 %"


def test_words_of_a_person_have_no_certainty(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    assert "segments-order" not in [box.key for box in page.selectbox]
    assert page.segmented_control(key="segments-shown").options == ["All (12)", "Corrected (0)"]
    choose(page, "Corrected")
    assert shown(page)["rows"] == []
    assert "choose All" in said(page, "info")


def test_doubted_words_are_found_in_the_text() -> None:
    times = ((0, 1, "好", 0.3), (1, 2, "的", 0.9), (2, 3, "好", 0.59), (3, 4, "gone", 0.1))
    said_ = Caption("v", 0, 0, 4, "好的，好", confidence=0.5, word_times=times)
    assert unsure(said_) == [(0, 1, "30 %"), (3, 4, "59 %")]
    assert unsure(replace(said_, original_text="x")) == []


def test_each_act_of_the_editor_is_one_change_that_can_be_undone(db, video) -> None:
    before = captions.of_video(db, "abc")
    fields = {"text": " its own line", "start_s": 5.5, "end_s": 8.0, "was": "it's line 1"}
    acts: list[tuple[dict[str, Any], list[str]]] = [
        ({"act": "correct", "position": 1, **fields}, ["its own line", "it's line 2"]),
        ({"act": "merge", "position": 1, "was": "its own line"}, ["its own line it's line 2"]),
        ({"act": "split", "position": 1, **fields, "text": "its own line it's line 2", "at": 8,
          "was": "its own line it's line 2"}, ["its own", "line it's line 2"]),
    ]  # fmt: skip
    for asked, expected in acts:
        assert answer_to(db, "abc", asked).done
        assert [c.text for c in captions.of_video(db, "abc")[1 : 1 + len(expected)]] == expected
    while answer_to(db, "abc", {"act": "undo"}).sentence != "There is nothing to undo.":
        pass
    assert captions.of_video(db, "abc") == before
    assert "correction of segment 2" in answer_to(db, "abc", {"act": "redo"}).sentence
    again = {"act": "revert", "position": 1, "was": "its own line"}
    assert answer_to(db, "abc", again).position == 1
    assert captions.of_video(db, "abc") == before


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"act": "correct", "text": "x", "start_s": 9, "end_s": 3}, "end after it starts"),
        ({"act": "correct", "text": " ", "start_s": 0, "end_s": 3}, "needs words"),
        ({"act": "correct", "text": "x", "start_s": 0, "end_s": 3, "was": "y"}, "meanwhile"),
        ({"act": "split", "text": "it's", "at": 0, "start_s": 0, "end_s": 3}, "on one side"),
        ({"act": "split", "text": "it's ", "at": 5, "start_s": 0, "end_s": 3}, "on one side"),
        ({"act": "merge", "position": 11, "was": "<script>alert(1)</script>"}, "the last segment"),
        ({"act": "merge", "position": 99}, "the last segment"),
        ({"act": "revert", "position": 99}, "no caption segment 99"),
        ({"act": "correct"}, "could not be understood"),
        ({"act": "dance"}, "could not be understood"),
        ({}, "could not be understood"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(db, video, asked, sentence) -> None:
    before = captions.of_video(db, "abc")
    answer = answer_to(db, "abc", {"position": 0, "was": "it's line 0"} | asked)
    assert not answer.done
    assert sentence in answer.sentence
    assert captions.of_video(db, "abc") == before
    assert captions.changes(db, "abc") == (None, None)


def test_all_captions_are_shifted_and_back(open_page, db, video) -> None:
    before = captions.of_video(db, "abc")
    page = open_page("transcripts", video="abc")
    for seconds, first_s in ((1.5, 1.5), (-1.5, 0.0)):
        number(page, "Shift all by (s)").set_value(seconds)
        button(page, "Shift captions").click()
        run(page)
        assert captions.of_video(db, "abc")[0].start_s == first_s
    assert captions.of_video(db, "abc") == before
    number(page, "Shift all by (s)").set_value(-100)
    button(page, "Shift captions").click()
    run(page)
    assert "before the video begins" in said(page, "error")
    assert captions.of_video(db, "abc") == before


def test_ten_segments_a_page(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    assert len(texts(page)) == 10
    assert shown(page)["more"] == [False, True]
    page.pagination[0].set_value(2)
    run(page)
    assert texts(page) == ["it's line 10", "<script>alert(1)</script>"]
    assert shown(page)["more"] == [True, False]


def test_tokens_are_shown_on_demand(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    assert shown(page)["rows"][0]["tokens"] == []
    next(t for t in page.toggle if t.label == "Show tokens").set_value(True)
    run(page)
    assert shown(page)["rows"][0]["tokens"][:3] == ["it", "'", "s"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_transcript_is_a_file_that_can_be_read_again(db, video, kind) -> None:
    hostile = Caption("abc", 12, 3600.5, 3661.25, "a {b} <i>c</i> & d\n\nsecond --> line")
    known = [*captions.of_video(db, "abc"), hostile]
    said_ = transcript(video, known, kind)
    again = parse(f"a.{kind}", said_, "en").segments
    assert [one.text for one in again[:11]] == [f"it's line {i}" for i in range(11)]
    if kind != "txt":
        assert [(one.start_s, one.end_s) for one in again] == [(c.start_s, c.end_s) for c in known]
    if kind == "vtt":
        assert b"a {b} &lt;i&gt;c&lt;/i&gt; &amp; d\nsecond --&gt; line\n" in said_
    if kind == "srt":
        assert b"a {b} <i>c</i> & d\nsecond --> line\n" in said_


def test_each_alignment_can_be_seen(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    rows = {"By time": 30}
    assert len(page.dataframe[0].value) == rows["By time"]
    for kind, expected in (("One frame per segment", 12), ("Segments spread evenly", 12)):
        page.segmented_control[-1].set_value(kind)
        run(page)
        assert len(page.dataframe[0].value) == expected


def test_untimed_captions_are_said_to_be(open_page, db, video) -> None:
    videos.update(db, "abc", captions_timed=False)
    assert "spread evenly" in said(open_page("transcripts", video="abc"), "info")


def test_an_unknown_video_in_the_address_is_said(open_page, video) -> None:
    page = open_page("transcripts", video="<script>")
    assert "not in the library" in said(page, "warning")
    assert page.query_params["video"] in ("abc", ["abc"])


def test_a_copied_transcript_takes_the_captions_place(open_page, db, video) -> None:
    page = open_page("transcripts", video="abc")
    box = next(box for box in page.text_area if box.label.startswith("Transcript"))
    box.set_value("0:00\nGood evening\n0:04\nThe ferries left")
    button(page, "Use this text").click()
    page = run(page)
    found = [(c.start_s, c.text) for c in captions.of_video(db, "abc")]
    assert found == [(0.0, "Good evening"), (4.0, "The ferries left")]
    assert videos.get(db, "abc").caption_origin == "pasted"
    assert "2 caption segments, English, pasted" in said(page, "success")


def test_one_of_youtubes_tracks_is_chosen(open_page, db, video, monkeypatch) -> None:
    videos.update(db, "abc", youtube_id="dQw4w9WgXcQ", source="youtube")
    answering = session(
        Listing(("en", "CC1", "people", "one"), ("en", "English (auto)", "machine", "two"))
    )
    monkeypatch.setattr(captions_youtube, "_session", lambda: answering)
    page = open_page("transcripts", video="abc")
    button(page, "Ask YouTube for its tracks").click()
    run(page)
    tracks = next(box for box in page.selectbox if box.label == "Track")
    assert tracks.options == ["CC1 (en)", "English (auto) (en, by machine)"]
    tracks.select_index(1)
    button(page, "Use this track").click()
    page = run(page)
    assert [caption.text for caption in captions.of_video(db, "abc")] == ["two"]
    assert videos.get(db, "abc").provenance["caption_track"]["kind"] == "machine"
    assert "auto-generated: words may be wrong" in said(page, "caption")
