"""A training that does not fit ends with one sentence that names the setting to lower."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from core.config import RunConfig, TrainingConfig
from core.errors import OutOfMemory
from core.pipeline.out_of_memory import out_of_memory
from core.pipeline.training.train import train
from core.records import Run
from core.storage import Database, runs
from core.storage.progress import Progress
from core.training.trainer import Training
from models.config import DenseCvaeConfig, ModelConfig, PureCvaeConfig
from tests.synthetic import make_run

_WIDE = DenseCvaeConfig(
    width=40, height=24, latent_size=2, channels=1, first_dense=65_536, second_dense=64
)
_LONG = PureCvaeConfig(width=40, height=24, latent_size=2, channels=4)


def _ask_for_a_petabyte() -> None:
    torch.empty(10**15, dtype=torch.uint8)


def _ask_numpy() -> None:
    np.empty(10**15, np.uint8)


def _give_up() -> None:
    raise MemoryError


def _queued(db: Database, model: ModelConfig) -> None:
    make_run(db, (5, 6), latent=4, every_k=(), layouts=())
    config = RunConfig(model, TrainingConfig(batch_size=4, held_out="none"))
    run = Run("big", "Big one", model.name, "fast", "queued", ("video0", "video1"))
    runs.add(db, Run(**{**vars(run), "config": config.to_json()}))


@pytest.mark.parametrize("fault", [_ask_for_a_petabyte, _ask_numpy, _give_up])
@pytest.mark.parametrize(
    ("model", "demand"), [(_WIDE, "first_dense"), (_LONG, "batch_size")], ids=("wide", "long")
)
def test_the_sentence_names_what_fills_the_memory(
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[], None],
    model: ModelConfig,
    demand: str,
) -> None:
    _queued(db, model)
    monkeypatch.setattr(Training, "_advance", lambda *_: fault())
    with pytest.raises(OutOfMemory) as caught:
        train(db, "big", Progress(None))
    assert str(caught.value) == (
        f"Big one does not fit into the memory of this machine; lower {demand}, or width and "
        "height."
    )


def test_any_other_fault_stays_what_it_is(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _queued(db, _LONG)

    def broken(*_: object) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(Training, "_advance", broken)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        train(db, "big", Progress(None))


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling ..."), True),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False),
        (ValueError("DefaultCPUAllocator: can't allocate memory"), False),
    ],
)
def test_the_ways_to_say_it_are_told_apart(error: Exception, memory: bool) -> None:
    assert out_of_memory(error) is memory
