"""The team of workers that tests of several workers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.storage import Database, open_library, workers
from core.storage.bucket import Bucket
from tests import on_postgres
from tests.cluster.team import SILENCE_S, Team
from tests.object_store import Store

ADDRESS = "s3://films/study"
Machine = Callable[[str], Database]


@pytest.fixture
def team(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Workers that are not started yet; those that are end with the test."""
    monkeypatch.setattr(workers, "ALIVE_S", SILENCE_S * workers.ALIVE_S / workers.SILENCE_S)
    team = Team(db)
    yield team
    team.close()


@pytest.fixture
def machine(
    data: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    """machine(name) is the library as a machine of that name opens it, in a folder of its own."""
    monkeypatch.setenv("AFFINITY_FILES", ADDRESS)
    Bucket.at(ADDRESS).write_json("in-use.json", {"schema": on_postgres.SCHEMA})
    opened: dict[str, Database] = {}

    def of(name: str) -> Database:
        if name not in opened:
            opened[name] = open_library(tmp_path / name)
        return opened[name]

    yield of
    for database in opened.values():
        database.close()
