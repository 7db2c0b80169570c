"""The training loop: it lowers the loss, repeats itself, and goes on as if it had not stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torchmetrics.functional.image import structural_similarity_index_measure

from core.config import TrainingConfig
from core.storage import checkpoints
from core.training import measures
from core.training.dataset import Examples, Frames, held_out_rows
from core.training.measures import (
    Accuracy,
    active_units,
    error,
    structural_similarity,
    subsample,
    word_accuracy,
)
from core.training.schedule import Schedule
from core.training.trainer import Training
from models.compact import Compact
from models.config import CompactConfig, CrvaeConfig, DenseCvaeConfig, PcaConfig
from models.interface import WordModel
from models.latent import DiagonalGaussian
from models.pca import Pca
from models.published.cvae import DenseCvae

CONFIG = CompactConfig(width=48, height=32, latent_size=6, channels=16, maps=4, crop_share=0.25)
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
    training = begun(pixels, config=replace(CONFIG, crop_share=0.0, frame_weight=0.01))
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
    monkeypatch.setattr("core.training.dataset.FRAMES_SHARE", 0.0)
    from_disk = Frames(arrays, torch.device("cpu")).batch(rows)
    assert torch.equal(in_memory, from_disk)
    assert in_memory.shape == (5, 3, 32, 48)
    assert torch.equal(in_memory[3], torch.from_numpy(pixels[23]).permute(2, 0, 1) / 255)


def test_figures_of_many_examples_are_means_over_some_in_batches_as_they_are_encoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measures, "_ALL_UP_TO", 100)
    monkeypatch.setattr(measures, "_OF_MORE", 40)
    alone = SimpleNamespace(encoded_together=None)
    together = SimpleNamespace(encoded_together=16)
    assert measures.enough(alone, np.arange(100)).tolist() == list(range(100))
    some = measures.enough(alone, np.arange(1000, 2000))
    assert len(np.unique(some)) == 40
    assert some[0] == 1000 and some[-1] == 1999
    batches = measures.in_batches(together, measures.enough(together, np.arange(1000)))
    assert [len(batch) for batch in batches] == [16, 16]
    assert all((np.diff(batch) == 1).all() for batch in batches)


def test_a_subsample_keeps_both_ends() -> None:
    assert subsample(np.arange(100), 3).tolist() == [0, 50, 99]
    assert subsample(np.arange(2), 3).tolist() == [0, 1]


def test_figures_of_the_last_epoch_are_those_of_the_published_way(pixels: np.ndarray) -> None:
    """Pictures alone: sampled, after each update, the mean of the last epoch's three batches."""
    torch.manual_seed(0)
    model = DenseCvae(
        DenseCvaeConfig(
            width=48, height=32, latent_size=4, channels=2, first_dense=8, second_dense=6
        )
    )
    schedule = TrainingConfig(epochs=3, batch_size=8, schedule="constant", seed=2)
    examples = Examples(Frames([pixels], torch.device("cpu")))
    training = Training(model, examples, np.arange(24), np.arange(0), schedule)
    afterwards: list[float] = []
    optimizer = training.optimizer
    for step in range(9):
        assert training.published_figures() is None
        state = torch.get_rng_state()
        training._advance(optimizer)
        if step >= 6:
            generator = torch.Generator().manual_seed(2 * 1_000_003 + step)
            torch.randn(8, 4, generator=generator)  # the noise of the step itself
            frames = examples.batch(training.schedule.rows(step)).frames
            with torch.no_grad():
                decoded = model.decode(model.encode(frames).sample(generator))
            afterwards.append(float((decoded - frames).square().mean()))
        torch.set_rng_state(state)
    figures = training.published_figures()
    assert figures["total"] == figures["image"] == pytest.approx(255 * np.mean(afterwards))


@pytest.mark.parametrize(("examples", "batches"), [(96, 6), (90, 6), (33, 2), (32, 2), (5, 1)])
def test_an_epoch_takes_each_example_once(examples: int, batches: int) -> None:
    schedule = Schedule(TrainingConfig(epochs=2, batch_size=16, shuffle=False), examples)
    assert schedule.per_epoch == batches and schedule.steps == 2 * batches
    taken = [schedule.rows(step) for step in range(batches)]
    assert np.concatenate(taken).tolist() == list(range(examples))
    assert min(map(len, taken)) > 1
    assert [schedule.in_last_epoch(step) for step in range(2 * batches)] == [False] * batches + [
        True
    ] * batches


def test_a_shuffled_epoch_is_another_order_of_the_same() -> None:
    schedule = Schedule(TrainingConfig(epochs=3, batch_size=4, seed=1), 12)
    orders = [[int(i) for s in range(3) for i in schedule.rows(3 * e + s)] for e in range(3)]
    assert all(sorted(order) == list(range(12)) for order in orders)
    assert orders[0] != orders[1] != orders[2]
    again = Schedule(TrainingConfig(epochs=3, batch_size=4, seed=1), 12)
    assert [int(i) for i in again.rows(7)] == orders[2][4:8]


def test_ssim_is_that_of_torchmetrics() -> None:
    generator = torch.Generator().manual_seed(0)
    small = torch.rand(3, 3, 6, 10, generator=generator)
    frames = torch.nn.functional.interpolate(small, size=(48, 80), mode="bicubic").clamp(0, 1)
    noise = torch.randn(frames.shape, generator=generator)
    for weight in (0.0, 0.05, 0.3):
        blurred = (frames + weight * noise).clamp(0, 1)
        expected = structural_similarity_index_measure(
            blurred, frames, data_range=1.0, reduction="none"
        )
        pairs = zip(*(x.permute(0, 2, 3, 1).numpy() for x in (blurred, frames)), strict=True)
        ours = [structural_similarity(a, b) for a, b in pairs]
        assert ours == pytest.approx(expected.tolist(), abs=1e-4)


def test_word_accuracy_counts_nearest_words_without_padding() -> None:
    torch.manual_seed(0)
    embedding = torch.eye(5, 8)
    embedding[0] = 0
    said = torch.tensor([[1, 2, 0], [3, 4, 2]])
    model = Repeating(embedding, torch.tensor([[1, 2, 3], [4, 4, 2]]))
    frames = Frames([np.zeros((2, 24, 40, 3), np.uint8)], torch.device("cpu"))
    examples = Examples(frames, words=said.numpy())
    free = word_accuracy(model, examples, np.arange(2), teacher_forced=False)
    assert free == Accuracy(tokens=4 / 5, first=1 / 2)
    forced = word_accuracy(model, examples, np.arange(2), teacher_forced=True)
    assert forced == Accuracy(tokens=1.0, first=1.0)


class Repeating(WordModel):
    """Says the same words to every pair of frames; shown the true ones, it repeats those."""

    def __init__(self, embedding: torch.Tensor, says: torch.Tensor) -> None:
        super().__init__()
        self.config = CrvaeConfig(word_size=embedding.shape[1])
        self.register_buffer("prior_std", torch.ones(2))
        self.use_words(embedding, 3)
        self.says = says

    def encode(
        self,
        frames: torch.Tensor,
        words: torch.Tensor | None = None,
        features: torch.Tensor | None = None,
    ) -> DiagonalGaussian:
        return DiagonalGaussian(torch.zeros(len(frames), 2), torch.zeros(len(frames), 2))

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(latents), 3, 24, 40)

    def decode_words(self, latents: torch.Tensor, words: torch.Tensor | None) -> torch.Tensor:
        return self.embedding[self.says if words is None else words] * 0.9

    def decode_both(
        self, latents: torch.Tensor, words: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return self.decode(latents), self.decode_words(latents, words)


def test_free_bits_keep_the_kl_from_being_pressed_to_nothing(pixels: np.ndarray) -> None:
    frames = Frames([pixels], torch.device("cpu"))
    schedule = replace(SCHEDULE, steps=150, learning_rate=1e-2)
    small = {"latent_size": 6, "channels": 2, "first_dense": 8, "second_dense": 6}
    ends = []
    for free_bits in (0.0, 0.5):
        torch.manual_seed(0)
        config = DenseCvaeConfig(width=48, height=32, beta=50.0, free_bits=free_bits, **small)
        training = Training(
            DenseCvae(config), Examples(frames), np.arange(24), np.arange(0), schedule
        )
        ends.append([report.kl for report in training.run()][-1])
    assert ends[1] > 0.1 > ends[0]
