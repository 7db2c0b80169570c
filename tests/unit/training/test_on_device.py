"""What a training does on a GPU: no step waits for it, and figures are those of the CPU.

A GPU is not needed to see that a step asks nothing back: tensors on torch's "meta" device have no
numbers, so that whatever would have to wait for one raises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from core.config import TrainingConfig
from core.training.dataset import Examples, Frames
from core.training.trainer import Step, Training
from tests.contract.test_models import SMALL, prepared

LEARNING = sorted(name for name in SMALL if name != "pca")
SETTINGS = TrainingConfig(epochs=2, batch_size=8, seed=3)
CUDA = torch.device("cuda")
on_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"),
]


def examples(device: torch.device) -> Examples:
    """20 pictures with captions and features."""
    rng = np.random.default_rng(4)
    coarse = rng.integers(0, 255, (20, 8, 12, 3), dtype=np.uint8)
    frames = Frames([coarse.repeat(4, axis=1).repeat(4, axis=2)], device)
    words, features = rng.integers(0, 10, (20, 5)), rng.normal(size=(20, 16)).astype(np.float16)
    return Examples(frames, words=words, features=[features])


def begun(name: str, device: torch.device, settings: TrainingConfig = SETTINGS) -> Training:
    known = examples(torch.device("cpu"))
    model = prepared(SMALL[name], known.frames.raw(np.arange(20))).to(device)
    everything = np.arange(20)
    return Training(model, examples(device), everything, everything[:0], settings)


class Copies(TorchDispatchMode):
    """Refuses what copies a tensor to the meta device and waits for the copy."""

    def __torch_dispatch__(
        self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        named = kwargs or {}
        if function is torch.ops.aten._to_copy.default and args[0].device.type == "cpu":
            waits = not named.get("non_blocking")
            assert not (waits and named.get("device") == torch.device("meta")), "a copy waits"
        return function(*args, **named)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.thorough if "crvae-" in name else ())
        for name in LEARNING
    ],
)
def test_no_step_waits_for_the_device(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    adam = torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda weights, lr, fused: adam(weights, lr=lr))
    training = begun(name, torch.device("meta"), replace(SETTINGS, batch_size=20))
    with Copies():  # the second step is of the last epoch, where more is kept
        for _ in range(2):
            training._advance(training.optimizer)
    assert training.step == training.schedule.steps == 2
    with pytest.raises(RuntimeError, match="meta"):  # which the test rests on
        float(training.noise_variance)


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("mixed", [False, True], ids=["float32", "bfloat16"])
class TestOnGpu:
    pytestmark = on_gpu

    def test_a_step_is_that_of_the_cpu_and_waits_for_nothing(self, name: str, mixed: bool) -> None:
        settings = replace(SETTINGS, mixed_precision=mixed)
        steps: list[list[Step]] = []
        for device in (torch.device("cpu"), CUDA):
            training = begun(name, device, settings)
            steps.append([training._advance(training.optimizer)])
            torch.cuda.set_sync_debug_mode("error" if device is CUDA else "default")
            try:
                steps[-1] += [training._advance(training.optimizer) for _ in range(5)]
            finally:
                torch.cuda.set_sync_debug_mode("default")
        close = 3e-2 if mixed else 1e-3
        for ours, theirs in zip(*steps, strict=True):
            assert float(theirs.image) == pytest.approx(float(ours.image), rel=close)
            assert float(theirs.kl) == pytest.approx(float(ours.kl), rel=close, abs=1e-2)

    def test_frames_are_bytes_and_weights_channels_last(self, name: str, mixed: bool) -> None:
        training = begun(name, CUDA)
        raw = training.examples.frames.raw(np.arange(4))
        assert (raw.dtype, raw.device.type) == (torch.uint8, "cuda")
        assert raw.is_contiguous(memory_format=torch.channels_last)
        for layer in training.model.modules():
            if isinstance(layer, torch.nn.Conv2d):
                assert layer.weight.is_contiguous(memory_format=torch.channels_last)
