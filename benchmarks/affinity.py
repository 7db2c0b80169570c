"""What each part of the affinity model is good for: clusters, words, pictures, places between.

    python benchmarks/affinity.py us=us.mp4,us.en.vtt cn=cn.mp4,cn.zh.srt \\
        --labels us=us.labels.csv --labels cn=benchmarks/affinity/cn.labels.csv \\
        --out benchmarks/affinity

Labels are CSV files with the columns source, frame, scene and shot. Errors are 255 x MSE with the
posterior mean. Writes report.md and figures into the folder of --out.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import (
    affinity_between,
    affinity_clusters,
    affinity_pictures,
    affinity_places,
    affinity_predicted,
    affinity_words,
)
from benchmarks.affinity_material import Labels, Material, material
from benchmarks.data_sets import USAGE, add_data_sets
from core.storage import open_library
from core.training.memory import keep_freed_memory

PARTS = {
    "pictures": affinity_pictures.report,
    "clusters": affinity_clusters.report,
    "words": affinity_words.report,
    "between": affinity_between.report,
    "places": affinity_places.report,
    "predicted": affinity_predicted.report,
}


def main() -> None:
    """Write one section for each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="+", metavar=USAGE)
    parser.add_argument("--labels", action="append", default=[], metavar="NAME=FILE.csv")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--parts", default=",".join(PARTS), metavar="PART,PART")
    named = parser.parse_args()
    named.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(torch.get_num_threads())
    keep_freed_memory()
    paths = dict(word.split("=", 1) for word in named.labels)
    labels: dict[str, Labels | None] = {name: _labels(path) for name, path in paths.items()}
    with tempfile.TemporaryDirectory() as folder:
        db = open_library(Path(folder))
        added = add_data_sets(db, named.videos)
        labels["multi"] = _joined([labels.get(name) for name in added if name != "multi"])
        sets: list[Material] = [
            material(db, name, ids, labels.get(name)) for name, ids in added.items()
        ]
        for part in named.parts.split(","):
            section = PARTS[part](db, sets, named.out)
            (named.out / f"{part}.md").write_text(section)
            print(section, flush=True)
    sections = [named.out / f"{part}.md" for part in PARTS]
    whole = "\n".join(path.read_text() for path in sections if path.exists())
    (named.out / "report.md").write_text(f"# The affinity model, measured\n\n{whole}")


def _labels(path: str) -> Labels:
    with Path(path).open() as file:
        rows = list(csv.DictReader(file))
    return Labels(
        np.array([f"{row['source']} {row['scene']}" for row in rows]),
        np.array([int(row["shot"]) for row in rows]),
    )


def _joined(every: list[Labels | None]) -> Labels | None:
    """Of several data sets in one row; None where one has no labels."""
    known = [one for one in every if one is not None]
    if not known or len(known) < len(every):
        return None
    ends = np.cumsum([0, *(one.shot.max() + 1 for one in known[:-1])])
    shot = [one.shot + end for one, end in zip(known, ends, strict=True)]
    return Labels(np.concatenate([one.scene for one in known]), np.concatenate(shot))


if __name__ == "__main__":
    main()
