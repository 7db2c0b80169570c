"""What a training leaves on disk, while it runs and when it ends; results.py has the layout."""

from __future__ import annotations

import contextlib
import json
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.analysis.decoding import encode
from core.analysis.neighbours import neighbours
from core.config import RunConfig
from core.machine import usable_cores
from core.pipeline.decoding import keyframes
from core.pipeline.decoding.decoder import Decoder
from core.records import Run
from core.storage import Database, checkpoints, results
from core.storage.files import atomic, save_array, write_bytes, write_json
from core.storage.progress import Progress
from core.training.dataset import Examples
from core.training.measures import in_batches, posterior_means, subsample
from core.training.trainer import Training
from core.video.picture import jpeg
from models.interface import FrameModel

_SHOWN = 6  # frames on each picture of reconstructions


class Log:
    """The run's log.txt: one line at a time, with the clock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def __call__(self, sentence: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{time.strftime('%H:%M:%S')}  {sentence}\n")


class MetricsFile:
    """metrics.jsonl of one phase; taken up again, it forgets what is trained anew."""

    def __init__(self, db: Database, run_id: str, phase: str, from_step: int) -> None:
        self._path, self._phase = results.metrics_file(db, run_id), phase
        kept = [
            said
            for said in results.metrics(db, run_id)
            if said["phase"] != phase or said["step"] <= from_step
        ]
        write_bytes(self._path, "".join(f"{json.dumps(said)}\n" for said in kept).encode())

    def add(self, metrics: dict[str, Any]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps({**metrics, "phase": self._phase}) + "\n")


@dataclass(frozen=True)
class Resume:
    """Where a killed or cancelled training stood."""

    phase: str
    measured: dict[str, Any]
    weights: dict[str, Tensor]
    state: dict[str, Any]

    @classmethod
    def read(cls, path: Path, config: RunConfig, data_hash: str) -> Resume | None:
        """None where there is nothing to go on from, or it is of other settings or captions."""
        found = checkpoints.load_training(path)
        if found is None:
            return None
        weights, state, progress = found
        if progress["config"] != config.to_json() or progress.get("data_hash") != data_hash:
            return None
        return cls(progress["phase"], progress["measured"], weights, state)


def draw_reconstructions(folder: Path, before: int, training: Training) -> None:
    """Write reconstructions/<n>.jpg: six frames above, what the model makes of them below.

    Held-out frames where there are some; n is `before`, the steps of earlier phases, and the step.
    """
    every, model = training.held_out if len(training.held_out) else training.rows, training.model
    shown, pairs = subsample(every, _SHOWN), []
    for batch in in_batches(model, every) if model.encoded_together else [shown]:
        wanted = torch.from_numpy(np.isin(batch, shown))
        if wanted.any():
            for known, means in posterior_means(model, training.examples, batch):
                decoded = model.decode(means).clamp(0, 1)
                pairs.append(torch.stack([known.frames, decoded]).detach().float().cpu()[:, wanted])
    both = torch.cat(pairs, dim=1)  # (2, N, 3, H, W)
    grid = both.permute(0, 3, 1, 4, 2).flatten(0, 1).flatten(1, 2)  # (2 H, N W, 3)
    picture = grid.mul(255).round().byte().numpy()
    write_bytes(folder / "reconstructions" / f"{before + training.step:07d}.jpg", jpeg(picture))


def write_latents(
    db: Database,
    run_id: str,
    model: FrameModel,
    everywhere: Examples,
    paired: Examples,
    names: list[tuple[str, int]],
    progress: Progress,
) -> np.ndarray:
    """Write frames.json, latents.npy and neighbours.npy; gives the latents, (N, D) float32.

    `everywhere` are all frames of the run, `paired` what is trained on; see `_encoded`. A model
    that decodes only maps has those kept too.
    """
    folder, count = db.files.run(run_id), len(everywhere)
    latents = np.empty((count, model.config.latent_size), np.float32)
    done = 0
    with contextlib.ExitStack() as stack:
        maps: np.ndarray | None = None
        for rows, vectors, means in _encoded(model, everywhere, paired):
            latents[rows] = vectors
            if not model.decodes_vectors:
                if maps is None:
                    path = stack.enter_context(atomic(folder / "maps.npy"))
                    shape = (count, *means.shape[1:])
                    maps = np.lib.format.open_memmap(path, "w+", np.float16, shape)
                maps[rows] = means
            done += len(rows)
            progress(done / count, f"Encoding frame {done} of {count}")
    save_array(folder / "neighbours.npy", neighbours(latents))
    save_array(folder / "latents.npy", latents)
    results.write_frames(db, run_id, names)
    return latents


def _encoded(
    model: FrameModel, everywhere: Examples, paired: Examples
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(B,) rows of frames and what `encode` gives of them, until each frame was there once.

    Latents that depend on the batch are those of the training's batches: of a frame that is paired
    with a caption in the batch of its pair (its first one), of another frame by the statistics of
    the batch of the nearest pair.
    """
    if not model.encoded_together:
        for rows in in_batches(model, np.arange(len(everywhere))):
            yield rows, *encode(model, *everywhere.batch(rows))
        return
    pair = _nearest_pairs(everywhere, paired)
    own = paired.rows[pair] == np.arange(len(everywhere))
    for numbers in in_batches(model, np.arange(len(paired))):
        batch, here = paired.batch(numbers), np.isin(pair, numbers)
        rows = np.flatnonzero(here & own)
        vectors, means = (found[pair[rows] - numbers[0]] for found in encode(model, *batch))
        yield rows, vectors, means
        with model.normalised_as(*batch):
            for rows in in_batches(model, np.flatnonzero(here & ~own)):
                yield rows, *encode(model, *everywhere.batch(rows))


def _nearest_pairs(everywhere: Examples, paired: Examples) -> np.ndarray:
    """(N,) for each frame the first example of the paired frame nearest to it, in its video."""
    count, starts = len(everywhere), everywhere.frames.starts
    taken, first = np.unique(paired.rows, return_index=True)

    def apart(rows: np.ndarray) -> np.ndarray:
        """Rows with gaps between videos that no distance within a video has."""
        return rows + 2 * count * np.searchsorted(starts, rows, side="right")

    places, frames = apart(taken), apart(np.arange(count))
    after = np.searchsorted(places, frames).clip(0, len(places) - 1)
    before = (after - 1).clip(0)
    nearer = np.abs(places[before] - frames) <= np.abs(places[after] - frames)
    return first[np.where(nearer, before, after)]


def write_decoded(db: Database, run: Run, progress: Progress) -> None:
    """Write every frame's decoded keyframe, as keyframes.write_all does, and its words."""
    keyframes.write_all(db, run, progress)
    texts = Decoder(db, run.id).texts(results.latents(db, run.id))
    if texts is not None:
        write_json(db.files.run(run.id) / "decoded.json", texts)


def said(error: float | None) -> str:
    """An error in a sentence of the log."""
    return "not measured" if error is None else f"{error:.3f}"


def device_name(device: torch.device, processes: int) -> str:
    """What the training ran on, in words."""
    shared = f", {processes} processes" if processes > 1 else ""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device) + shared
    return f"CPU, {usable_cores()} cores, {platform.machine()}{shared}"


def total_seconds(db: Database, run_id: str, this_try: float) -> float:
    """Seconds of work, earlier tries included: this try's, or what the metrics add up to."""
    longest: dict[str, float] = {}
    for said in results.metrics(db, run_id):
        longest[said["phase"]] = max(longest.get(said["phase"], 0.0), said["seconds"])
    return max(this_try, sum(longest.values()))
