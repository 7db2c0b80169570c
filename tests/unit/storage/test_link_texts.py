"""Texts of links: kept under an id of their own, through a restart, in a bounded number."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidSetting, NotFound
from core.storage import open_library
from core.storage.annotations import link_texts

TEXT = "video0:1-5,9;<b>:2"


def test_a_text_is_there_after_a_restart(data: Path) -> None:
    db = open_library(data)
    kept = link_texts.keep(db, TEXT)
    assert kept == link_texts.id_of(TEXT) == link_texts.keep(db, TEXT)
    db.close()
    again = open_library(data)
    assert link_texts.get(again, kept) == TEXT
    again.close()


def test_an_unknown_id_is_said_in_one_sentence(db) -> None:
    for unknown in ("", "0123456789abcdef", "' OR 1=1 --"):
        with pytest.raises(NotFound, match="select the frames again"):
            link_texts.get(db, unknown)


def test_the_texts_opened_longest_ago_go(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_texts, "MOST", 3)
    ids = [link_texts.keep(db, f"video:{n}") for n in range(3)]
    link_texts.get(db, ids[0])
    link_texts.keep(db, "video:3")
    assert link_texts.get(db, ids[0]) == "video:0"
    with pytest.raises(NotFound):
        link_texts.get(db, ids[1])


def test_a_text_beyond_every_selection_is_refused(db) -> None:
    with pytest.raises(InvalidSetting):
        link_texts.keep(db, "x" * (link_texts.LARGEST + 1))
