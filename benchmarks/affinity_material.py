"""What the affinity benchmarks measure on: one data set's frames, features and captions."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from core.config import PRESETS, RunConfig
from core.pipeline.training.corpus import Corpus, read_corpus, read_features
from core.pipeline.training.train import train
from core.records import Run
from core.storage import Database, runs
from core.storage.progress import Progress
from core.training.dataset import Examples, Frames, held_out_rows
from core.video.pixels import pixels
from models.affinity.model import Affinity

CONFIG = PRESETS["affinity"]["fast"]


@dataclass(frozen=True)
class Labels:
    """Of each frame, by hand."""

    scene: np.ndarray  # (N,) str
    shot: np.ndarray  # (N,) int


@dataclass(frozen=True)
class Material:
    """A data set as the pipeline reads it."""

    name: str
    video_ids: tuple[str, ...]
    frames: Frames
    examples: Examples
    corpus: Corpus | None
    held: np.ndarray  # (N,) bool
    labels: Labels | None
    seconds: float  # that reading took, features computed anew

    @property
    def everything(self) -> np.ndarray:
        return np.arange(len(self.examples))

    @property
    def kept(self) -> np.ndarray:
        """Numbers of the examples that are not held out."""
        return np.flatnonzero(~self.held)


def material(
    db: Database, name: str, video_ids: tuple[str, ...], labels: Labels | None
) -> Material:
    began = time.monotonic()
    run = Run(name, name, "affinity", "fast", "queued", video_ids, CONFIG.to_json())
    model = CONFIG.model
    arrays = [pixels(db, video_id, model.width, model.height) for video_id in video_ids]
    frames = Frames(arrays, torch.device("cpu"))
    features = read_features(db, run, CONFIG, Progress(None))
    corpus = read_corpus(db, run, CONFIG, Progress(None))
    words = corpus.words if corpus else None
    examples = Examples(frames, words=words, features=features)
    held = held_out_rows([len(array) for array in arrays])
    took = time.monotonic() - began
    return Material(name, video_ids, frames, examples, corpus, held, labels, took)


def prepared(data: Material, numbers: np.ndarray, **changes: Any) -> Affinity:
    """The model of the fast preset with `changes`, all but its convolutions fitted to examples."""
    torch.manual_seed(0)
    config = replace(CONFIG.model, **changes)
    if data.corpus is not None:
        config = config.sized(data.corpus.longest, len(data.corpus.vocabulary.words) - 1)
    model = Affinity(config)
    if data.corpus is not None:
        model.use_words(torch.from_numpy(data.corpus.vocabulary.vectors), data.corpus.longest)
    generator = torch.Generator().manual_seed(0)
    model.prepare(data.frames.raw(numbers), generator, data.examples.beside(numbers))
    return model.eval()


@torch.no_grad()
def latents(model: Affinity, data: Material, numbers: np.ndarray) -> torch.Tensor:
    """(N, D) posterior means."""
    parts = [
        model.encode(*data.examples.batch(numbers[start : start + 64])).mode()
        for start in range(0, len(numbers), 64)
    ]
    return torch.cat(parts)


def trained(db: Database, data: Material, name: str, config: RunConfig) -> Run:
    """A whole run of the data set, as an analyst trains it; once for each model."""
    identifier = f"{data.name}-{config.model.name}"
    if identifier not in {run.id for run in runs.every(db)}:
        run = Run(
            identifier, name, config.model.name, config.preset, "queued", data.video_ids,
            config.to_json(), created_at=time.time(),
        )  # fmt: skip
        runs.add(db, run)
    train(db, identifier, Progress(None))
    return runs.get(db, identifier)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
