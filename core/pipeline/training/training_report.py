"""The figures of report.json, measured with a model that is trained, on all its examples."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from core.config import RunConfig
from core.pipeline.training.corpus import Corpus
from core.text.stop_words import tells
from core.training.dataset import Examples, Rows, let_go, stretches
from core.training.measures import active_units, enough, error, likeness, word_accuracy
from core.training.predicted_words import predicted_words
from models.config import AffinityConfig, PcaConfig
from models.factory import build
from models.interface import FrameModel, WordModel


def held_out_measures(
    model: FrameModel, examples: Examples, held: np.ndarray, corpus: Corpus | None
) -> dict[str, Any]:
    """What is measured on held-out examples, by the model that has not seen them."""
    measured: dict[str, Any] = {
        "error": error(model, examples, held),
        **_alike(model, examples, held),
    }
    # A computed code of captions says nothing where there is none, so it predicts nothing
    if corpus and isinstance(model, WordModel) and model.reads_ahead:
        content = np.array([tells(word) for word in corpus.vocabulary.words])
        found = predicted_words(model, examples, held, content)
        measured["predicted"] = asdict(found) if found else None
    return measured | _words(model, examples, held)


def report(
    model: FrameModel,
    examples: Examples,
    trained: np.ndarray,
    held_out: dict[str, Any],
    corpus: Corpus | None,
) -> dict[str, Any]:
    """The parts of report.json that are measured with the finished model. See results.py.

    `trained` are the numbers of its examples, `held_out` what `held_out_measures` gave, or {}.
    """
    alike, words = _alike(model, examples, trained), _words(model, examples, trained)
    exceeded = ""
    if corpus and isinstance(model.config, AffinityConfig):
        places, vocabulary = corpus.longest, len(corpus.vocabulary.words) - 1
        exceeded = model.config.budget_exceeded(places, vocabulary)
    return {
        **alike,
        "held_out": {key: held_out[key] for key in alike if key in held_out} or None,
        "text": _text(words, held_out, corpus, exceeded) if words and corpus else None,
        "peak_memory_bytes": peak_memory(examples.device),
    }


def active_by_block(
    latents: np.ndarray, prior_std: np.ndarray, blocks: dict[str, int]
) -> dict[str, int]:
    """core.training.measures.active_units of each block of the latent."""
    ends = np.cumsum(list(blocks.values()))[:-1]
    parts = zip(blocks, np.split(latents, ends, 1), np.split(prior_std, ends), strict=True)
    return {name: active_units(means, std) for name, means, std in parts}


def pca_errors(
    config: RunConfig, examples: Examples, held: np.ndarray, measure_held_out: bool
) -> dict[str, float | int | None]:
    """PCA at the same latent size on the same frames: the baseline beside every model."""
    model = config.model
    if isinstance(model, PcaConfig):
        return {}
    pca = PcaConfig(model.width, model.height, model.latent_size)
    frames = Examples(examples.frames)
    everything, kept = np.arange(len(frames)), np.flatnonzero(~held)
    return {
        "latent_size": min(model.latent_size, len(frames) - 1),  # there are no more components
        "error_train": _pca_error(pca, frames, everything, everything),
        "error_held_out": (
            _pca_error(pca, frames, kept, np.flatnonzero(held)) if measure_held_out else None
        ),
    }


def data_hash(arrays: Iterable[Rows], corpus: Corpus | None) -> str:
    """12 hexadecimal digits that tell one set of frames and words from another."""
    digest = hashlib.sha256()
    for array in arrays:
        for first in range(0, len(array), 256):
            digest.update(np.ascontiguousarray(array[first : first + 256]).data)
        let_go(array)
    if corpus is not None:
        digest.update("\n".join(corpus.vocabulary.words).encode())
        for numbers in (corpus.vocabulary.vectors, corpus.rows, corpus.words):
            digest.update(np.ascontiguousarray(numbers).data)
    return digest.hexdigest()[:12]


def peak_memory(device: torch.device) -> int:
    """The most bytes held at once: of the GPU, or of this process."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    status = Path("/proc/self/status")
    if status.exists():  # resource counts what the parent held before this program began, too
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return int(psutil.Process().memory_info().peak_wset)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes or kibibytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _alike(model: FrameModel, examples: Examples, numbers: np.ndarray) -> dict[str, float]:
    found = likeness(model, examples, numbers)
    return asdict(found) if found else {}


def _words(model: FrameModel, examples: Examples, numbers: np.ndarray) -> dict[str, Any]:
    """Captions read again from latents that were made with them; a learned code and a computed one
    have names of their own, for they say different things.
    """
    if not isinstance(model, WordModel):
        return {}
    way = "free_running" if model.reads_ahead else "caption_round_trip"
    found = {way: word_accuracy(model, examples, numbers, teacher_forced=False)}
    if model.reads_ahead:
        found["teacher_forced"] = word_accuracy(model, examples, numbers, teacher_forced=True)
    return {name: asdict(accuracy) for name, accuracy in found.items() if accuracy}


def _text(
    words: dict[str, Any], held_out: dict[str, Any], corpus: Corpus, budget: str
) -> dict[str, Any]:
    def pair(way: str, share: str) -> dict[str, float | None] | None:
        if way not in words:
            return None
        return {"train": words[way][share], "held_out": held_out.get(way, {}).get(share)}

    return {
        "teacher_forced": pair("teacher_forced", "tokens"),
        "free_running": pair("free_running", "tokens"),
        "first_word": pair("free_running", "first"),
        "caption_round_trip": pair("caption_round_trip", "tokens"),
        "predicted": held_out.get("predicted"),
        "budget": budget,
        "word_vectors": corpus.source,
        "unknown_share": corpus.unknown_share,
    }


def _pca_error(
    config: PcaConfig, frames: Examples, fitted: np.ndarray, shown: np.ndarray
) -> float | None:
    pca = build(config)
    pca.prepare(frames.frames.raw(stretches(fitted)).cpu(), torch.Generator())
    return error(pca.to(frames.device), frames, enough(pca, shown))
