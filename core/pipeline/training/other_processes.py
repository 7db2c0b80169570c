"""Starts and watches the processes that a training shares each step with; the first is this one.

They are children of this process in its process group (torchrun would give each one of its own), so
that what ends a job ends them, and they end when it is gone. They know no library: the examples are
read from their files, weights come from this process. One that ends before the training does ends
the training.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist

from core.child import signal_with_parent
from core.config import TrainingConfig
from core.errors import InvalidSetting
from core.machine import threads
from core.pipeline.out_of_memory import out_of_memory
from core.storage import checkpoints
from core.training.dataset import KnownExamples
from core.training.memory import keep_freed_memory
from core.training.schedule import Length
from core.training.together import Processes, joined
from core.training.trainer import Training
from models.config import ModelConfig
from models.factory import build
from models.interface import WordModel

_HERE = "127.0.0.1"
_LAST_WORDS_S = 3.0  # between a connection that breaks and the end of who broke it
_UNNOTICED_S = 60.0  # that this process may wait for one that has ended, as a GPU does


class ProcessEnded(Exception):
    """A process of a training ended before it was over; another attempt may go better."""


@dataclass(frozen=True)
class Shared:
    """What all processes of a training have to know."""

    model: ModelConfig
    vocabulary: tuple[int, ...]  # (V, E) the shape of its vectors, () without captions
    longest: int  # tokens of a caption
    examples: KnownExamples
    rows: np.ndarray  # (N,) of the examples, that are trained on
    training: TrainingConfig
    length: Length | None
    resume: Path | None  # whose state it goes on from
    size: int
    cuda: bool


@contextlib.contextmanager
def with_others(shared: Shared) -> Iterator[Processes]:
    """Be the first process of a training; the others run from here to the end of the block.

    Raises InvalidSetting where there are fewer GPUs, ProcessEnded where one of them ended,
    MemoryError where it found no memory.
    """
    if shared.cuda and shared.size > torch.cuda.device_count():
        raise InvalidSetting(
            f"{shared.size} processes need a GPU each, and there are {torch.cuda.device_count()} "
            "for this training; ask for fewer."
        )
    own_threads = torch.get_num_threads()
    torch.set_num_threads(_threads(shared))
    store = dist.TCPStore(_HERE, 0, shared.size, is_master=True, wait_for_workers=False)
    others = [_Other(shared, rank, store.port) for rank in range(1, shared.size)]
    left = threading.Event()
    threading.Thread(target=_watch, args=(others, left), daemon=True).start()
    try:
        with _explained(others):
            for other in others:
                other.wait_until_ready()
        with joined(0, shared.size, store, shared.cuda) as processes, _explained(others):
            yield processes
            for other in others:
                other.process.join(_UNNOTICED_S)
    finally:
        left.set()
        for other in others:
            other.process.kill()
            other.process.join()
        torch.set_num_threads(own_threads)


class _Other:
    """One of the other processes, and what it says when it cannot go on."""

    def __init__(self, shared: Shared, rank: int, port: int) -> None:
        self._name = f"Process {rank + 1} of {shared.size}"
        context = multiprocessing.get_context("spawn")
        self._said, theirs = context.Pipe(duplex=False)
        self._ready, self._lacks_memory, self._sentence = False, False, ""
        words = (shared, rank, port, theirs)
        self.process: SpawnProcess = context.Process(target=_serve, args=words, daemon=True)
        self.process.start()
        theirs.close()

    def wait_until_ready(self) -> None:
        """Raises RuntimeError where it ends first."""
        self._hear()
        if not self._ready:
            raise RuntimeError(f"{self._name} did not begin.")

    def fault(self) -> Exception:
        """Why it ended before its training was over."""
        code = self.process.exitcode or 0
        if code < 0:
            often = ", as happens when memory runs out" if code == -9 else ""
            return ProcessEnded(f"{self._name} was ended by signal {-code}{often}")
        self._hear()
        kind = MemoryError if self._lacks_memory else ProcessEnded
        return kind(f"{self._name} ended with code {code}: {self._sentence}")

    def _hear(self) -> None:
        """Wait for one of the two things that it says: that it is ready, or why it ends."""
        with contextlib.suppress(EOFError):
            said = self._said.recv()
            self._ready |= said is None
            self._lacks_memory, self._sentence = said or (False, "")


@contextlib.contextmanager
def _explained(others: Sequence[_Other]) -> Iterator[None]:
    """Within it a connection that breaks is the fault of who ended, if somebody has."""
    try:
        yield
    except RuntimeError as broken:
        ended = wait([other.process.sentinel for other in others], _LAST_WORDS_S)
        for other in others:
            if other.process.sentinel in ended:
                other.process.join()
        gone = [other for other in others if other.process.exitcode]
        # Who found no memory, or else who was killed, is why others ended
        gone.sort(key=lambda other: (other.process.exitcode or 0) > 0)
        faults = [other.fault() for other in gone]
        for fault in [*(one for one in faults if isinstance(one, MemoryError)), *faults]:
            raise fault from broken
        raise


def _watch(others: Sequence[_Other], left: threading.Event) -> None:
    """End this process where it does not see by itself that another one has ended.

    Over TCP it sees it at once; a GPU may wait for what never comes.
    """
    running = [other.process for other in others]
    while running:
        ended = wait([process.sentinel for process in running])
        if left.wait(_UNNOTICED_S):
            return
        if any(process.exitcode for process in running):
            sys.stderr.write("Another process of this training has ended.\n")
            os._exit(1)
        running = [process for process in running if process.sentinel not in ended]


def _serve(shared: Shared, rank: int, port: int, say: Connection) -> None:
    """One of the other processes, whole."""
    signal_with_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(_threads(shared))
    keep_freed_memory()
    try:
        _train(shared, rank, port, say)
    except Exception as error:
        traceback.print_exception(error)
        say.send((out_of_memory(error), f"{type(error).__name__}: {error}"))
        sys.exit(1)


def _train(shared: Shared, rank: int, port: int, say: Connection) -> None:
    device = torch.device("cuda", rank) if shared.cuda else torch.device("cpu")
    model = build(shared.model)
    if isinstance(model, WordModel) and shared.vocabulary:
        model.use_words(torch.zeros(shared.vocabulary), shared.longest)
    model.to(device)
    examples = shared.examples.opened(device)
    resume = checkpoints.load_training(shared.resume) if shared.resume else None
    say.send(None)
    store = dist.TCPStore(_HERE, port, shared.size, is_master=False)
    with joined(rank, shared.size, store, shared.cuda) as processes:
        nobody = np.arange(0)
        training = Training(
            model, examples, shared.rows, nobody, shared.training, shared.length, processes
        )
        if resume is not None:
            training.restore(resume[1])
        training.take_over()
        for _ in training.run():
            pass


def _threads(shared: Shared) -> int:
    return max(1, threads() // shared.size)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)
