"""A disk that is really full, or read-only: one sentence, nothing lost, and then all goes on."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import jobs
from core.__main__ import main
from core.errors import StorageFailed
from core.jobs import engine
from core.pipeline.intake import add_video, replace_captions
from core.storage import Database, open_library, videos
from core.video import frames

_SIZE = 12 * 1024**2
_SRT = b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here ({done.stderr.strip()})")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB of its own; skips where none can be mounted."""
    if sys.platform != "linux" or os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root on Linux can mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", str(place))
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def library(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A library on that disk, with a video; every upload is taken for one."""
    facts = frames.Facts(duration_s=1.0, width=160, height=96)
    monkeypatch.setattr(frames, "probe", lambda _path, _name: facts)
    db = open_library(disk / "data")
    add_video.add_file(db, io.BytesIO(b"v" * 1000), "first.mp4", group="us")
    jobs.live(db)
    yield db
    engine.forget(db)
    db.close()


def _fill(disk: Path, leave: int = 0) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"\0" * 4096)
        except OSError:
            out.truncate(max(0, out.tell() - leave))
    return ballast


def _said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1, said.err
    return said.err


def test_what_does_not_fit_is_refused_whole(library: Database, disk: Path) -> None:
    before = sorted(disk.rglob("*"))
    for _ in range(3):  # what one leaves behind would keep the next out
        with pytest.raises(StorageFailed, match=str(disk)):
            add_video.add_file(library, io.BytesIO(b"v" * _SIZE), "b.mp4", group="us")
    assert sorted(disk.rglob("*")) == before
    added = add_video.add_file(library, io.BytesIO(b"w" * 1000), "c.mp4", group="us")
    assert {video.title for video in videos.every(library)} == {"first", "c"}
    assert (library.files.video(added.id) / str(added.media_file)).read_bytes() == b"w" * 1000


def test_a_full_disk_is_said_by_everything_and_mends_itself(
    library: Database, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = library.files.folder
    (first,) = videos.every(library)
    ballast = _fill(disk)
    works = (
        lambda: add_video.add_file(library, io.BytesIO(b"v" * 9000), "b.mp4", group="us"),
        lambda: videos.update(library, first.id, title="x" * 200_000),
        lambda: replace_captions.from_file(library, first.id, "a.srt", _SRT),
        lambda: jobs.submit_ingest(library, first.id),
        lambda: jobs.ensure_worker(library),
    )
    for work in works:
        with pytest.raises(StorageFailed, match=str(disk)):
            work()
    assert videos.every(library) == [first]  # it can still be read
    assert "is full" in _said(
        capsys, "--data", folder, "columns", "set", first.id, "country", "x" * 300
    )
    ballast.unlink()
    assert videos.every(library) == [first]
    jobs.submit_ingest(library, first.id)
    assert [job.subject for job in jobs.live(library)] == [first.id]
    videos.update(library, first.id, title="renamed")
    assert main(["--data", str(folder), "videos"]) == 0
    assert "renamed" in capsys.readouterr().out


def test_a_library_cannot_begin_on_a_full_disk(
    disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ballast = _fill(disk, leave=40_000)
    assert str(disk) in _said(capsys, "--data", disk / "data", "videos")
    ballast.unlink()
    assert main(["--data", str(disk / "data"), "videos"]) == 0


def test_a_read_only_disk_is_said_and_nothing_changes(
    library: Database, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = library.files.folder
    engine.forget(library)
    library.close()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    _run("mount", "-o", "remount,ro", str(disk))
    with pytest.raises(StorageFailed, match=str(disk)):
        open_library(folder)
    for words in (["videos"], ["add", "a.mp4", "--group", "us"], ["app", "--port", "8999"]):
        assert str(disk) in _said(capsys, "--data", folder, *words)
    assert {path: path.read_bytes() for path in before} == before
    _run("mount", "-o", "remount,rw", str(disk))
    assert main(["--data", str(folder), "videos"]) == 0
    assert "first" in capsys.readouterr().out
