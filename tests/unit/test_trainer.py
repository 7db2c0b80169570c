"""The training loop: it lowers the loss, repeats itself, and goes on as if it had not stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import TrainingConfig
from core.storage import checkpoints
from core.training.dataset import Examples, Frames, held_out_rows
from core.training.measures import active_units, error, evenly
from core.training.trainer import Training
from models.compact import Compact
from models.config import CompactConfig, PcaConfig
from models.pca import Pca

CONFIG = CompactConfig(
    width=48, height=32, latent_size=6, own_components=2, channels=16, maps=4, views=0.25
)
SCHEDULE = TrainingConfig(steps=60, batch_size=8, learning_rate=3e-3, seed=5)


@pytest.fixture
def pixels() -> np.ndarray:
    """(24, 32, 48, 3) uint8: bars of several widths at several places."""
    pictures = np.full((24, 32, 48, 3), 60, np.uint8)
    for index in range(24):
        pictures[index, :, index : index + 4 + index % 5] = (200, 40 + 8 * index, 90)
        pictures[index, index % 16 : index % 16 + 6] = 220
    return pictures


def begun(
    pixels: np.ndarray, held: np.ndarray | None = None, config: CompactConfig = CONFIG
) -> Training:
    frames = Frames([pixels], torch.device("cpu"))
    held = np.zeros(len(pixels), bool) if held is None else held
    torch.manual_seed(0)
    model = Compact(config)
    model.prepare(frames.raw(np.flatnonzero(~held)), torch.Generator().manual_seed(0))
    return Training(model, Examples(frames), np.flatnonzero(~held), np.flatnonzero(held), SCHEDULE)


def test_the_error_falls(pixels: np.ndarray) -> None:
    training = begun(pixels, config=replace(CONFIG, views=0.0))
    before = error(training.model, training.examples, training.rows)
    reports = list(training.run())
    after = error(training.model, training.examples, training.rows)
    assert after < 0.9 * before
    assert reports[-1].step == reports[-1].steps == 60
    assert reports[-1].error_held_out is None


def test_the_same_seed_gives_the_same_weights(pixels: np.ndarray) -> None:
    first, second = begun(pixels), begun(pixels)
    list(first.run()), list(second.run())
    for name, tensor in first.model.state_dict().items():
        assert torch.equal(tensor, second.model.state_dict()[name]), name


def test_a_training_taken_up_again_ends_in_the_same_weights(
    pixels: np.ndarray, tmp_path: Path
) -> None:
    whole = begun(pixels)
    list(whole.run())
    stopped = begun(pixels)
    for report in stopped.run():
        if report.step >= 30:
            break
    path = tmp_path / "resume.safetensors"
    checkpoints.save_training(path, stopped.model, stopped.state(), {"phase": "x"})
    weights, state, progress = checkpoints.load_training(path)
    again = begun(pixels)
    again.model.load_state_dict(weights)
    again.restore(state)
    list(again.run())
    assert progress == {"phase": "x"}
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(tensor, again.model.state_dict()[name]), name


def test_held_out_frames_are_measured_and_not_trained_on(pixels: np.ndarray) -> None:
    held = held_out_rows([24])
    training = begun(pixels, held)
    seen: set[int] = set()
    batch = training.examples.batch
    training.examples.batch = lambda rows: seen.update(rows.tolist()) or batch(rows)
    training._advance(training.optimizer)
    assert seen.isdisjoint(np.flatnonzero(held).tolist())
    assert all(report.error_held_out > 0 for report in training.run())


def test_a_damaged_checkpoint_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "resume.safetensors"
    path.write_bytes(b"\x10\x00\x00\x00")
    assert checkpoints.load_training(path) is None
    assert checkpoints.load_training(tmp_path / "nothing") is None


def test_pca_has_nothing_to_train(pixels: np.ndarray) -> None:
    frames = Frames([pixels], torch.device("cpu"))
    model = Pca(PcaConfig(width=48, height=32, latent_size=23))
    model.prepare(frames.raw(np.arange(24)), torch.Generator())
    examples = Examples(frames)
    training = Training(model, examples, np.arange(24), np.arange(0), SCHEDULE)
    assert list(training.run()) == []
    assert error(model, examples, np.arange(24)) < 0.01
    means = model.encode(frames.batch(np.arange(24))).mode().numpy()
    assert active_units(means, model.prior_std.numpy()) == 23


def test_held_out_blocks_are_the_published_ones() -> None:
    marks = held_out_rows([109, 378])
    assert np.flatnonzero(marks[:109]).tolist() == [*range(20, 30), *range(70, 80)]
    assert marks[109:].sum() == 78
    assert held_out_rows([12]).tolist() == [False] * 10 + [True] * 2
    assert not held_out_rows([3]).any()


def test_frames_from_disk_are_those_in_memory(
    pixels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "a.npy", pixels[:9])
    arrays = [np.load(tmp_path / "a.npy", mmap_mode="r"), pixels[9:]]
    rows = np.array([0, 8, 9, 23, 4])
    in_memory = Frames(arrays, torch.device("cpu")).batch(rows)
    monkeypatch.setattr("core.training.dataset._MEMORY_SHARE", 0.0)
    from_disk = Frames(arrays, torch.device("cpu")).batch(rows)
    assert torch.equal(in_memory, from_disk)
    assert in_memory.shape == (5, 3, 32, 48)
    assert torch.equal(in_memory[3], torch.from_numpy(pixels[23]).permute(2, 0, 1) / 255)


def test_evenly_keeps_both_ends() -> None:
    assert evenly(np.arange(100), 3).tolist() == [0, 50, 99]
    assert evenly(np.arange(2), 3).tolist() == [0, 1]
