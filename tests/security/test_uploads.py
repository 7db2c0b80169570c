"""Uploads that break off, repeat, come all at once, or find no place: whole or not at all."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from core.config import PROJECT
from core.errors import AffinityError, StorageFailed
from core.pipeline.intake import add_video
from core.storage import Database, open_library, videos
from core.video import frames
from tests.clips import write_clip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every upload is taken for a video: how one is recognised is not what is tested here."""
    facts = frames.Facts(duration_s=1.0, width=160, height=96)
    monkeypatch.setattr(frames, "probe", lambda _path, _name: facts)


class _Cut:
    """An upload that breaks off after 3 MB."""

    def __init__(self, by: BaseException) -> None:
        self._by = by
        self.sent = 0

    def read(self, size: int = -1) -> bytes:
        self.sent += 1
        if self.sent > 3:
            raise self._by
        return b"\0" * size


def _files(db: Database) -> list[Path]:
    return [path for path in (db.files.folder / "videos").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("by", "raised"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), StorageFailed),
        (StopException(), StopException),  # the tab was closed: Streamlit ends the script
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_an_upload_that_breaks_off_leaves_nothing(
    db: Database, quick: None, by: BaseException, raised: type[BaseException]
) -> None:
    with pytest.raises(raised):
        add_video.add_file(db, _Cut(by), "a.mp4", group="us")
    assert videos.every(db) == [] and _files(db) == []
    assert list(db.files.temporary.iterdir()) == []


def test_a_hundred_at_once_under_one_name(db: Database, quick: None, tmp_path: Path) -> None:
    """Other bytes each: a hundred records, each with its own file, whose bytes are its own."""
    sources = []
    for number in range(100):
        path = tmp_path / f"{number}"
        path.write_bytes(b"%d" % number * 1000)
        sources.append(path)
    with ThreadPoolExecutor(8) as pool:
        added = list(
            pool.map(lambda path: add_video.add_file(db, path, "same.mp4", group="us"), sources)
        )
    assert len({video.id for video in added}) == 100 == len(videos.every(db))
    stored = {(db.files.video(v.id) / str(v.media_file)).read_bytes() for v in added}
    assert stored == {path.read_bytes() for path in sources}
    assert all(video.origin == "same.mp4" for video in added)


def test_on_the_disk_there_are_only_names_of_ours(
    db: Database, quick: None, tmp_path: Path
) -> None:
    (tmp_path / "clip").write_bytes(b"x")
    for name in (
        "../../x.mp4",
        "a\0b.mp4",
        "a" * 400 + ".mp4",
        "CON",
        "a.mp4.html",
        "\ud800",
        "/x",
    ):
        video = add_video.add_file(db, tmp_path / "clip", name, group="us")
        assert [path.name for path in db.files.video(video.id).iterdir()] == ["source.bin"]
        assert "/" not in video.origin and video.origin.isprintable() and len(video.origin) <= 120
    assert {path.name for path in tmp_path.iterdir()} <= {"clip", "data"}


_AS_NOBODY = """
import os, sys
sys.path.insert(0, {project!r})
from pathlib import Path
from core.errors import AffinityError
from core.storage import open_library, videos
from core.pipeline.intake.add_video import add_file
open_library(Path({folder!r})).close()  # loads what it needs: nobody cannot
os.setgid(65534), os.setuid(65534)
try:
    db = open_library(Path({folder!r}))
    print(len(videos.every(db)))
    add_file(db, Path({clip!r}), "a.mp4", group="us")
except AffinityError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can become nobody")
def test_a_folder_that_may_only_be_read(db: Database, data: Path, tmp_path: Path) -> None:
    """One sentence of what to do; nothing in it changes."""
    clip = write_clip(tmp_path / "a.mp4", 1)
    db.close()
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    for path in (tmp_path, *tmp_path.parents):  # the way there is open
        if not path.stat().st_mode & stat.S_IXOTH:
            path.chmod(path.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    program = _AS_NOBODY.format(project=str(PROJECT), folder=str(data), clip=str(clip))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path
    )
    last = done.stdout.strip().splitlines()[-1:]
    assert last and last[0].startswith(("StorageFailed ", "LibraryDamaged ")), done.stderr[-800:]
    assert str(data) in last[0]
    after = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before if path.suffix == ".db"} == {
        path: time for path, time in before.items() if path.suffix == ".db"
    }


_TOO_LARGE = """
import resource, signal, sys
sys.path.insert(0, {project!r})
from pathlib import Path
from core.errors import AffinityError
from core.storage import open_library, videos
from core.pipeline.intake.add_video import add_file
db = open_library(Path({folder!r}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    add_file(db, Path({clip!r}), "a.mp4", group="us")
except AffinityError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(resource is None, reason="this system bounds no files")
def test_an_upload_larger_than_files_may_be(db: Database, data: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0" * 500_000)
    program = _TOO_LARGE.format(
        project=str(PROJECT), folder=str(data), clip=str(tmp_path / "a.mp4")
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("StorageFailed "), done.stderr[-800:]
    assert str(data) in done.stdout and len(done.stdout.strip().splitlines()) == 1
    assert videos.every(db) == [] and list(db.files.temporary.iterdir()) == []


def test_two_libraries_side_by_side_share_nothing(
    db: Database, tmp_path: Path, quick: None
) -> None:
    other = open_library(tmp_path / "other")
    (tmp_path / "clip").write_bytes(b"x")
    video = add_video.add_file(db, tmp_path / "clip", "a.mp4", group="us")
    with pytest.raises(AffinityError):
        videos.get(other, video.id)
    other.close()
