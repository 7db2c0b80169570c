"""The tables' numbers and judgements as words; the same in Markdown, in CSV and on the page."""

from __future__ import annotations

import re
from typing import Any

from core.tables.collect import ratio
from core.tables.store import Tables

QUICK = "smaller models, fewer epochs: NOT the published sizes"
NOTHING = "–"


def number(value: float | None, digits: int = 3) -> str:
    """ "0.323"; a dash for nothing."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def judged(entry: dict[str, Any]) -> str:
    """Our total against the published one, in words."""
    over = ratio(entry)
    if over is None:
        return "not published" if entry.get("theirs") is None else NOTHING
    word = "under" if over < 1 else "over" if over > 1 else "equal"
    return f"{word} ({over:.2f} x)"


def missing_reason(entry: dict[str, Any]) -> str:
    """Why an entry has no figures; empty for one that has."""
    words = {
        "done": "",
        "queued": "not trained yet",
        "running": "being trained",
        "cancelled": "cancelled; make the tables again to go on",
    }
    if entry["state"] == "failed":
        return entry["message"] or "failed; its log says why"
    return words.get(entry["state"], entry["state"])


def sizes(entry: dict[str, Any]) -> str:
    """What was trained: "200 x 120, latent 1000, 60 epochs of batches of 16, 1.2 million ..."."""
    model, training = entry["settings"]["model"], entry["settings"]["training"]
    parts = [f"{model['width']} x {model['height']}", f"latent {entry['latent_size']}"]
    if entry.get("epochs") is not None:
        parts.append(f"{entry['epochs']:.0f} epochs of batches of {entry['batch_size']}")
    elif training.get("epochs"):
        parts.append(f"{training['epochs']} epochs of batches of {training['batch_size']}")
    if entry.get("parameters") is not None:
        parts.append(f"{entry['parameters'] / 1e6:.1f} million parameters")
    return ", ".join(parts)


def caption(tables: Tables, table: int) -> str:
    """The title of a published table, which says plainly when the sizes are not the published."""
    which = {1: "Table 1 (first report): images", 2: "Table 2 (second report): images and text"}
    quick = f"; {QUICK}" if tables["kind"] == "quick" else ""
    return which[table] + quick


def order(said: dict[str, Any]) -> str:
    """The check of the published order on one dataset."""
    worst, best = ("yes" if said[key] else "no" for key in ("worst_is_rnn", "best_is_lstm"))
    return f"{said['dataset']}: RNN + TF worst: {worst}; LSTM + TF best: {best}"


def ascii_label(text: str, otherwise: str) -> str:
    """The text where every font has its letters, else `otherwise`."""
    return text if text.isascii() and text.strip() else otherwise


def file_part(text: str) -> str:
    """The text as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()
