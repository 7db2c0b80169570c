"""The tables as Markdown: both published tables, what stands beside, and how it was measured."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from core.format import duration, size
from core.tables import wording
from core.tables.published import MEASURED, UNITS
from core.tables.store import Tables
from core.tables.wording import NOTHING, number

Entry = dict[str, Any]
_ON = ("train", "held_out")


def markdown(tables: Tables) -> str:
    """The whole text: tables, what stands beside them, how it was measured, figures."""
    parts = [
        f"# The published tables, with ours beside them ({tables['kind']})",
        _about(tables),
        *(_published_part(tables, table) for table in (1, 2)),
        _order(tables),
        "## On frames not trained on, beside PCA",
        errors_table(tables),
        "## Text",
        text_table(tables),
        "## The trainings",
        trainings_table(tables),
        "## How each figure was measured",
        measured(tables),
        "## Figures",
        _figures(tables),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def published_table(tables: Tables, table: int) -> str:
    """One published table: for each dataset the published figure, ours, and which is lower."""
    heads = [
        "model",
        "dataset",
        *(f"{p} {w}" for p in _parts(table) for w in ("published", "ours")),
    ]
    rows = [_published_row(entry, table) for entry in _of(tables, table)]
    return _table([*heads, "ours is"], rows)


def errors_table(tables: Tables) -> str:
    """Training and held-out error of each model and of PCA at the same latent size."""
    heads = ["model", "dataset", "frames", "training", "held out", "PCA training", "PCA held out"]
    rows = []
    for entry in _done(tables):
        pca, held_out = entry.get("pca") or {}, entry.get("held_out") or {}
        rows.append(
            [
                *_name(entry),
                str(entry["frames"]),
                *(number(entry[key]) for key in ("error_train", "error_held_out")),
                *(number(pca.get(key)) for key in ("error_train", "error_held_out")),
                *(number(where.get("psnr"), 2) for where in (entry, held_out)),
                *(number(where.get("ssim")) for where in (entry, held_out)),
            ]
        )
    heads += ["PSNR", "PSNR held out", "SSIM", "SSIM held out"]
    return _table(heads, rows)


def text_table(tables: Tables) -> str:
    """The share of tokens right: teacher-forced, and from the latent alone."""
    ways = ("teacher_forced", "free_running", "first_word")
    heads = ["model", "dataset"]
    heads += [f"{way.replace('_', ' ')}, {on}" for way in ways for on in ("trained", "held out")]
    rows = [
        [
            *_name(entry),
            *(number((entry["text"].get(w) or {}).get(on), 2) for w in ways for on in _ON),
            str(entry["text"].get("word_vectors") or NOTHING),
            number(entry["text"].get("unknown_share"), 2),
        ]
        for entry in _done(tables)
        if entry.get("text")
    ]
    return _table([*heads, "word vectors", "unknown"], rows) if rows else "No model of words yet."


def missing(tables: Tables, table: int) -> list[str]:
    """A line for each entry of a table that has no figures: why."""
    return [
        f"- {', '.join(_name(entry))}: {escaped(wording.missing_reason(entry))}"
        for entry in _of(tables, table)
        if entry["state"] != "done"
    ]


def trainings_table(tables: Tables) -> str:
    """What each training was and took."""
    heads = "model", "dataset", "epochs", "batch", "latent", "parameters", "time", "peak memory"
    rows = [
        [
            *_name(entry),
            number(entry.get("epochs"), 0),
            str(entry.get("batch_size") or NOTHING),
            str(entry["latent_size"]),
            f"{entry.get('parameters') or 0:,}",
            duration(entry["seconds"]) if entry["seconds"] else NOTHING,
            size(entry["peak_memory_bytes"]) if entry.get("peak_memory_bytes") else NOTHING,
            str(entry.get("device") or NOTHING),
            str(entry.get("seed")),
            str(entry.get("data_hash") or NOTHING),
            entry["run_id"],
        ]
        for entry in _done(tables)
    ]
    return _table([*heads, "device", "seed", "data", "run"], rows)


def measured(tables: Tables) -> str:
    """How every figure was taken, so that it can be taken again."""
    lines = [
        f"- Table 1, published and ours: {MEASURED[1]}.",
        f"- Table 2, published and ours: {MEASURED[2]}. It grows with the number of batches, so "
        "datasets of different lengths cannot be compared.",
        "- Training and held-out error: 255 x mean squared error, decoded from the posterior mean "
        "in evaluation mode. Training: the model of the tables, on all frames it was trained on. "
        "Held out: blocks of 10 frames (floor(i / 10) mod 5 = 2), by a second model of the same "
        "settings that was trained without them. PCA: as many components as the latent has "
        "numbers (at most one less than the frames), on the same frames in the same way. Pure "
        "CVAE is decoded from a map with as many numbers at each of its positions, so PCA of its "
        "latent size is far smaller than what it decodes from.",
        "- PSNR in dB and SSIM: mean over the frames, posterior mean.",
        "- Text: share of tokens whose nearest word is the true one. Teacher-forced: each step "
        "sees the true word before, so it says little of the latent. Free running: from the "
        "latent mean alone. First word: the first token, free running.",
        "- t-SNE is for display; the sweep's clusters were made in the latent space.",
        '- The sweep\'s "inter-cluster distance" is, as in the reports, the mean distance of a '
        'frame to its own centre, which is measured inside the clusters; its "cross-cluster '
        'distance" is the sum over pairs of centres / (k (k - 1)), which is half their mean '
        "distance.",
    ]
    if tables["kind"] == "quick":
        lines.insert(0, f"- These are the quick tables: {wording.QUICK}.")
    return "\n".join(lines)


def _about(tables: Tables) -> str:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(tables["made_at"]))
    lines = []
    if tables["kind"] == "quick":
        lines.append(f"**Quick tables: {wording.QUICK}.** What was trained instead:")
        models = {e["model"]: wording.sizes(e) for e in tables["entries"] if e["state"] == "done"}
        lines.append("\n".join(f"- {model}: {said}" for model, said in models.items()))
    lines += [f"Written {made}{'' if tables['complete'] else ', not complete yet'}."]
    lines += ["\n".join(_dataset(dataset) for dataset in tables["datasets"])]
    return "\n\n".join(line for line in lines if line)


def _dataset(dataset: dict[str, Any]) -> str:
    titles = ", ".join(map(escaped, dataset["titles"]))
    return f"- {escaped(dataset['name'])}: {dataset['frames']} frames of {titles}"


def _published_part(tables: Tables, table: int) -> str:
    caption = f"## {wording.caption(tables, table)}"
    said = (
        f"Unit: {UNITS[table]}, lower is better. *Ours is* compares the total with the published."
    )
    return "\n\n".join(
        part
        for part in (
            caption,
            published_table(tables, table),
            said,
            "\n".join(missing(tables, table)),
        )
        if part
    )


def _published_row(entry: Entry, table: int) -> list[str]:
    ours, theirs = entry.get("published") or {}, entry.get("theirs") or {}
    cells = [f(part) for part in _parts(table) for f in (theirs.get, ours.get)]
    return [*_name(entry), *map(number, cells), wording.judged(entry)]


def _parts(table: int) -> Sequence[str]:
    return ("total",) if table == 1 else ("image", "text", "total")


def _order(tables: Tables) -> str:
    if not tables["order"]:
        return ""
    said = "\n".join(f"- {escaped(wording.order(one))}" for one in tables["order"])
    return f"Does the published order of the variants hold?\n\n{said}"


def _figures(tables: Tables) -> str:
    shown = (
        f"![{escaped(figure['title'])}](figures/{figure['file']})\n\n*{escaped(figure['title'])}*"
        for figure in tables["figures"]
    )
    return "\n\n".join(shown) or "No figures yet."


def _of(tables: Tables, table: int) -> list[Entry]:
    return [entry for entry in tables["entries"] if entry["table"] == table]


def _done(tables: Tables) -> list[Entry]:
    return [entry for entry in tables["entries"] if entry["state"] == "done"]


def _name(entry: Entry) -> list[str]:
    return [escaped(entry["title"]), escaped(entry["dataset"])]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first two columns are words, the rest numbers."""
    ruler = ["---" if place < 2 else "---:" for place in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ruler, *rows))


def escaped(text: str) -> str:
    """Data that Markdown is not to read."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", " ".join(text.split()))
