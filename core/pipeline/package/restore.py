"""Puts a package's records and latents into an empty library: videos without films, a run."""

from __future__ import annotations

from dataclasses import replace

from core.errors import InvalidSetting
from core.pipeline.package.read_package import Package
from core.records import (
    Caption,
    Category,
    Change,
    ClusterMerge,
    Frame,
    FrameId,
    LookedAt,
    Run,
    Sample,
    Video,
)
from core.storage import (
    Database,
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
from core.storage.files import save_array, write_json
from core.storage.video_columns import Cell


def restore(db: Database, package: Package) -> Run:
    """All but the division and the map, which are made again.

    Raises InvalidSetting for a library that is not empty.
    """
    if videos.every(db) or runs.every(db):
        raise InvalidSetting(
            f"{db.files.folder} is not empty; name a new folder with --data to reproduce into."
        )
    _videos(db, package)
    said = package.said["run"]
    run = Run(**{**said, "video_ids": tuple(said["video_ids"])})
    runs.add(db, run)
    folder = db.files.run(run.id)
    listed = zip(package.arrays["video_id"], package.arrays["frame_index"], strict=True)
    results.write_frames(db, run.id, [(str(video), int(index)) for video, index in listed])
    save_array(folder / "latents.npy", package.arrays["latents"])
    write_json(folder / "report.json", package.said["report"])
    if package.decoded is not None:
        write_json(folder / "decoded.json", package.decoded)
    _codings(db, package)
    looked_at.restore(db, [LookedAt(**one) for one in package.said.get("looked_at", ())])
    return run


def restore_marks(db: Database, package: Package) -> None:
    """Names, colours, notes and merges of the clusters, once they are made."""
    clustering_id = package.said["clustering"]["id"]
    for number, mark in package.said["marks"].items():
        written = {name: mark[name] for name in ("name", "colour", "note")}
        cluster_marks.mark(db, clustering_id, int(number), **written)
    merges = [
        ClusterMerge(**{**one, "members": tuple(one["members"])}) for one in package.said["merges"]
    ]
    cluster_merges.restore(db, merges)
    kept = [Change(**one) for one in package.said.get("changes", ())]
    changes.restore(db, kept, clustering_id)  # last: what is done here is no change of anybody's


def _videos(db: Database, package: Package) -> None:
    for one in package.said["videos"]:
        video = Video(**one)
        videos.add(db, replace(video, state="waiting"))
        frames = [
            Frame(video.id, index, time_s, file)
            for index, (time_s, file) in enumerate(package.said["frames"][video.id])
        ]
        said = [
            Caption(**{**c, "word_times": tuple(map(tuple, c["word_times"]))})
            for c in package.said["captions"][video.id]
        ]
        videos.finish_ingest(db, video.id, frames, said)
        if video.id in package.said.get("cuts", {}):
            cuts.write(db, video.id, package.said["cuts"][video.id])
    columns = package.said["columns"]
    known = set(package.said["frames"])
    cells = {
        Cell(video, name): value
        for name, values in columns.items()
        for video, value in values.items()
        if video in known
    }
    video_columns.write(db, cells, adding=tuple(columns))
    for video, index, why in package.said["left_out"]:
        if video in known:
            left_out.add(db, [FrameId(video, index)], why)
    for video, index, *of in package.said["tags"]:
        for tag in of:
            tags.add(db, tag, [FrameId(video, index)])


def _codings(db: Database, package: Package) -> None:
    """The codebook, and of each sample what lies in the package's videos."""
    for one in package.said["categories"]:
        categories.add(db, Category(**one))
    known = set(package.said["frames"])
    for one in package.said["samples"]:
        places = [place for place, frame in enumerate(one["frames"]) if frame[0] in known]
        frames = tuple(FrameId(*one["frames"][place]) for place in places)
        until = one.get("until") or ()
        if frames:
            shots = tuple(until[place] for place in places) if until else ()
            samples.add(db, Sample(one["name"], frames, one["by"], one["seed"], until=shots))
            for coder, video, index, category, at in one["codings"]:
                if video in known:
                    samples.code(db, one["name"], coder, FrameId(video, index), category, at)
