"""Files of a run, and the databases, damaged on the disk: checkpoints, latents, tables, lists."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.fuzzing import mutate, web
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core import jobs
from core.doctor import contents
from core.errors import AffinityError
from core.export import cluster_rows, latents_npz
from core.jobs import engine
from core.pipeline.captions import frame_captions
from core.storage import (
    Database,
    analyses,
    captions,
    checkpoint_arrays,
    checkpoints,
    open_library,
    results,
    runs,
    videos,
)
from core.storage.annotations import cluster_marks


def run_files(place: Place, rng: Random) -> None:
    """One file of a run is damaged, and everything reads it; then it is put back."""
    whole = rng.choice(_files(place.whole / "runs" / RUN))
    file = place.data / whole.relative_to(place.whole)
    try:
        file.unlink()  # several names may stand for its bytes
        if rng.random() < 0.95:
            file.write_bytes(_damaged(rng, whole))
        _use(place, rng)
    finally:
        file.unlink(missing_ok=True)
        shutil.copy2(whole, file)


def _files(folder: Path) -> list[Path]:
    """All but pictures, which browsers judge; the checkpoint's come up more often."""
    every = sorted(
        p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".jpg", ".webp")
    )
    return every + [p for p in every if p.parent.name == "checkpoint"] * 2


def _damaged(rng: Random, whole: Path) -> bytes:
    given = whole.read_bytes()
    if whole.suffix == ".json" and rng.random() < 0.7:
        return json.dumps(mutate.json_value(rng, json.loads(given))).encode()
    return mutate.data(rng, given)


def _use(place: Place, rng: Random) -> None:
    """All that reads such a file; the first refusal is raised when everything has had its turn."""
    db, refused = place.db, None
    for read in rng.sample(_READERS, len(_READERS)):
        try:
            read(place, db)
        except AffinityError as error:
            refused = error
    if refused is not None:
        raise refused


def _model(place: Place, db: Database) -> None:
    folder = results.checkpoint(db, RUN)
    checkpoints.open_model(folder)
    checkpoints.words_of(folder)
    checkpoint_arrays.vocabulary(folder)
    checkpoints.load_training(folder / "model.safetensors")


def _arrays(place: Place, db: Database) -> None:
    latents_npz(db, RUN, place.tmp / "latents.npz")
    results.neighbours(db, RUN)
    results.metrics(db, RUN)
    results.report(db, RUN)


def _table(place: Place, db: Database) -> None:
    clustering = analyses.clusterings_of(db, RUN)[0]
    texts = {video.id: frame_captions(db, video.id) for video in videos.every(db)}
    cluster_rows(db, clustering, analyses.projections_of(db, RUN)[0], texts)
    cluster_marks.shown(db, clustering.id)


def _asked(place: Place, db: Database) -> None:
    division, layout = (
        analyses.clusterings_of(db, RUN)[0].id,
        analyses.projections_of(db, RUN)[0].id,
    )
    refused = None
    with web.client(place) as asking:
        for path in (
            "rows",
            "captions",
            f"figures/{layout}",
            f"figures/{layout}/quality",
            f"clusterings/{division}",
            f"clusterings/{division}/cards",
            f"clusterings/{division}/parts",
            f"points/{VIDEO}/3?clustering={division}",
            f"decode?projection={layout}&x=0&y=0",
            "shots",
        ):
            try:
                web.check(path, asking.get(f"/api/runs/{RUN}/{path}"))
            except AffinityError as error:
                refused = error
    if refused is not None:
        raise refused


_READERS: list[Callable[[Place, Database], None]] = [_model, _arrays, _table, _asked]


def databases(place: Place, rng: Random) -> None:
    """A copy of the library whose library.db, or jobs.db, is damaged: opened, listed, judged."""
    copy = place.tmp / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copy(place.whole / "library.db", copy)
    (copy / ".video-affinity-browser").write_text("")
    name = rng.choice(("library.db", "library.db", "library.db", "jobs.db"))
    if name == "jobs.db":
        _with_jobs(place, copy)
    file = copy / name
    file.write_bytes(mutate.data(rng, file.read_bytes()))
    for part in ("-wal", "-shm"):
        file.with_name(name + part).unlink(missing_ok=True)
    db = open_library(copy)
    try:
        for video in videos.every(db):
            videos.frames_of(db, video.id), captions.of_video(db, video.id)
        for run in runs.every(db):
            analyses.clusterings_of(db, run.id)
        jobs.every(db)
        list(contents.findings(db, repair=False))
    finally:
        engine.forget(db)
        db.close()


def _with_jobs(place: Place, copy: Path) -> None:
    kept = place.tmp / "jobs.db"
    if not kept.exists():
        db = open_library(copy)
        jobs.submit_projection(db, RUN, "pca", {"a": 1})
        engine.forget(db)
        db.close()
        (copy / "jobs.db").rename(kept)
    shutil.copy(kept, copy / "jobs.db")
