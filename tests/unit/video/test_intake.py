"""A video is recorded whole or not at all, under names that are ours."""

import errno
import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import (
    AddressRefused,
    AffinityError,
    CaptionsUnreadable,
    InvalidSetting,
    NotFound,
    StorageFailed,
    VideoUnreadable,
)
from core.pipeline.intake import add_video, replace_captions
from core.storage import Database, captions, videos
from core.video import limits
from core.video.addresses import Address
from tests.clips import write_clip

SRT = b"1\n00:00:00,000 --> 00:00:02,000\nhealth officials\n"


@pytest.fixture
def clip(tmp_path) -> Path:
    return write_clip(tmp_path / "holiday.mp4", 5)


def _nothing_left(db: Database) -> bool:
    folders = [*db.files.temporary.iterdir(), *(db.files.folder / "videos").iterdir()]
    return videos.every(db) == [] and folders == []


def test_an_uploaded_file(db, clip) -> None:
    with clip.open("rb") as file:
        added = add_video.add_file(db, file, "holiday.mp4", group=" us ", captions=("a.srt", SRT))
    assert videos.get(db, added.id) == added
    assert (added.title, added.group, added.origin) == ("holiday", "us", "holiday.mp4")
    assert (added.state, added.source, added.language) == ("waiting", "upload", "en")
    assert (added.duration_s, added.width, added.height) == (5.0, 160, 96)
    stored = db.files.video(added.id) / "source.mp4"
    assert stored.read_bytes() == clip.read_bytes()
    assert list(db.files.temporary.iterdir()) == []


def test_the_content_gives_the_extension(db, tmp_path) -> None:
    webm = write_clip(tmp_path / "a.webm", 1, codec="libvpx")
    added = add_video.add_file(db, webm, "../../etc/cron.d/a.mp4.html", group="us", title="Mine")
    assert (added.media_file, added.origin, added.title) == ("source.webm", "a.mp4.html", "Mine")


class _Counting(io.BytesIO):
    largest = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None and size > 0
        self.largest = max(self.largest, size)
        return super().read(size)


def test_an_upload_is_read_in_pieces(db, clip) -> None:
    source = _Counting(clip.read_bytes())
    add_video.add_file(db, source, "a.mp4", group="us")
    assert 0 < source.largest <= 4 * 1024**2


BAD: dict[str, tuple[dict, type[AffinityError], str]] = {
    "text": ({"data": b"hello"}, VideoUnreadable, "holiday.mp4 is not a video"),
    "empty": ({"data": b""}, VideoUnreadable, "holiday.mp4 is empty"),
    "captions": ({"captions": ("x.srt", b"{}")}, CaptionsUnreadable, "x.srt"),
    "group": ({"group": "  "}, InvalidSetting, "name"),
    "language": ({"language": "fr"}, InvalidSetting, "'fr'"),
    "step of 0": ({"every_s": 0.0}, InvalidSetting, "every"),
    "step nan": ({"every_s": float("nan")}, InvalidSetting, "every"),
    "step inf": ({"every_s": 1e309}, InvalidSetting, "every"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_request_leaves_nothing_behind(db, clip, case) -> None:
    what, error, hint = BAD[case]
    options = {"group": "us"} | what
    source = io.BytesIO(options.pop("data", clip.read_bytes()))
    with pytest.raises(error, match=hint):
        add_video.add_file(db, source, "holiday.mp4", **options)
    assert _nothing_left(db)
    assert add_video.add_file(db, clip, "next.mp4", group="us").state == "waiting"


def test_a_file_that_is_too_large(db, clip, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    with pytest.raises(VideoUnreadable, match=r"holiday\.mp4 is larger"):
        add_video.add_file(db, clip, "holiday.mp4", group="us")
    assert _nothing_left(db)


@pytest.mark.parametrize("path", ["missing.mp4", "."])
def test_a_path_that_is_no_file(db, tmp_path, path) -> None:
    with pytest.raises(VideoUnreadable, match="There is no file"):
        add_video.add_file(db, tmp_path / path, path, group="us")
    assert _nothing_left(db)


class _Broken(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk(db) -> None:
    with pytest.raises(StorageFailed, match="no room left"):
        add_video.add_file(db, _Broken(), "a.mp4", group="us")
    assert _nothing_left(db)


def test_the_same_file_twice_at_once(db, clip) -> None:
    added = []
    threads = [
        threading.Thread(
            target=lambda: added.append(add_video.add_file(db, clip, "a.mp4", group="g"))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {video.id for video in added} == {video.id for video in videos.every(db)}
    assert len(added) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\clip.mp4", "clip.mp4"),
        ("a\0b\x1b[31m.mp4", "ab[31m.mp4"),
        ("\u202egpj.mp4", "gpj.mp4"),
        ("新闻 1.mp4", "新闻 1.mp4"),
        ("..", "unnamed file"),
        ("", "unnamed file"),
        ("x" * 400 + ".mp4", "x" * 100 + "….mp4"),
        ("CON", "CON"),
    ],
)
def test_display_names(name, shown) -> None:
    assert add_video.display_name(name) == shown


def test_a_youtube_video_waits_for_its_ingest(db) -> None:
    address = Address("video", "dQw4w9WgXcQ")
    added = add_video.add_youtube(db, address, group="us", language="en", every_s=1.0)
    assert videos.get(db, added.id) == added
    assert (added.state, added.source, added.origin) == ("waiting", "youtube", address.url)
    assert added.watch_url(83.9) == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=83s"
    with pytest.raises(AddressRefused, match="playlist"):
        add_video.add_youtube(db, Address("playlist", "PL1234567890abcdef"), group="us")


def test_captions_of_a_ready_video_are_replaced_at_once(db, clip) -> None:
    added = add_video.add_file(db, clip, "a.mp4", group="us")
    videos.update(db, added.id, state="ready", message="No captions.")
    changed = replace_captions.from_file(db, added.id, "b.txt", b"one\ntwo\n")
    assert (changed.captions, changed.caption_origin, changed.captions_timed) == (
        2,
        "uploaded",
        False,
    )
    assert changed.message == ""
    assert [(c.start_s, c.end_s) for c in captions.of_video(db, added.id)] == [(0, 2.5), (2.5, 5)]
    with pytest.raises(CaptionsUnreadable):
        replace_captions.from_file(db, added.id, "b.srt", b"")
    assert len(captions.of_video(db, added.id)) == 2
    with pytest.raises(NotFound):
        replace_captions.from_file(db, "nobody", "b.srt", SRT)


def test_taking_videos_in_loads_nothing_heavy() -> None:
    """Pages import this module: no torch, no decoder, no downloader until they are needed."""
    program = (
        "import sys, core.pipeline.intake.add_video\n"
        "heavy = {'torch', 'av', 'cv2', 'yt_dlp', 'jieba', 'streamlit'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
