"""Fixtures for every test: a library of its own, and the real clips where they are to be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from core.config import PROJECT
from core.storage import Database, open_library

# Tests share the cores: threads that wait for their turn sleep, in what the tests start as well.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# The same examples in every run; `pytest --hypothesis-profile=search -k properties` looks further.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=5000, database=None)
settings.load_profile("same")
SHARED = PROJECT.parent / "shared" / "data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that nobody else uses."""
    folder = tmp_path / "data"
    monkeypatch.setenv("AFFINITY_DATA", str(folder))
    return folder


@pytest.fixture
def db(data: Path) -> Iterator[Database]:
    """An empty library in `data`."""
    database = open_library(data)
    yield database
    database.close()


@pytest.fixture
def black_decoder(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """A model that decodes anything as black; the list holds what it was given."""
    given: list[np.ndarray] = []

    class Black:
        """As core.pipeline.decoding.decoder.Decoder of a model without words."""

        exact = True

        def __init__(self, _db: Database, _run_id: str) -> None:
            pass

        def pictures(self, latents: np.ndarray) -> Iterator[np.ndarray]:
            given.append(latents)
            yield from np.zeros((len(latents), 24, 40, 3), np.uint8)

        def texts(self, latents: np.ndarray) -> None:
            return None

    monkeypatch.setattr("core.pipeline.decoding.decoder.Decoder", Black)
    return given


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real clips (news/us.mp4 and so on); skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real clips are not in ../shared/data")
    return SHARED
