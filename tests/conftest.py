"""Fixtures for every test: a library of its own, and the real clips where they are to be had."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings

from core import jobs
from core.config import PROJECT
from core.demo import CHANNELS, draw
from core.jobs import engine
from core.pipeline.intake.add_video import add_file
from core.pipeline.intake.decode_video import decode_video
from core.storage import Database, open_library
from core.storage.progress import Progress
from tests import on_postgres
from tests.object_store import endpoint, store  # noqa: F401 - fixtures

# Tests share the cores: threads that wait for their turn sleep, in what the tests start as well.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("AFFINITY_YOUTUBE_PAUSE_S", "0")  # nothing here asks YouTube
os.environ.setdefault("AFFINITY_NICE", "0")  # no other test goes before the jobs of one
# The same examples in every run; `pytest --hypothesis-profile=search -k properties` looks further.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=5000, database=None)
settings.load_profile("same")
SHARED = PROJECT.parent / "shared" / "data"
NEWS = {"us": "us.en.vtt", "cn": "cn.zh.srt"}  # a video's group and its captions
Once = Callable[[str, Callable[[Path], object]], Path]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL: those that have a library; else all but those about PostgreSQL."""
    config.hook.pytest_deselected(items=[one for one in items if not on_postgres.here(one)])
    items[:] = filter(on_postgres.here, items)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that nobody else uses; on PostgreSQL the database is empty."""
    folder = tmp_path / "data"
    monkeypatch.setenv("AFFINITY_DATA", str(folder))
    if on_postgres.SERVER:
        monkeypatch.setenv("AFFINITY_DATABASE", on_postgres.empty(folder))
        for module in (jobs, jobs.launch):
            monkeypatch.setattr(module, "ensure_worker", on_postgres.no_worker)
    return folder


@pytest.fixture
def db(data: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty library in `data`; SQLite's tables are made once, and copied in a tenth of that."""

    def make(folder: Path) -> None:
        library = open_library(folder)
        engine.prepare(library)
        library.close()

    if not on_postgres.SERVER and not data.exists():
        once = request.getfixturevalue("once")  # not asked for on PostgreSQL: on_postgres.here
        shutil.copytree(once("empty", make), data)
    database = open_library(data)
    yield database
    if database.shared:
        engine.forget(database)
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


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """once(name, fill) is a folder that fill(folder) filled for all processes; read it or copy it.

    Of several test processes the first that asks fills it, and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def filled(name: str, fill: Callable[[Path], object]) -> Path:
        whole, begun = common / f"once-{name}", common / f"begun-{name}"
        with FileLock(f"{whole}.lock"):
            if not whole.exists():
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                fill(begun)
                begun.rename(whole)
        return whole

    return filled


@pytest.fixture(scope="session")
def sample(once: Once) -> dict[str, tuple[Path, Path]]:
    """Each channel of the sample project: its video and its captions, by the files' stem."""
    folder = once("sample", lambda begun: [draw(channel, begun) for channel in CHANNELS])
    return {c.stem: (folder / f"{c.stem}.mp4", folder / f"{c.stem}.srt") for c in CHANNELS}


@pytest.fixture
def news(data: Path, real: Path, once: Once) -> Iterator[Database]:
    """A library in `data` of the American and the Chinese news, read with their captions."""

    def read(folder: Path) -> None:
        library = open_library(folder)
        for group, text in NEWS.items():
            said = (text, (real / "news" / text).read_bytes())
            file = f"{group}.mp4"
            video = add_file(library, real / "news" / file, file, group=group, captions=said)
            decode_video(library, video.id, Progress(None))
        library.close()

    shutil.copytree(once("news", read), data)
    database = open_library(data)
    yield database
    database.close()
