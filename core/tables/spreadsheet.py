"""The report as CSV: one line per model and dataset, every figure in a column of its own."""

from __future__ import annotations

import csv
import io
from typing import Any

from core.tables.collect import ratio
from core.tables.store import Report
from core.tables.wording import state

_PLAIN = ("table", "variant", "title", "dataset", "run_id", "preset", "frames", "unit")
_MEASURED = (
    "error_train", "error_held_out", "psnr", "ssim", "epochs", "steps", "batch_size", "latent_size",
    "parameters", "seconds", "device", "peak_memory_bytes", "seed", "data_hash",
)  # fmt: skip


def csv_bytes(report: Report) -> bytes:
    """The report's entries as UTF-8 CSV, safe to open in a spreadsheet."""
    out = io.StringIO(newline="")
    rows = [_row(report, entry) for entry in report["entries"]]
    if rows:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue().encode()


def _row(report: Report, entry: dict[str, Any]) -> dict[str, Any]:
    ours, theirs = entry.get("published") or {}, entry.get("theirs") or {}
    row: dict[str, Any] = {"kind": report["kind"], **{name: entry[name] for name in _PLAIN}}
    for part in ("image", "text", "total"):
        row |= {f"published_{part}": theirs.get(part), f"ours_{part}": ours.get(part)}
    row |= {"ratio": ratio(entry), "state": entry["state"], "message": state(entry)}
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
    return {name: _safe(value) for name, value in row.items()}


def _safe(value: Any) -> Any:
    """A name that begins like a formula is led by an apostrophe, so that it stays text."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    return f"'{value}" if risky else value
