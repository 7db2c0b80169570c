"""What a package says of itself: what was done by which versions with which settings."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from typing import Any

from core.config import PROJECT
from core.pipeline.curation.only import Only
from core.records import Clustering, Projection
from core.storage import (
    Database,
    captions,
    changes,
    cuts,
    left_out,
    looked_at,
    results,
    runs,
    video_columns,
    videos,
)
from core.storage.annotations import cluster_marks, cluster_merges, tags
from core.storage.coding import categories, samples

FORMAT = "video-affinity-browser/package/1"  # the number grows when a key changes its meaning
_COMPUTES = (
    *("numpy", "scipy", "scikit-learn", "umap-learn", "torch", "jieba", "icu4py", "opencc"),
)


def manifest(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    by: str,
    only: Only | None = None,
) -> dict[str, Any]:
    """Everything but the latents that is needed to make the tables again. Raises NotFound."""
    run = runs.get(db, clustering.run_id)
    used = [videos.get(db, video_id) for video_id in run.video_ids]
    return {
        "format": FORMAT,
        "compared_by": by,
        "only": only and {"where": only.where, "frames": sorted(map(list, only.frames))},
        "software": software(),
        "run": asdict(run),
        "report": results.report(db, run.id),
        "clustering": asdict(clustering),
        "projection": projection and asdict(projection),
        "marks": {
            number: asdict(mark) for number, mark in cluster_marks.marks(db, clustering.id).items()
        },
        "merges": [asdict(merge) for merge in cluster_merges.every(db, clustering.id)],
        "videos": [asdict(video) for video in used],
        "columns": video_columns.values(db),
        "frames": {v.id: [[f.time_s, f.file] for f in videos.frames_of(db, v.id)] for v in used},
        "captions": {v.id: [asdict(c) for c in captions.of_video(db, v.id)] for v in used},
        "cuts": {v.id: kept for v in used if (kept := cuts.read(db, v.id)) is not None},
        "tags": [[*frame, *of] for frame, of in tags.of_frames(db, run.video_ids).items()],
        "changes": [asdict(one) for one in changes.every(db, run.id)],
        "left_out": [[*frame, why] for frame, why in left_out.every(db).items()],
        "looked_at": [asdict(one) for one in looked_at.every(db)],
        "categories": [asdict(one) for one in categories.every(db)],
        "samples": [_sample(db, name) for name in reversed(samples.names(db))],
    }


def software() -> dict[str, str]:
    """Versions of what figures depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _COMPUTES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return {"video-affinity-browser": own_version(), **found}


def own_version() -> str:
    """As pyproject.toml has it."""
    for line in (PROJECT / "pyproject.toml").read_text().splitlines():
        if line.startswith("version = "):
            return line.split('"')[1]
    return "unknown"


def _sample(db: Database, name: str) -> dict[str, Any]:
    drawn = samples.get(db, name)
    given = [
        [one.coder, *one.frame, one.category, one.coded_at] for one in samples.codings_of(db, name)
    ]
    return {**asdict(drawn), "codings": given}
