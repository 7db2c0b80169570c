"""The library page: adding, showing, editing and deleting videos."""

from __future__ import annotations

from typing import Any

import pytest

from core import jobs
from core.errors import NotFound
from core.records import Frame, FrameId, Run, Video
from core.storage import Database, runs, videos
from core.storage.annotations import notes, tags
from core.video.addresses import Address
from core.video.youtube.listing import Listed, Listing
from pages.parts.videos import add_videos
from tests.clips import write_clip
from tests.pages.conftest import button, html, run, said

SRT = b"1\n00:00:00,000 --> 00:00:02,000\nHello there\n"


@pytest.fixture
def video(db: Database) -> Video:
    """A ready video whose title and group are markup."""
    known = Video(
        "abc", "<b>News</b>", "<i>us</i>", "upload", "a.mp4", "en", frames=3, state="ready"
    )
    videos.add(db, known)
    return known


@pytest.fixture
def us(db: Database) -> None:
    """A video of the group us, which can then be chosen (AppTest cannot write a new option)."""
    videos.add(db, Video("old", "Old", "us", "upload", "old.mp4", "en", state="ready"))


def new(db: Database) -> list[Video]:
    """The videos that a test has added."""
    return [video for video in videos.every(db) if video.id != "old"]


def add_addresses(page, text: str, group: str | None):
    page.text_area(key="addresses").set_value(text)
    page.selectbox(key="youtube-group").set_value(group)
    button(page, "Add from YouTube").click()
    return run(page)


def test_an_empty_library_shows_both_ways_in(open_page) -> None:
    page = open_page("library")
    assert [tab.label for tab in page.tabs] == ["From YouTube", "Upload files"]
    assert not page.warning


def test_good_addresses_go_on_and_bad_ones_are_listed(open_page, db, us) -> None:
    text = "https://youtu.be/dQw4w9WgXcQ\nhttps://example.com/watch?v=dQw4w9WgXcQ\n"
    page = add_addresses(open_page("library"), text, "us")
    (added,) = new(db)
    assert (added.youtube_id, added.group, added.state) == ("dQw4w9WgXcQ", "us", "waiting")
    assert [(job.kind, job.subject) for job in jobs.every(db)] == [("ingest", added.id)]
    assert said(page, "warning").startswith("1 ")
    assert "https://example.com/watch?v=dQw4w9WgXcQ: " in said(page, "text")
    assert page.text_area(key="addresses").value == "https://example.com/watch?v=dQw4w9WgXcQ"
    assert "In progress" in [head.value for head in page.subheader]


def listed(number: int, **facts: Any) -> Listed:
    return Listed(Address("video", f"{number:011d}"), f"Report {number}", "CGTN", **facts)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Listing:
    """A channel of three videos, one of which cannot be had; more lie beyond the limit."""
    videos = (listed(1, published="2026-01-02", about=True, duration_s=75.0), listed(2))
    made = Listing("CGTN - Videos", (*videos, listed(3, remark="members only")), None)
    monkeypatch.setattr(add_videos, "look", lambda _address: made)
    return made


def table(page) -> list[dict[str, Any]]:
    (shown,) = (one.value for one in page.dataframe if "take" in one.value)
    return shown.to_dict("records")


def test_a_channel_is_a_table_to_choose_from(open_page, db, us, channel) -> None:
    page = add_addresses(open_page("library"), "https://www.youtube.com/@CGTN", "us")
    assert new(db) == []
    assert [(row["title"], row["take"]) for row in table(page)] == [
        ("Report 1", True),
        ("Report 2", True),
        ("Report 3", False),
    ]
    first = table(page)[0]
    assert (first["published"], first["length"], first["group"]) == (
        "about 2026-01-02",
        "1:15",
        "us",
    )
    assert "More lie beyond the first 3 videos" in said(page, "caption")
    page.text_input(key="video-list-filter").set_value("report 2")
    assert [row["title"] for row in table(run(page))] == ["Report 2"]
    button(page, "None").click()
    run(page)
    button(page, "Add the 1 chosen video").click()
    page = run(page)
    assert [(video.youtube_id, video.group) for video in new(db)] == [("00000000001", "us")]
    assert [job.kind for job in jobs.every(db)] == ["ingest"]
    assert not any("take" in one.value for one in page.dataframe)


def test_a_video_is_looked_at_first_when_asked(open_page, db, us, channel) -> None:
    videos.add(
        db,
        Video("yt", "Y", "us", "youtube", "u", "en", youtube_id="00000000002", state="ready"),
    )
    page = open_page("library")
    page.text_area(key="addresses").set_value("https://youtu.be/dQw4w9WgXcQ")
    page.selectbox(key="youtube-group").set_value("@channel")
    button(page, "Look first").click()
    run(page)
    assert [row["group"] for row in table(page)] == ["CGTN"] * 3
    assert [(row["take"], row["remark"]) for row in table(page)][1:] == [
        (False, "in the library"),
        (False, "members only"),
    ]


def test_what_is_there_already_is_asked_about(open_page, db, us) -> None:
    address = "https://youtu.be/dQw4w9WgXcQ"
    add_addresses(open_page("library"), address, "us")
    page = add_addresses(open_page("library"), address, "us")
    assert len(new(db)) == 1
    assert "dQw4w9WgXcQ is in the library already" in said(page, "text")
    button(page, "Add once more").click()
    page = run(page)
    assert len(new(db)) == 2
    page = add_addresses(page, address, "us")
    button(page, "Leave out").click()
    run(page)
    assert len(new(db)) == 2


def test_addresses_need_a_group(open_page, db) -> None:
    page = add_addresses(open_page("library"), "https://youtu.be/dQw4w9WgXcQ", None)
    assert "group label" in said(page, "error")
    assert videos.every(db) == []


def test_no_address_is_one_sentence(open_page, us) -> None:
    assert "at least one YouTube address" in said(
        add_addresses(open_page("library"), " \n", "us"), "error"
    )


def test_a_good_file_with_its_captions_goes_on_and_a_bad_one_is_named(
    open_page, db, us, tmp_path
) -> None:
    clip = write_clip(tmp_path / "talk.mp4", 5).read_bytes()
    page = open_page("library")
    page.file_uploader(key="video-files-0").set_value(
        [("talk.mp4", clip, "video/mp4"), ("words.mp4", b"no video at all", "video/mp4")]
    )
    page.file_uploader(key="caption-files-0").set_value([("talk.en.srt", SRT, "text/plain")])
    page.selectbox(key="files-group").set_value("us")
    run(page)
    assert [box.value for box in page.selectbox if box.label == "Captions"] == ["talk.en.srt", None]
    button(page, "Add these files").click()
    run(page)
    (added,) = new(db)
    assert (added.title, added.group) == ("talk", "us")
    assert [job.subject for job in jobs.every(db)] == [added.id]
    assert "words.mp4" in said(page, "text")
    assert not page.file_uploader(key="video-files-1").value


def test_titles_and_groups_are_text_never_markup(open_page, video) -> None:
    shown = html(open_page("library"))
    assert "&lt;b&gt;News&lt;/b&gt;" in shown
    assert "<b>News" not in shown
    assert "<i>us" not in shown


def test_title_and_group_can_be_edited(open_page, db, video) -> None:
    page = open_page("library")
    title, group = (box for box in page.text_input if box.label in ("Title", "Group"))
    title.set_value("Evening news")
    group.set_value("uk")
    button(page, "Save").click()
    run(page)
    assert (videos.get(db, "abc").title, videos.get(db, "abc").group) == ("Evening news", "uk")


def test_deleting_names_the_runs_that_are_lost_and_removes_them(open_page, db, video) -> None:
    runs.add(db, Run("r1", "My first run", "pca", "fast", "done", ("abc",)))
    page = open_page("library")
    warning = next(m.value for m in page.markdown if "for good" in m.value)
    assert "My first run" in warning
    assert "3 frames" in warning
    page.button(key="delete-abc").click()
    run(page)
    assert videos.every(db) == []
    with pytest.raises(NotFound):
        runs.get(db, "r1")


def test_deleting_names_the_tags_and_notes_that_are_lost(open_page, db, video) -> None:
    videos.finish_ingest(db, "abc", [Frame("abc", i, 2.0 * i, f"{i}.jpg") for i in range(3)], [])
    page = open_page("library")
    assert "tagged" not in next(m.value for m in page.markdown if "for good" in m.value)
    tags.add(db, "expert", [FrameId("abc", 0), FrameId("abc", 2)])
    notes.write(db, FrameId("abc", 1), "look here")
    warning = next(m.value for m in run(page).markdown if "for good" in m.value)
    assert "2 tagged frames, 1 note" in warning.replace("\\", "")


def test_a_video_in_training_is_not_deleted(open_page, db, video) -> None:
    runs.add(db, Run("r1", "My first run", "pca", "fast", "running", ("abc",)))
    page = open_page("library")
    page.button(key="delete-abc").click()
    run(page)
    assert "cancel that run first" in said(page, "error")
    assert len(videos.every(db)) == 1


def test_a_failed_video_says_why_and_can_be_tried_again(open_page, db, video) -> None:
    videos.update(db, "abc", state="failed", message="YouTube says it is private.")
    page = open_page("library")
    assert "YouTube says it is private." in said(page, "error")
    button(page, "Try again").click()
    run(page)
    assert [(job.kind, job.state) for job in jobs.every(db)] == [("ingest", "queued")]
    assert videos.get(db, "abc").state == "waiting"


def test_captions_that_do_not_parse_change_nothing(open_page, db, video) -> None:
    page = open_page("library")
    box = next(b for b in page.file_uploader if b.label == "Caption file")
    box.upload("a.json", b"{broken")
    button(page, "Replace captions").click()
    run(page)
    assert "a.json" in said(page, "error")
    assert videos.get(db, "abc") == video


def test_a_video_that_nobody_reads_yet_is_no_failure(open_page, db, video) -> None:
    videos.update(db, "abc", state="waiting")
    page = open_page("library")
    assert "Waiting to be read." in [caption.value for caption in page.caption]
    assert not page.error


def test_the_sample_project_is_offered_to_an_empty_library_only(open_page, db, video) -> None:
    label = "Try the sample project"
    assert label not in [b.label for b in open_page("library").button]
    videos.delete(db, "abc")
    assert label in [b.label for b in open_page("library").button]


@pytest.mark.parametrize(
    ("of", "offered"),
    [(("abc",), "Explore the newest map"), (("gone",), "Explore the PCA map now")],
)
def test_the_newest_map_of_all_videos_comes_before_the_pca(
    open_page, db, video, of: tuple[str, ...], offered: str
) -> None:
    runs.add(db, Run("p", "PCA", "pca", "fast", "done", ("abc",), automatic=True, created_at=2.0))
    runs.add(db, Run("r", "Ours", "affinity", "fast", "done", of, created_at=1.0))
    assert button(open_page("library"), offered)
