"""The processes that train one model together, each with its part of every batch.

A step computes what it would in one process: what is drawn at random is drawn for the whole batch
by each of them, means are over the whole batch, and gradients are summed before the update. Knows
torch.distributed and tensors; who starts the processes is core.pipeline.training.other_processes.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

_PATIENCE = datetime.timedelta(days=1)  # while the first one measures and saves; deaths are seen
_LOOPBACK = "lo" if sys.platform == "linux" else "lo0"


class Part(NamedTuple):
    """Which examples of a batch a process has."""

    places: np.ndarray  # (b,), rising
    of: int  # B, the examples of the whole batch

    def first(self, count: int) -> int:
        """How many of its examples are among the first `count` of the batch."""
        return int(np.searchsorted(self.places, count))


class Processes:
    """This process among those of one training; by itself, all of this does nothing.

    Process r takes every `size`-th example of a batch, from the r-th on. Where a batch has none for
    it, it takes the first one too, with no weight: all take part in what is summed.
    """

    def __init__(self, rank: int = 0, size: int = 1, device: str = "cpu") -> None:
        self.rank, self.size = rank, size
        self._device, self._weight = device, 1.0
        self._summing: list[Any] = []

    def take(self, count: int) -> Part:
        """This process's part of the next batch, of `count` examples."""
        places = np.arange(self.rank, count, self.size)
        self._weight = len(places) / count
        return Part(places if len(places) else np.arange(1), count)

    def mean(self, values: Tensor) -> Tensor:
        """(b, ...) of this process's examples -> (...) the mean over the batch; differentiable."""
        own = values.mean(dim=0)
        return own if self.size == 1 else _Sum.apply(self._weight * own)

    def total(self, value: Tensor) -> Tensor:
        """The sum of what each process has, without gradient."""
        if self.size == 1:
            return value
        value = value * (self._weight > 0)
        dist.all_reduce(value)
        return value

    def of_first(self, value: float | None) -> float | None:
        """What the first process says, a number or None."""
        if self.size == 1:
            return value
        said = torch.tensor(np.nan if value is None else value, dtype=torch.float64)
        said = said.to(self._device)
        dist.broadcast(said, src=0)
        return None if said.isnan() else float(said)

    def take_over(self, tensors: Iterable[Tensor]) -> None:
        """Overwrite tensors with those of the first process, which has as many, shaped alike."""
        if self.size > 1:
            for tensor in tensors:
                dist.broadcast(tensor.detach(), src=0)

    def sum_gradients(self, parameters: Iterable[Tensor]) -> None:
        """From now on begin to sum each parameter's gradient as soon as a backward pass has it."""
        if self.size > 1:
            for parameter in parameters:
                parameter.register_post_accumulate_grad_hook(self._sum)

    def wait(self) -> None:
        """Return when the gradients of the last backward pass are those of all processes."""
        for work in self._summing:
            work.wait()
        self._summing.clear()

    def _sum(self, parameter: Tensor) -> None:
        self._summing.append(dist.all_reduce(parameter.grad, async_op=True))


@contextlib.contextmanager
def joined(rank: int, size: int, store: dist.Store, cuda: bool) -> Iterator[Processes]:
    """Be one of `size` processes that meet in `store`; on GPUs each has one of its own."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", _LOOPBACK)  # all are on this machine
    device = f"cuda:{rank}" if cuda else "cpu"
    if cuda:
        torch.cuda.set_device(rank)
    backend = "nccl" if cuda else "gloo"
    dist.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=_PATIENCE)
    try:
        yield Processes(rank, size, device)
    finally:
        dist.destroy_process_group()


class _Sum(torch.autograd.Function):
    """The sum over all processes; each one's loss counts, so gradients are summed as well."""

    @staticmethod
    def forward(_context: Any, own: Tensor) -> Tensor:
        summed = own.contiguous().clone()
        dist.all_reduce(summed)
        return summed

    @staticmethod
    def backward(_context: Any, gradient: Tensor) -> Tensor:
        return _Sum.forward(None, gradient)
