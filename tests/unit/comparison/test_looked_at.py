"""The log of what was looked at: one row an analysis, what it comes to, and its way elsewhere."""

from __future__ import annotations

import pytest

from core.__main__ import main
from core.pipeline.comparison.compare import compare_clusters
from core.pipeline.comparison.looked_at import (
    COLUMNS,
    looked_at_rows,
    note_clusters,
    note_comparison,
    note_detail,
    said,
)
from core.records import LookedAt
from core.storage import Database, analyses, looked_at, runs
from tests.synthetic import make_run


def test_the_same_within_half_an_hour_is_one_look(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("core.storage.looked_at.time.time", lambda: now[0])
    for at in (1000.0, 1500.0, 3000.0, 9000.0):
        now[0] = at
        looked_at.note(db, "comparison", {"run": "r", "k": 3}, 4)
    looked_at.note(db, "comparison", {"run": "r", "k": 4}, 4)
    first, second = looked_at.every(db)
    assert (first.times, first.first_at, first.last_at) == (2, 1000, 9000)
    assert (second.times, second.what["k"]) == (1, 4)


def test_what_was_tried_stays_and_is_counted(db: Database) -> None:
    groups = ("us", "us", "cn", "cn", "in", "in")
    run = make_run(db, (8,) * 6, groups, latent=6, every_k=(3, 4), layouts=("pca",))
    assert said(looked_at.every(db)) == ""
    for clustering in analyses.clusterings_of(db, run.id):
        note_clusters(db, clustering)
        note_comparison(db, clustering, compare_clusters(db, clustering))
    note_detail(db, "sequence", clustering, "group", "a, then b", 6)
    runs.delete(db, run.id)
    listed = looked_at.every(db)
    assert [one.kind for one in listed].count("comparison") == 2
    assert sum(one.tests for one in listed) == 3 * (3 + 4) + 6
    sentence = said(listed)
    assert "2 divisions, 2 comparisons, 1 sequence, with 27 tests in all" in sentence
    rows = looked_at_rows(listed)
    assert all(tuple(row) == COLUMNS for row in rows)
    assert {row["k"] for row in rows} == {3, 4}


def test_two_groups_are_tested_once_and_single_videos_not_at_all(db: Database) -> None:
    run = make_run(db, (8,) * 4, ("us", "us", "cn", "cn"), latent=6, every_k=(3,), layouts=())
    (clustering,) = analyses.clusterings_of(db, run.id)
    note_comparison(db, clustering, compare_clusters(db, clustering))
    assert looked_at.every(db)[0].tests == 3


def test_commands_note_what_they_show(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(db, (9, 9), latent=6, every_k=(3,), layouts=("pca",))
    assert main(["sequence", "synthetic-run", "cluster 1", "then", "cluster 2"]) == 0
    assert main(["compare", "synthetic-run", "--over", "course"]) == 0
    capsys.readouterr()
    assert main(["looked"]) == 0
    out, err = capsys.readouterr()
    assert "cluster 1, then cluster 2 within 20 s" in out
    assert "Looked at so far: 1 course over time, 1 sequence." in err


def test_kept_rows_come_back_as_they_were(db: Database) -> None:
    kept = LookedAt("abc", "sweep", {"run": "r"}, 0, 3, 5.0, 9.0)
    looked_at.restore(db, [kept])
    assert looked_at.every(db) == [kept]
