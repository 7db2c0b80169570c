"""What a run is trained on: its frames, and the captions and features beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from core.config import RunConfig
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.training import training_report
from core.pipeline.training.corpus import Corpus, kept_frames, read_corpus, read_features
from core.records import Run
from core.storage import Database, left_out, runs
from core.storage.progress import Progress
from core.training.dataset import Examples, Frames, Picked, Rows, held_out_rows, stopping_rows
from core.video.pixels import pixels
from models.config import AffinityConfig, PcaConfig, WordConfig

_FEWEST_FRAMES = 4
Say = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """All of it, read."""

    config: RunConfig  # of the run, with as many numbers for wording as its captions need
    frames: Frames
    names: list[tuple[str, int]]  # (N,) video and index of each frame
    held: np.ndarray  # (N,) bool, frames that are held out
    stopping: np.ndarray  # (N,) bool, frames that say when to stop
    corpus: Corpus | None
    features: list[Rows] | None
    examples: Examples
    data_hash: str

    @property
    def everywhere(self) -> Examples:
        """All frames of the run, each with its caption; `examples` are what is trained on."""
        said = self.corpus.of_frames if self.corpus else None
        return Examples(self.frames, words=said, features=self.features)


def read_material(
    db: Database, run: Run, device: torch.device, progress: Progress, say: Say
) -> Material:
    """Read it, and `say` what there is. Raises InvalidSetting, also for too few frames."""
    config = RunConfig.from_json(run.config)
    kept, arrays = kept_frames(db, run), []
    for place, video_id in enumerate(run.video_ids, start=1):
        progress(0.0, f"Reading frames of video {place} of {len(run.video_ids)}")
        whole = pixels(db, video_id, config.model.width, config.model.height)
        arrays.append(_picked(whole, kept[video_id]))
    frames = Frames(arrays, device, read_often=not isinstance(config.model, PcaConfig))
    if len(frames) < _FEWEST_FRAMES:
        raise InvalidSetting(
            f"A training needs more than {count(len(frames), 'frame')}; add a longer "
            "video, or sample more often."
        )
    counts = [len(array) for array in arrays]
    held = held_out_rows(counts)
    corpus = _read_corpus(db, run, config, progress.part(0.0, 0.0), say)
    if corpus and isinstance(config.model, AffinityConfig):
        config = replace(config, model=_with_wording(config.model, corpus, say))
        runs.update(db, run.id, config=config.to_json())
    found, features = read_features(db, run, config, progress), None
    if found is not None:
        features = [_picked(of, rows) for of, rows in zip(found, kept.values(), strict=True)]
    examples = Examples(frames, features=features)
    if corpus:
        examples = Examples(frames, corpus.rows, corpus.words, features)
    say(f"{len(frames)} frames, {int(held.sum())} held out, on {device}")
    if gone := left_out.from_spans(run.left_out).reasons:
        say(f"left out: {left_out.said(gone)}")
    names = [(video_id, int(index)) for video_id in run.video_ids for index in kept[video_id]]
    return Material(
        config,
        frames,
        names,
        held,
        stopping_rows(counts),
        corpus,
        features,
        examples,
        training_report.data_hash(arrays, corpus),
    )


def _read_corpus(
    db: Database, run: Run, config: RunConfig, progress: Progress, say: Say
) -> Corpus | None:
    """The words, for a model of words."""
    if not isinstance(config.model, WordConfig):
        return None
    corpus = read_corpus(db, run, config, progress)
    if corpus is None:
        say("no captions: the words of the latent stay open")
        return None
    say(
        f"{len(corpus.words)} captions of up to {corpus.longest} words, "
        f"{len(corpus.vocabulary.words) - 1} different ones, {corpus.unknown_share:.1%} "
        f"unknown to {corpus.source}"
    )
    return corpus


def _with_wording(model: AffinityConfig, corpus: Corpus, say: Say) -> AffinityConfig:
    """Give the latent the numbers that these captions need."""
    demand = corpus.longest, len(corpus.vocabulary.words) - 1
    sized = model.sized(*demand)
    if exceeded := sized.budget_exceeded(*demand):
        say(exceeded)
    return sized


def _picked(array: np.ndarray, rows: np.ndarray) -> Rows:
    """The array's rows that are trained on; as it is where these are all."""
    return array if len(rows) == len(array) else Picked(array, rows)
