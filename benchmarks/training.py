"""Error and time of each model's fast preset, beside PCA and the published figures.

    python benchmarks/training.py us=us.mp4,us.en.vtt cn=cn.mp4,cn.zh.srt

Each video is a data set of its own; several together are one more, "multi". Errors are 255 x MSE
with the posterior mean; seconds are from start to something to explore, one training at a time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.data_sets import USAGE, add_data_sets
from core.config import PRESETS, preset
from core.pipeline.training.train import train
from core.records import Run
from core.storage import Database, open_library, results, runs
from core.storage.progress import Progress

PUBLISHED = {"cn": 1.528, "us": 2.646, "multi": 1.496}  # first report, Table 1, Dense CVAE


def main() -> None:
    """Print one row per data set and model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="+", metavar=USAGE)
    parser.add_argument("--model", choices=sorted(PRESETS), action="append")
    named = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = open_library(Path(folder))
        sets = add_data_sets(db, named.videos)
        print(
            "| data | model | training | held out | PCA training | PCA held out | published | s |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for name, ids in sets.items():
            for model in named.model or sorted(PRESETS):
                _row(db, name, ids, model)


def _row(db: Database, name: str, video_ids: tuple[str, ...], model: str) -> None:
    config = preset(model)
    run = Run(
        f"{name}-{model}",
        name,
        model,
        config.preset,
        "queued",
        video_ids,
        config.to_json(),
        created_at=time.time(),
    )
    runs.add(db, run)
    began = time.monotonic()
    train(db, run.id, Progress(None))
    took = time.monotonic() - began
    done, pca = runs.get(db, run.id), results.report(db, run.id).get("pca", {})
    figures = [done.error_train, done.error_held_out, pca.get("error_train")]
    figures += [pca.get("error_held_out"), PUBLISHED.get(name)]
    cells = ["" if figure is None else f"{figure:.3f}" for figure in figures]
    print(f"| {name} | {model} {done.latent_size} | {' | '.join(cells)} | {took:.0f} |", flush=True)


if __name__ == "__main__":
    main()
