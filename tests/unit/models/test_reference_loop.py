"""The benchmark's reference loop learns exactly what our models learn; the benchmark runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from benchmarks import speed
from benchmarks.reference_loop import Captions, PlainLoop, PublishedConfig, plain
from benchmarks.speed_sides import Setup, Turn
from core.config import PROJECT, preset
from models.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig
from models.factory import build
from models.interface import WordModel
from models.losses import distortion, published
from tests.by_hand import TOLERANCES

ROOT = PROJECT
BATCH, WORDS, WORD_SIZE, LENGTH = 5, 11, 12, 7
CONFIGS = [
    PureCvaeConfig(40, 24, latent_size=6, channels=4),
    DenseCvaeConfig(40, 24, latent_size=6, channels=4, first_dense=24, second_dense=16),
    CrvaeConfig(40, 24, latent_size=6, channels=4, dense=20, hidden=8, word_size=WORD_SIZE),
]
NAMES = [config.name for config in CONFIGS]


def captions(dtype: torch.dtype = torch.float32) -> Captions:
    """Of 7, 4, 1, 0 and 7 tokens."""
    generator = torch.Generator().manual_seed(4)
    vectors = torch.randn(WORDS, WORD_SIZE, generator=generator, dtype=dtype)
    vectors[0] = 0
    words = torch.randint(1, WORDS, (BATCH, LENGTH), generator=generator)
    for row, length in enumerate((7, 4, 1, 0, 7)):
        words[row, length:] = 0
    return Captions(words, vectors)


@pytest.mark.parametrize(
    ("dtype", "of_gradient", "of_loss"), TOLERANCES, ids=["float32", "float64"]
)
@pytest.mark.parametrize("config", CONFIGS, ids=NAMES)
def test_the_reference_learns_what_ours_learns(
    config: PublishedConfig, dtype: torch.dtype, of_gradient: float, of_loss: float
) -> None:
    torch.manual_seed(1)
    ours, reference = build(config).to(dtype).train(), plain(config).to(dtype).train()
    said = captions(dtype)
    if isinstance(ours, WordModel):
        ours.use_words(said.vectors, LENGTH)
        ours.to(dtype)  # word vectors are kept in float32
    copy_weights(ours, reference)
    frames = torch.rand(BATCH, 3, 24, 40, generator=torch.Generator().manual_seed(8)).to(dtype)
    vectors = ours.embedding[said.words] if isinstance(ours, WordModel) else None

    loss = our_loss(ours, frames, said.words)
    shape = ours.encode(frames, said.words).mean.shape
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(2)).to(dtype)
    theirs = reference.loss(frames, vectors, noise)
    loss.backward()
    theirs.backward()

    assert loss.item() == pytest.approx(theirs.item(), abs=of_loss)
    rounding = 1e-7 if dtype == torch.float32 else 1e-15
    pairs = zip(ours.named_parameters(), reference.parameters(), strict=True)
    for (name, mine), other in pairs:
        off = (mine.grad - other.grad).abs().max()
        # a bias before a batch norm has a true gradient of zero: what is left there is rounding
        allowed = rounding if name.endswith("bias") else 0.0
        assert off <= of_gradient * other.grad.abs().max() + allowed, name
        assert other.grad.abs().max() > 0 or name.endswith("bias"), name


def copy_weights(ours: torch.nn.Module, reference: torch.nn.Module) -> None:
    """Both define their layers in one order; an LSTM's four cells follow each other in both."""
    with torch.no_grad():
        for mine, other in zip(ours.parameters(), reference.parameters(), strict=True):
            assert mine.shape == other.shape
            other.copy_(mine)


def our_loss(model: torch.nn.Module, frames: Tensor, words: Tensor) -> Tensor:
    """As the trainer has it, with the noise of seed 2."""
    posterior = model.encode(frames, words)
    latents = posterior.sample(torch.Generator().manual_seed(2))
    if isinstance(model, WordModel):
        decoded, spoken = model.decode_both(latents, words)
        true, weight = model.embedding[words], model.config.text_weight
        error = distortion(frames, decoded, true, spoken, weight)
    else:
        error = distortion(frames, model.decode(latents), None, None, 0.0)
    return published(error, posterior, model.prior_std).total


def test_every_epoch_reads_the_files_again(tmp_path: Path) -> None:
    pictures = [tmp_path / f"{n}.jpg" for n in range(3)]
    for n, path in enumerate(pictures):
        cv2.imwrite(str(path), np.full((48, 80, 3), 60 * n + 60, np.uint8))
    loop = PlainLoop(CONFIGS[2], pictures, captions(), 2, torch.device("cpu"))
    loop.captions = Captions(captions().words[[0, 1, 4]], captions().vectors)

    frames, said = loop.batch()
    assert frames.shape == (2, 3, 24, 40) and frames.is_contiguous()
    assert frames.mean(dim=(1, 2, 3)) * 255 == pytest.approx([60, 120], abs=2)
    assert torch.equal(said, loop.captions.vectors[loop.captions.words[:2]])
    before = [p.detach().clone() for p in loop.model.parameters()]
    loop.step()
    after = loop.model.parameters()
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
    cv2.imwrite(str(pictures[0]), np.full((48, 80, 3), 240, np.uint8))
    loop.done = 2  # the second batch was the last picture, alone
    assert float(loop.batch()[0][0].mean()) * 255 == pytest.approx(240, abs=2)


def test_what_was_not_published_has_no_reference() -> None:
    with pytest.raises(ValueError, match="published LSTM"):
        plain(CrvaeConfig(cell="gru"))
    with pytest.raises(ValueError, match="published LSTM"):
        plain(CrvaeConfig(teacher_forcing=False))


@pytest.mark.thorough
def test_the_benchmark_prints_a_row() -> None:
    # As its users start it: its two sides are processes that begin by importing the main module,
    # and in this process that may be a page that another test has opened.
    asked = ["--small", "--model", "dense-cvae", "--rounds", "1", "--steps", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed", *asked],
        cwd=ROOT,
        env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},  # other tests may use the cores
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    header, row = (line.strip("| ").split(" | ") for line in (said[2], said[4]))
    assert row[0] == "dense-cvae" and len(row) == len(header)
    slow, fast, ratio = (float(cell) for cell in row[3:6])
    assert ratio == pytest.approx(fast / slow, rel=0.02)
    parameters = speed.SMALL["dense-cvae"].parameters() / 1e6
    assert f"40 bytes x {parameters:.1f} M parameters" in said[-1]


def test_ratios_are_taken_round_by_round() -> None:
    dense = speed.SMALL["dense-cvae"]
    training = preset("dense-cvae", "paper").training
    setup = Setup(dense, training, (), tokens=0, block=2, device="cpu")
    busy = 10.0  # the second round ran on a busy machine: both sides were so many times slower
    slow = [Turn(2, seconds, 2**30) for seconds in (6.0, 6.0 * busy, 8.0)]
    fast = [Turn(2, seconds, 2**31) for seconds in (2.0, 2.0 * busy, 4.0)]
    floor_s = 0.5  # of a step: twice as fast as the first round's
    moved = 40.0 * dense.parameters() / floor_s
    done = speed.Rounds(slow, fast, [moved, moved / busy, moved])
    cells = speed._row(setup, done).strip("| ").split(" | ")
    assert cells[3:] == ["0.25", "0.5", "3.00", "2.00 to 3.00", "1.00 GiB", "2.00 GiB"]
    assert speed._floor(setup, done).endswith("ours takes 2000.0 ms, 2.00 x the floor.")


def test_the_benchmark_says_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0 JPEG files"):
        speed.main(["--small", "--pictures", str(tmp_path)])
    with pytest.raises(SystemExit):
        speed.main(["--rounds", "0"])
    assert "1 to 15 rounds" in capsys.readouterr().err
