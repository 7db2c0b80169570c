"""The transcripts page: reading, correcting, and the alignments."""

from __future__ import annotations

import pytest

from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos
from core.text import captions_youtube
from tests.pages.conftest import button, html, run, said
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


def correct(page, position: int, text: str, start_s: float, end_s: float):
    page.button(key=f"edit-{position}").click()
    run(page)
    next(box for box in page.text_area if box.label == "Text").set_value(text)
    number(page, "Starts at (s)").set_value(start_s)
    number(page, "Ends at (s)").set_value(end_s)
    button(page, "Save").click()
    return run(page)


def test_without_a_video_it_points_to_the_library(open_page) -> None:
    assert "Add one in the Library" in said(open_page("transcripts"), "info")


def test_a_correction_is_kept_and_shown_and_can_be_reverted(open_page, db, video) -> None:
    first = captions.of_video(db, "abc")[1]
    page = correct(open_page("transcripts", video="abc"), 1, "its own line", 5.5, 8.0)
    now = captions.of_video(db, "abc")[1]
    assert (now.text, now.start_s, now.end_s) == ("its own line", 5.5, 8.0)
    assert "12 segments, 1 corrected" in [c.value for c in page.caption]
    assert "it&#x27;s line 1" in html(page)
    page.button(key="revert-1").click()
    run(page)
    assert captions.of_video(db, "abc")[1] == first


def test_impossible_times_are_refused_in_a_sentence(open_page, db, video) -> None:
    page = correct(open_page("transcripts", video="abc"), 0, "x", 9.0, 3.0)
    assert "end after it starts" in said(page, "error")
    assert not captions.of_video(db, "abc")[0].corrected


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


def test_ten_segments_a_page_and_their_text_is_never_markup(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    assert html(page).count('class="segment-text"') == 10
    page.pagination[0].set_value(2)
    run(page)
    shown = html(page)
    assert shown.count('class="segment-text"') == 2
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown


def test_tokens_are_shown_on_demand(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    assert 'class="tokens"' not in html(page)
    next(t for t in page.toggle if t.label == "Show tokens").set_value(True)
    run(page)
    assert "<span>it</span><span>&#x27;</span><span>s</span>" in html(page)


def test_each_alignment_can_be_seen(open_page, video) -> None:
    page = open_page("transcripts", video="abc")
    rows = {"By time": 30}
    assert len(page.dataframe[0].value) == rows["By time"]
    for kind, expected in (("One frame per segment", 12), ("Segments spread evenly", 12)):
        page.segmented_control[0].set_value(kind)
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
