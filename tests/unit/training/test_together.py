"""Several processes train one model as one does: on gloo, each with its part of every batch."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from core.config import RunConfig, TrainingConfig
from core.pipeline.training.other_processes import ProcessEnded, Shared, with_others
from core.pipeline.training.train import train
from core.storage import Database, checkpoints, results, runs
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from core.training.dataset import Examples, Frames, Picked
from core.training.together import Processes
from core.training.trainer import Step, Training
from models.config import ModelConfig
from models.factory import build
from models.interface import FitInputs, WordModel
from models.losses import batch_mean
from models.published.blocks import BatchNorm
from tests.contract.test_models import SMALL
from tests.synthetic import add_video

TOKENS, WORDS = 5, 10
STEPS = TrainingConfig(steps=50, batch_size=9, learning_rate=1e-3, seed=3)


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes begin with the main module again, which page tests leave a page of theirs for."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    """25 drawn pictures of two videos, one of them in a file, with captions and features."""
    rng = np.random.default_rng(5)
    pictures = np.full((26, 32, 48, 3), 60, np.uint8)
    for index in range(26):
        pictures[index, :, index : index + 4 + index % 5] = (200, 40 + 8 * index, 90)
        pictures[index, index % 16 : index % 16 + 6] = 220
    np.save(tmp_path / "pixels.npy", pictures[:15])
    kept = np.load(tmp_path / "pixels.npy", mmap_mode="r")
    rows = np.array([*range(6), *range(7, 15)])
    arrays = [Picked(kept, rows), pictures[15:]]
    words = rng.integers(1, WORDS, (25, TOKENS))
    words[np.arange(TOKENS) >= rng.integers(0, 6, (25, 1))] = 0
    features = rng.normal(size=(25, 16)).astype(np.float16)
    frames = Frames(arrays, torch.device("cpu"))
    return Examples(frames, np.arange(25), words, [features[:14], features[14:]])


@contextmanager
def begun(
    config: ModelConfig,
    examples: Examples,
    training: TrainingConfig,
    size: int = 1,
    resume: Path | None = None,
) -> Iterator[Training]:
    torch.manual_seed(0)
    model = build(config)
    everything = np.arange(len(examples))
    vocabulary: tuple[int, ...] = ()
    if isinstance(model, WordModel):
        vectors = torch.randn(WORDS, 10, generator=torch.Generator().manual_seed(2))
        vectors[0] = 0
        vocabulary = tuple(vectors.shape)
        model.use_words(vectors, TOKENS)
    beside = examples.beside(everything) if isinstance(model, WordModel) else FitInputs()
    model.prepare(examples.frames.raw(everything), torch.Generator().manual_seed(0), beside)
    known = examples.known()
    shared = Shared(
        config, vocabulary, TOKENS, known, everything, training, None, resume, size, False
    )
    with with_others(shared) if size > 1 else nullcontext(Processes()) as processes:
        begun = Training(model, examples, everything, everything[:3], training, None, processes)
        if resume is not None:
            weights, state, _ = checkpoints.load_training(resume)
            checkpoints.load_weights(model, weights)
            begun.restore(state)
        begun.take_over()
        yield begun


def trained(training: Training, until: int = 0) -> np.ndarray:
    """(S, 3) of each step, to the end or to step `until`: picture's error, KL, words' error."""
    taken: list[Step] = []
    advance = training._advance

    def kept(optimizer: torch.optim.Optimizer) -> Step:
        taken.append(advance(optimizer))
        return taken[-1]

    training._advance = kept
    for metrics in training.run():
        if metrics.step == until:
            break
    return np.array([[float(one) for one in (s.image, s.kl, s.text or 0.0)] for s in taken])


def check_alike(
    config: ModelConfig, examples: Examples, training: TrainingConfig, size: int = 2
) -> None:
    """The losses of `size` processes are those of one to 1e-5, and so are the figures."""
    with begun(config, examples, training) as alone:
        expected = trained(alone)
    with begun(config, examples, training, size) as several:
        found = trained(several)
    assert len(found) == alone.schedule.steps
    assert abs(expected[-1, 0] / expected[0, 0] - 1) > 1e-3  # it has not stood still
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    assert several.best.error == pytest.approx(alone.best.error, rel=1e-5)
    assert several.published_figures() == pytest.approx(alone.published_figures())
    assert float(several.noise_variance) == pytest.approx(float(alone.noise_variance), rel=1e-5)


def test_two_processes_compute_what_one_does(examples: Examples) -> None:
    """Batches of 6, 6, 6 and 7; normalised over the batch, with words, KL and its free bits."""
    config = replace(SMALL["crvae"], beta=1.0, free_bits=0.3)
    check_alike(config, examples, replace(STEPS, epochs=3, batch_size=6))


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["compact", "dense-cvae", "crvae", "affinity"])
def test_fifty_steps_of_two_processes_are_those_of_one(name: str, examples: Examples) -> None:
    check_alike(SMALL[name], examples, STEPS)


@pytest.mark.thorough
def test_a_process_without_an_example_takes_part(examples: Examples) -> None:
    """Of the 25 examples the last batch has 2, and there are 3 processes."""
    config = replace(SMALL["crvae"], beta=1.0)
    check_alike(config, examples, replace(STEPS, epochs=2, batch_size=23), size=3)


@pytest.mark.thorough
def test_another_number_of_processes_goes_on_alike(
    examples: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those that are left in the middle are not waited for
    monkeypatch.setattr("core.pipeline.training.other_processes._UNNOTICED_S", 0.5)
    sixteen = replace(STEPS, steps=16)
    kept = tmp_path / "resume.safetensors"
    with begun(SMALL["affinity"], examples, sixteen) as whole:
        expected = trained(whole)
    with begun(SMALL["affinity"], examples, sixteen, 3) as first:
        before = trained(first, until=6)
        checkpoints.save_training(kept, first.model, first.state(), {})
    with begun(SMALL["affinity"], examples, sixteen, 2, kept) as second:
        after = trained(second)
    np.testing.assert_allclose([*before, *after], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.thorough
def test_one_that_is_killed_ends_the_training(examples: Examples) -> None:
    killed = pytest.raises(ProcessEnded, match="2 of 3 was ended by signal 9")
    with killed, begun(SMALL["compact"], examples, STEPS, 3) as shared:
        others = multiprocessing.active_children()
        assert len(others) == 2
        for metrics in shared.run():
            if metrics.step == 4:
                min(others, key=lambda one: one.pid).kill()
    assert not multiprocessing.active_children()
    assert not torch.distributed.is_initialized()


@pytest.mark.thorough
def test_one_that_finds_no_memory_says_so(examples: Examples) -> None:
    config, words = SMALL["crvae"], (10**12, 10)
    shared = Shared(config, words, 5, examples.known(), np.arange(25), STEPS, None, None, 2, False)
    with pytest.raises(MemoryError, match="Process 2 of 2"), with_others(shared):
        pytest.fail("it began")


@pytest.mark.thorough
def test_a_run_of_two_processes_is_that_of_one(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its trainings: the one that finds the length, the one that is measured, the last."""
    monkeypatch.setattr("core.pipeline.training.train.standard", lambda *_: None)
    add_video(db, "video0", "us", 40, 0)
    add_video(db, "video1", "cn", 60, 1)
    training = TrainingConfig(steps=60, batch_size=8, learning_rate=3e-3, patience=3)
    config = RunConfig(replace(SMALL["compact"], crop_share=0.0), training)
    latents, said, reports = [], [], []
    for processes in (1, 2):
        run = new_run(config, trainable(db, ["video0", "video1"]))
        runs.add(db, run)
        train(db, run.id, Progress(None), processes)
        latents.append(results.latents(db, run.id))
        reports.append(results.report(db, run.id))
        said.append([(m["phase"], m["step"]) for m in results.metrics(db, run.id)])
        runs.delete(db, run.id)
    assert [report["processes"] for report in reports] == [1, 2]
    assert ["2 processes" in report["device"] for report in reports] == [False, True]
    assert len({phase for phase, _ in said[0]}) == 3
    assert said[0] == said[1]
    np.testing.assert_allclose(latents[1], latents[0], atol=1e-4 * np.abs(latents[0]).max())
    for report in reports:
        assert report["psnr"] == pytest.approx(reports[0]["psnr"], rel=1e-4)


def test_a_norm_over_all_processes_is_that_of_the_whole_batch() -> None:
    """Values and gradients, in double precision; here the one process has all of the batch."""
    torch.manual_seed(0)
    ours, theirs = BatchNorm(6).double(), torch.nn.BatchNorm1d(6).double()
    ours.over_all = batch_mean
    theirs.load_state_dict(ours.state_dict(), strict=False)
    torch.nn.init.normal_(ours.weight), torch.nn.init.normal_(ours.bias)
    theirs.weight.data.copy_(ours.weight), theirs.bias.data.copy_(ours.bias)
    batch, wanted = torch.randn(2, 9, 6, dtype=torch.float64)
    gradients = []
    for norm in (ours, theirs):
        x = batch.clone().requires_grad_()
        (norm(x) - wanted).square().sum().backward()
        gradients.append((x.grad, norm.weight.grad, norm.bias.grad))
    for found, expected in zip(*gradients, strict=True):
        torch.testing.assert_close(found, expected)
