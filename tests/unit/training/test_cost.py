"""What a training is said to cost: numbers worked out by hand, and the setting to lower."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.config import RunConfig, TrainingConfig, preset
from core.training import cost
from models.config import CompactConfig, CrvaeConfig, DenseCvaeConfig, PureCvaeConfig


@pytest.fixture(autouse=True)
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a GPU whose matrix product makes 100 GFLOP/s, with 8 GB."""
    monkeypatch.setattr(cost, "has_gpu", lambda: False)
    monkeypatch.setattr(cost, "_matrix_flops", lambda: 1e11)
    monkeypatch.setattr(cost, "machine_memory", lambda: 8_000_000_000)


# Of the smallest dense-cvae: 40 x 24 = 960 places, 1, 1 and 2 filters, 8, 4 and 2 x 2 values.
_SMALL = DenseCvaeConfig(
    width=40, height=24, latent_size=2, channels=1, first_dense=8, second_dense=4
)
_CONVOLUTIONS = (
    27 * 960 + 9 * 240 + 18 * 60  # there
    + 36 * 15 + 36 * 60 + 18 * 60 + 9 * 240 + 9 * 240 + 9 * 960 + 27 * 960  # back, by stages
)  # fmt: skip
_DENSE = 30 * 8 + 8 * 4 + 4 * 4 + 2 * 4 + 4 * 8 + 8 * 30
_WEIGHTS = (
    (27 + 1) + (9 + 1) + (18 + 2) + (36 + 2) + (36 + 2) + (18 + 1) + (9 + 1) + (9 + 1) + (9 + 1)
    + (27 + 3) + _DENSE + 8 + 4 + 4 + 4 + 8 + 30
)  # fmt: skip


def test_steps_of_epochs_are_counted_for_both_trainings() -> None:
    training = TrainingConfig(epochs=3, batch_size=16)
    # 100 frames: 7 batches an epoch; the 80 that are not held out: 5.
    assert cost.steps(RunConfig(_SMALL, training), 100) == 3 * 7 + 3 * 5
    assert cost.steps(RunConfig(_SMALL, replace(training, held_out="none")), 100) == 3 * 7
    assert cost.steps(RunConfig(_SMALL, TrainingConfig(steps=200)), 100) == 400
    assert cost.steps(preset("pca"), 100) == 0


def test_a_small_training_takes_its_arithmetic() -> None:
    """Work of 6 x multiply-adds x batch at a third of the product's speed, beside what is fixed."""
    config = RunConfig(_SMALL, TrainingConfig(epochs=1000, batch_size=10, held_out="none"))
    said = cost.estimate(config, 100)
    flops = 6 * (_CONVOLUTIONS + _DENSE) * 10
    assert flops / 0.35e11 > 28 * _WEIGHTS / 8e9  # arithmetic, not memory
    components = 6 * 100**2 * 960 / 0.35e11
    by_hand = 6 + 2 + 10_000 * flops / 0.35e11 + components
    assert said.seconds == pytest.approx(by_hand, rel=1e-9)
    assert said.parameters == _WEIGHTS


def test_a_wide_model_waits_for_memory() -> None:
    """The published dense-cvae at a batch of 2: Adam's 28 bytes of each weight are the longest."""
    config = preset("dense-cvae", "paper", {"batch_size": "2", "epochs": "1", "held_out": "none"})
    weights = config.model.parameters()
    said = cost.estimate(config, 100)
    components = 6 * 100**2 * 24_000 / 0.35e11
    assert said.seconds == pytest.approx(8 + 50 * 28 * weights / 8e9 + components, rel=1e-9)


def test_memory_is_frames_weights_and_what_a_step_keeps() -> None:
    config = RunConfig(_SMALL, TrainingConfig(batch_size=10))
    kept = 4 * (960 * 1 + 240 * 1 + 60 * 2)  # values: four of each filter and place
    by_hand = 300_000_000 + 3 * 960 * 100 + 20 * _WEIGHTS + 10 * 10 * kept
    assert cost.estimate(config, 100).memory_bytes == by_hand


def test_weights_that_are_computed_need_no_optimiser() -> None:
    model = CompactConfig(width=40, height=24, latent_size=8)
    fixed = 9 * 40 * 24 * 3 + 8
    learned = model.parameters() - fixed
    kept = 10 * 32 * 48 * 960
    basis = 4 * (256 + 2 * 8) * 3 * 960  # 256 pictures at least, and two cosines a component
    by_hand = 300_000_000 + 3 * 960 * 100 + 20 * learned + 8 * fixed + kept + basis
    assert cost.estimate(RunConfig(model), 100).memory_bytes == by_hand


def test_segments_are_the_examples_of_a_model_trained_on_them() -> None:
    config = preset("crvae", "paper")
    few, many = cost.estimate(config, 400, 90), cost.estimate(config, 400)
    # 90 segments are 6 batches an epoch and 5 without those held out (72), 400 are 25 and 20.
    fixed = 6 + 0.02 * 400 + 2 * 6 * 400**2 * 24_000 / 0.35e11
    assert (few.seconds - fixed) / (many.seconds - fixed) == pytest.approx(11 / 45)


@pytest.mark.parametrize(
    ("model", "frames", "named"),
    [
        (DenseCvaeConfig(), 100, "lower first_dense, or width and height"),
        (CrvaeConfig(), 100, "lower dense, or width and height"),
        (PureCvaeConfig(), 100, "lower batch_size, or width and height"),
        (CompactConfig(), 100, "lower batch_size, or width and height"),
        (PureCvaeConfig(), 10**6, "lower batch_size, or width and height"),  # on disk
    ],
)
def test_what_is_to_be_lowered_is_what_fills_the_memory(
    model: object, frames: int, named: str
) -> None:
    assert cost.to_lower(RunConfig(model), frames) == named


def test_what_does_not_fit_is_told_before_the_start() -> None:
    assert not cost.estimate(preset("dense-cvae", "paper"), 100).fits  # 460 million x 20 bytes
    assert cost.estimate(preset("dense-cvae"), 100).fits
    assert cost.estimate(preset("pca"), 100).fits


def test_of_more_than_100_000_frames_as_many_steps_are_taken_and_none_twice() -> None:
    settings = TrainingConfig(steps=10, batch_size=16)
    many, more = (cost.steps(RunConfig(_SMALL, settings), frames) for frames in (100_000, 10**6))
    assert many == 8 * 100_000 // 16 + 8 * 80_000 // 16
    assert more == 8 * 100_000 // 16
    asked = RunConfig(_SMALL, TrainingConfig(epochs=1, batch_size=10))
    assert cost.steps(asked, 10**6) == 100_000 + 80_000  # epochs are as they were asked for


def test_frames_that_would_fill_the_memory_stay_on_disk() -> None:
    few, many = (cost.estimate(RunConfig(_SMALL), n).memory_bytes for n in (1_000, 10**6))
    assert few - many == 3 * 960 * 1_000
