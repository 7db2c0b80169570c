"""The tables as rows of a CSV: one per model and dataset, every figure in a column of its own."""

from __future__ import annotations

from typing import Any

from core.tables.collect import ratio
from core.tables.store import Tables
from core.tables.wording import missing_reason

_PLAIN = ("table", "variant", "title", "dataset", "run_id", "preset", "frames", "unit")
_MEASURED = (
    "error_train", "error_held_out", "psnr", "ssim", "epochs", "steps", "batch_size", "latent_size",
    "parameters", "seconds", "device", "peak_memory_bytes", "seed", "data_hash",
)  # fmt: skip


def csv_rows(tables: Tables) -> list[dict[str, Any]]:
    """The tables' entries as rows with the same columns, None where there is no figure."""
    return [_row(tables, entry) for entry in tables["entries"]]


def _row(tables: Tables, entry: dict[str, Any]) -> dict[str, Any]:
    ours, theirs = entry.get("published") or {}, entry.get("theirs") or {}
    row: dict[str, Any] = {"kind": tables["kind"], **{name: entry[name] for name in _PLAIN}}
    for part in ("image", "text", "total"):
        row |= {f"published_{part}": theirs.get(part), f"ours_{part}": ours.get(part)}
    row |= {"ratio": ratio(entry), "state": entry["state"], "message": missing_reason(entry)}
    row |= {name: entry.get(name) for name in _MEASURED}
    row |= {
        f"{name}_held_out": (entry.get("held_out") or {}).get(name) for name in ("psnr", "ssim")
    }
    row |= {
        f"pca_{on}": (entry.get("pca") or {}).get(f"error_{on}") for on in ("train", "held_out")
    }
    for way in ("teacher_forced", "free_running", "first_word"):
        shares = (entry.get("text") or {}).get(way) or {}
        row |= {f"{way}_{on}": shares.get(on) for on in ("train", "held_out")}
    return row
