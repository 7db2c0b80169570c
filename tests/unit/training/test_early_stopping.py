"""Early stopping: when a training ends before its schedule does, and what of it is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import TrainingConfig
from core.storage import checkpoints
from core.training import trainer
from core.training.dataset import Examples, Frames, stretches
from core.training.trainer import Best, Training
from models.compact import Compact
from models.config import CompactConfig, PcaConfig
from models.pca import Pca

pytestmark = pytest.mark.slow

MODEL = CompactConfig(width=48, height=32, latent_size=4, channels=4, maps=2, crop_share=0.0)
STEPS, EVERY = 80, 4  # 20 reports
CONFIG = TrainingConfig(steps=STEPS, batch_size=4, patience=3)
ROWS, HELD = np.arange(10), np.arange(10, 12)


@pytest.fixture(scope="module")
def examples() -> Examples:
    drawn = np.random.default_rng(0).integers(0, 256, (12, 4, 6, 3))
    pixels = np.kron(drawn, np.ones((1, 8, 8, 1))).astype(np.uint8)  # (12, 32, 48, 3)
    return Examples(Frames([pixels], torch.device("cpu")))


def begun(examples: Examples, config: TrainingConfig = CONFIG, held: np.ndarray = HELD) -> Training:
    torch.manual_seed(0)
    model = Compact(MODEL)
    model.prepare(examples.frames.raw(ROWS), torch.Generator().manual_seed(0))
    return Training(model, examples, ROWS, held, config)


def measuring(monkeypatch: pytest.MonkeyPatch, *errors: float) -> None:
    """Let the reports say these held-out errors, one after another, and then the last again."""

    def said() -> Iterator[float]:
        yield from errors
        while True:
            yield errors[-1]

    following = said()
    monkeypatch.setattr(trainer, "error", lambda *_: next(following))


def test_it_stops_after_so_many_reports_without_a_lower_error(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, 5.0, 4.0, 4.5, 3.0, 3.0, 3.1, 2.9999)  # equal is not lower
    training = begun(examples, replace(CONFIG, patience=2))
    steps = [report.step for report in training.run()]
    assert steps == [EVERY * number for number in range(1, 7)]
    assert training.stopped_early
    assert training.best == Best(3.0, 4 * EVERY)
    assert list(training.run()) == []  # and stays so


def test_a_lower_error_gives_it_as_many_reports_again(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, 5.0, 6.0, 6.0, 4.0, 6.0, 6.0, 3.0, 6.0)
    training = begun(examples)
    assert len(list(training.run())) == 10
    assert training.best == Best(3.0, 7 * EVERY)


@pytest.mark.parametrize(("patience", "reports"), [(0, 20), (1, 2), (19, 20), (20, 20)])
def test_patience(
    patience: int, reports: int, examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, 1.0)
    training = begun(examples, replace(CONFIG, patience=patience))
    assert len(list(training.run())) == reports
    assert training.best == Best(1.0, EVERY)
    assert training.stopped_early == (0 < patience < 20)


def test_an_error_that_falls_never_stops_it(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, *(100.0 - number for number in range(20)))
    training = begun(examples, replace(CONFIG, patience=1))
    assert len(list(training.run())) == 20
    assert not training.stopped_early
    assert training.best == Best(81.0, STEPS)


def test_without_held_out_frames_nothing_is_waited_for(examples: Examples) -> None:
    training = begun(examples, replace(CONFIG, patience=1), held=np.arange(0))
    reports = list(training.run())
    assert reports[-1].step == STEPS and reports[-1].error_held_out is None
    assert not training.stopped_early
    assert training.best == Best(math.inf, 0)


def test_a_real_training_that_gets_worse_is_stopped(examples: Examples) -> None:
    """Frames of noise: what is learned of ten says nothing of the other two."""
    training = begun(examples, replace(CONFIG, steps=200, learning_rate=0.03))
    reports = list(training.run())
    assert training.stopped_early and reports[-1].step < 200
    errors = [report.error_held_out for report in reports]
    lowest = min(error for error in errors if error is not None)
    assert training.best.error == lowest
    assert reports[errors.index(lowest)].step == training.best.step
    assert len(errors) - 1 - errors.index(lowest) == 3


@pytest.mark.parametrize("at", [2, 5, 6])
def test_what_was_best_survives_an_interruption(
    at: int, examples: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = (5.0, 4.0, 4.5, 3.0, 3.2, 3.1, 3.3, 1.0)
    measuring(monkeypatch, *errors)
    whole = begun(examples)
    expected = [report.step for report in whole.run()]
    measuring(monkeypatch, *errors)
    stopped = begun(examples)
    for number, _ in enumerate(stopped.run(), start=1):
        if number == at:
            break
    path = tmp_path / "resume.safetensors"
    checkpoints.save_training(path, stopped.model, stopped.state(), {})
    kept = checkpoints.load_training(path)
    assert kept is not None
    weights, state, _ = kept
    again = begun(examples)
    again.model.load_state_dict(weights)
    again.restore(state)
    assert again.best == stopped.best
    measuring(monkeypatch, *errors[at:])
    assert [report.step for report in again.run()] == expected[at:]
    assert again.stopped_early and again.best == whole.best
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(tensor, again.model.state_dict()[name]), name


def test_a_training_stopped_early_stays_stopped_when_taken_up(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, 1.0)
    training = begun(examples)
    list(training.run())
    again = begun(examples)
    again.restore(training.state())
    assert again.stopped_early and list(again.run()) == []


def test_a_state_of_before_there_was_a_best_is_taken_up(examples: Examples) -> None:
    training = begun(examples)
    state = training.state()
    assert state["best"] is None  # JSON has no infinity
    training.restore(state)
    assert training.best == Best(math.inf, 0)
    del state["best"]
    training.restore(state)
    assert training.best == Best(math.inf, 0) and not training.stopped_early


def test_a_model_that_learns_nothing_is_not_stopped(examples: Examples) -> None:
    model = Pca(PcaConfig(width=48, height=32, latent_size=3))
    model.prepare(examples.frames.raw(ROWS), torch.Generator())
    training = Training(model, examples, ROWS, HELD, replace(CONFIG, patience=1))
    assert list(training.run()) == []
    assert not training.stopped_early and training.state()["best"] is None


def test_stretches_are_few_rows_that_are_neighbours_still() -> None:
    rows = np.flatnonzero(np.arange(40_000) % 50 < 40)  # with gaps, as without held-out blocks
    assert np.array_equal(stretches(rows[:8192]), rows[:8192])
    some = stretches(rows)
    assert len(some) == 8192
    assert len(np.unique(some)) == 8192 and set(some) <= set(rows)
    assert some[0] == rows[0] and some[-1] == rows[-1]
    assert (np.diff(some) == 1).mean() > 0.9
    few = stretches(rows, most=100, length=10)
    assert len(few) == 100 and (np.diff(few.reshape(10, 10)).sum(axis=1) <= 9 + 10).all()


def test_what_lies_beside_knows_which_frames_follow() -> None:
    videos = [np.zeros((count, 8, 8, 3), np.uint8) for count in (4, 5)]
    features = [np.arange(count * 2, dtype=np.float16).reshape(count, 2) for count in (4, 5)]
    words = np.arange(18).reshape(9, 2)
    examples = Examples(Frames(videos, torch.device("cpu")), None, words, features)
    known = examples.beside(np.array([0, 1, 3, 4, 5, 8]))
    assert known.follows is not None and known.features is not None and known.words is not None
    assert known.follows.tolist() == [False, True, False, False, True, False]
    assert known.features.dtype == torch.float32
    assert known.features[:, 0].tolist() == [0, 2, 6, 0, 2, 8]
    assert known.words[:, 0].tolist() == [0, 2, 6, 8, 10, 16]
    # An example may be a caption with its frame: what counts is the frame
    paired = Examples(Frames(videos, torch.device("cpu")), np.array([0, 1, 1, 2, 4]), words[:5])
    beside = paired.beside(np.arange(5))
    assert beside.follows is not None and beside.features is None
    assert beside.follows.tolist() == [False, True, False, True, False]
