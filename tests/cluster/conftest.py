"""The team of workers that tests of several workers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.storage import Database, workers
from tests.cluster.team import SILENCE_S, Team


@pytest.fixture
def team(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Workers that are not started yet; those that are end with the test."""
    monkeypatch.setattr(workers, "ALIVE_S", SILENCE_S * workers.ALIVE_S / workers.SILENCE_S)
    team = Team(db)
    yield team
    team.close()
