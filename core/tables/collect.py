"""Puts together what is known of each entry: our figures, the published ones, and the curves."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from core.errors import NotFound
from core.records import Run
from core.storage import Database, results, runs
from core.tables.plan import Dataset, Entry
from core.tables.published import UNITS, Figures, published
from core.tables.store import Tables

_ORDER_WORST, _ORDER_BEST = "crvae-rnn", "crvae-lstm"
_ORDERED = ("crvae-rnn", "crvae-lstm-free", "crvae-lstm")
_FROM_REPORT = (
    "published", "pca", "psnr", "ssim", "held_out", "text", "epochs", "steps", "batch_size",
    "device", "parameters", "peak_memory_bytes", "seed", "data_hash", "active_units",
)  # fmt: skip


def collect(db: Database, kind: str, entries: Sequence[Entry], asked: Collection[str]) -> Tables:
    """Both tables as plain values; `asked` are the ids of the runs that are to be trained."""
    found = [_entry(db, entry, entry.run.id in asked) for entry in entries]
    chosen = list(dict.fromkeys(entry.dataset for entry in entries))
    return {
        "kind": kind,
        "made_at": time.time(),
        "complete": all(e["state"] in ("done", "failed") for e in found if e["asked"]),
        "datasets": [_dataset(dataset) for dataset in chosen],
        "entries": found,
        "order": [_order(found, dataset.name) for dataset in chosen if _ordered(found, dataset)],
        "figures": [],
    }


def ratio(entry: dict[str, Any], part: str = "total") -> float | None:
    """Our figure over the published one; None where either is missing. Under 1 is better."""
    ours, theirs = (entry.get(which) or {} for which in ("published", "theirs"))
    if ours.get(part) is None or not theirs.get(part):
        return None
    return ours[part] / theirs[part]


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "groups": dataset.groups,
        "video_ids": [video.id for video in dataset.videos],
        "titles": [video.title for video in dataset.videos],
        "frames": sum(video.frames for video in dataset.videos),
        "captions": sum(video.captions for video in dataset.videos),
    }


def _entry(db: Database, entry: Entry, asked: bool) -> dict[str, Any]:
    run = _recorded(db, entry.run)
    said = results.report(db, run.id) if run.state == "done" else {}
    theirs = published(entry.variant.key, entry.dataset.name)
    return {
        "variant": entry.variant.key,
        "title": entry.variant.title,
        "table": entry.variant.table,
        "unit": UNITS[entry.variant.table],
        "model": entry.variant.model,
        "dataset": entry.dataset.name,
        "run_id": run.id,
        "asked": asked,
        "state": run.state if asked or run.state == "done" else "not asked for",
        "message": run.message,
        "preset": run.preset,
        "settings": run.config,
        "frames": run.frames,
        "latent_size": run.latent_size,
        "error_train": run.error_train,
        "error_held_out": run.error_held_out,
        "seconds": run.seconds,
        "finished_at": run.finished_at,
        "theirs": None if theirs is None else _figures(theirs),
        "curve": _curve(db, run, entry.variant.table, said),
        **{name: said.get(name) for name in _FROM_REPORT},
    }


def _recorded(db: Database, planned: Run) -> Run:
    try:
        return runs.get(db, planned.id)
    except NotFound:
        return planned


def _figures(theirs: Figures) -> dict[str, float | int | None]:
    return dict(vars(theirs))


def _curve(db: Database, run: Run, table: int, said: dict[str, Any]) -> dict[str, list[float]]:
    """The training in the table's unit and the held-out error as 255 x MSE, against epochs."""
    metrics = results.metrics(db, run.id) if said else []
    whole = [line for line in metrics if line.get("phase") == "all frames"] or metrics
    measured = [line for line in metrics if line.get("error_held_out") is not None]
    in_unit = _in_unit(table, run, said)
    drawn = [(line["epoch"], in_unit(line)) for line in whole]
    drawn = [(epoch, value) for epoch, value in drawn if value is not None]
    return {
        "epoch": [epoch for epoch, _ in drawn],
        "value": [value for _, value in drawn],
        "held_out_epoch": [line["epoch"] for line in measured],
        "held_out": [line["error_held_out"] for line in measured],
    }


def _in_unit(
    table: int, run: Run, said: dict[str, Any]
) -> Callable[[dict[str, Any]], float | None]:
    """How a line of the metrics is said in the table's unit.

    The second report sums over an epoch's batches: their number x (image + weight x text).
    """
    if table == 1:
        return _image
    batches = round((said.get("steps") or 0) / said["epochs"]) if said.get("epochs") else 0
    weight = run.config.get("model", {}).get("text_weight", 3.0)

    def summed(line: dict[str, Any]) -> float | None:
        image, text = _image(line), line.get("text")
        if not batches or image is None or text is None:
            return None
        return batches * (image / 255 + weight * text)

    return summed


def _image(line: dict[str, Any]) -> float | None:
    """255 x MSE of the frames, with sampled latents."""
    return line.get("image", line.get("error_train"))


def _totals(found: list[dict[str, Any]], dataset: str) -> dict[str, float]:
    return {
        entry["variant"]: entry["published"]["total"]
        for entry in found
        if entry["dataset"] == dataset and entry["variant"] in _ORDERED and entry["published"]
    }


def _ordered(found: list[dict[str, Any]], dataset: Dataset) -> bool:
    return len(_totals(found, dataset.name)) == len(_ORDERED)


def _order(found: list[dict[str, Any]], dataset: str) -> dict[str, Any]:
    """Whether the published order of the variants holds among ours."""
    totals = _totals(found, dataset)
    return {
        "dataset": dataset,
        "worst_is_rnn": max(totals, key=totals.__getitem__) == _ORDER_WORST,
        "best_is_lstm": min(totals, key=totals.__getitem__) == _ORDER_BEST,
    }
