"""Which folders become a data folder: new, empty or ours; everything else stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.__main__ import main
from core.config import PROJECT
from core.doctor import contents
from core.errors import StorageFailed
from core.storage import Database, open_library
from core.storage.claim import MARKER, claim


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_root_a_home_and_the_project_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, link = tmp_path / "home", tmp_path / "link"
    home.mkdir()
    link.symlink_to("/")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    before = names(PROJECT)
    for folder in (Path("/"), link, home, PROJECT, Path("/home/somebody")):
        with pytest.raises(StorageFailed, match=str(folder)):
            claim(folder)
    assert names(home) == set()
    assert names(PROJECT) == before


def test_a_folder_of_others_is_refused_in_one_line_and_stays_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    for command in (["videos"], ["doctor", "--repair"], ["app"], ["words", "download", "glove"]):
        assert main([*command, "--data", str(tmp_path)]) == 1
        said = capsys.readouterr().err
        assert str(tmp_path) in said and said.count("\n") == 1
        assert names(tmp_path) == {"thesis.txt"}


def test_a_library_of_somebody_else_is_refused(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("CREATE TABLE songs (id)")
    with pytest.raises(StorageFailed):
        open_library(tmp_path)
    assert names(tmp_path) == {"library.db"}


def test_an_empty_or_a_new_folder_is_marked_and_opens_again(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()  # as on a disk of its own
    for folder in (tmp_path, tmp_path / "new" / "one"):
        open_library(folder).close()
        assert (folder / MARKER).is_file()
        (folder / "notes.txt").write_text("mine")  # ours it stays, whatever is put beside
        open_library(folder).close()


def test_a_library_of_before_the_marker_is_taken_and_marked(tmp_path: Path) -> None:
    open_library(tmp_path).close()
    (tmp_path / MARKER).unlink()
    (tmp_path / "notes.txt").write_text("mine")
    open_library(tmp_path).close()
    assert (tmp_path / MARKER).is_file()


def test_repair_touches_nothing_behind_a_link(db: Database, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "theirs").mkdir(parents=True)
    (outside / "old.txt").write_text("x")
    for path in (outside / "theirs", outside / "old.txt"):
        os.utime(path, (0, 0))
    for part in ("tmp", "videos"):
        folder = db.files.folder / part
        folder.rmdir()
        folder.symlink_to(outside)
    (db.files.folder / "runs" / "linked").symlink_to(outside / "theirs")
    list(contents.findings(db, repair=True))
    assert names(outside) == {"theirs", "old.txt"}
