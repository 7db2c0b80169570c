"""One frame, four frames, one colour, one word, one video: each model, analysis, export, page and
command works, or says in one sentence why it does not."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.__main__ import main
from core.config import PROJECT, RunConfig, TrainingConfig
from core.errors import AffinityError
from core.pipeline.division.analyse import cluster, project
from core.pipeline.training import train as pipeline
from core.pipeline.training.train import train
from core.records import Caption, Run
from core.storage import Database, captions, results, runs
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from models.config import AffinityConfig, ModelConfig
from tests.contract.test_models import SMALL
from tests.synthetic import add_video
from tests.unit.training.test_train_affinity import Corners

pytestmark = pytest.mark.slow

MODELS = ("pca", "compact", "pure-cvae", "dense-cvae", "crvae", "affinity")
SHORT = TrainingConfig(steps=1, batch_size=4, held_out="refit", checkpoint_every_s=3600)
# Name: the frames of each video, the words of each caption, one colour.
# Name: the frames of each video, the words of its caption, one colour, the models to try.
LIBRARIES: dict[str, tuple[Sequence[int], str | None, bool, Sequence[str]]] = {
    "one frame": ((1,), "welcome", False, MODELS),
    "four frames": ((4,), "welcome to the harbour", False, MODELS),
    "one colour": ((5, 4), "good evening", True, ("compact", "crvae")),
    "one word": ((4, 4), "welcome", False, ("affinity",)),
    "no word": ((4, 3), None, False, ("crvae", "affinity")),
}


Make = Callable[[str], Database]


@pytest.fixture
def make(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """make("one colour") is that library."""
    return lambda name: _made(name, db, tmp_path, monkeypatch)


def _made(name: str, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    counts, words, one_colour, _ = LIBRARIES[name]
    monkeypatch.setattr(pipeline, "threads", lambda: 1)
    monkeypatch.setattr("core.pipeline.training.corpus.open_backbone", lambda _: Corners())
    for place, count in enumerate(counts):
        video_id = f"video{place}"
        add_video(db, video_id, "us", count, place)
        said = [Caption(video_id, 0, 0.0, 2.0, words)] if words else []
        captions.replace(db, video_id, said, origin="uploaded", timed=True, language="en")
        if one_colour:
            grey = cv2.imencode(".jpg", np.full((360, 640, 3), 128, np.uint8))[1].tobytes()
            for picture in db.files.frames(video_id).iterdir():
                picture.write_bytes(grey)
    numbers = np.random.default_rng(0).normal(size=(5, 10)).round(3)
    spoken = zip(["welcome", "harbour", "good", "evening", "to"], numbers, strict=True)
    lines = [" ".join([word, *map(str, row)]) for word, row in spoken]
    (tmp_path / "vectors.txt").write_text("\n".join(lines) + "\n")
    return db


def _config(model: str, tmp_path: Path) -> ModelConfig:
    config = SMALL[model]
    if model in ("crvae", "affinity"):
        config = replace(config, word_vectors=str(tmp_path / "vectors.txt"))
    return replace(config, feature_size=12) if isinstance(config, AffinityConfig) else config


def _trained(db: Database, config: ModelConfig) -> Run:
    chosen = trainable(
        db, [f"video{n}" for n in range(len(list((db.files.folder / "videos").iterdir())))]
    )
    run = new_run(RunConfig(config, SHORT), chosen)
    runs.add(db, run)
    train(db, run.id, Progress(None))
    return runs.get(db, run.id)


def _works(act: Callable[[], object]) -> str | None:
    """None, or the one sentence that says why not."""
    try:
        act()
    except AffinityError as error:
        assert str(error).endswith(".") and len(str(error)) > 20
        return str(error)
    return None


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_model(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(pipeline, "standard", lambda *_: None)
    library = make(name)
    said = {
        model: _works(lambda model=model: _trained(library, _config(model, tmp_path)))
        for model in LIBRARIES[name][3]
    }
    if name == "one frame":
        assert all("more than 1 frame" in str(why) for why in said.values())
    else:
        refused = {model for model, why in said.items() if why is not None}
        assert refused == ({"crvae"} if name == "no word" else set()), said
    for run in runs.every(library):
        if run.state == "done":
            latents = results.latents(library, run.id)
            assert len(latents) == run.frames and np.isfinite(latents).all()


@pytest.mark.parametrize("name", ["four frames", "one colour"])
def test_every_analysis_export_page_and_command(make: Make, tmp_path: Path, name: str) -> None:
    library = make(name)
    run = _trained(library, SMALL["pca"])
    assert run.state == "done"
    for method, k in (("kmeans", 2), ("kmeans", 8), ("gmm", 3), ("hdbscan", 0)):
        _works(lambda m=method, k=k: cluster(library, run.id, m, k, 0, Progress(None)))
    for method in ("pca", "tsne"):
        _works(lambda m=method: project(library, run.id, m, {}, Progress(None)))
    for words in (
        ("export", run.id, "--clusters", str(tmp_path / "a.csv")),
        ("export", run.id, "--report", str(tmp_path / "a.html")),
        ("export", run.id, "--json", str(tmp_path / "a.json")),
        ("compare", run.id),
        ("search", run.id, "welcome"),
        ("search", run.id, "--frame", "video0:0"),
        ("decode", run.id, "--frame", "video0:0", "--out", str(tmp_path / "a.png")),
        ("videos",),
        ("runs",),
    ):
        _command(*words)
    st.cache_resource.clear()
    for page in ("explore", "compare"):
        shown = AppTest.from_file(str(PROJECT / "pages" / f"{page}.py"), default_timeout=60)
        shown.query_params["run"] = run.id
        shown.run()
        assert not shown.exception, [error.value for error in shown.exception]


def _command(*words: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as left:
            code = left.code
    said = err.getvalue()
    assert "should not have happened" not in said, said
    assert code == 0 or len(said.strip().splitlines()) == 1, f"{words}: {said}"
    assert code in (0, 1), f"{words}: {said}"
