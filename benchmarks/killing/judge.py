"""What must hold when all work has ended: nothing promised is lost, half or double."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2

from benchmarks.killing.work import SECONDS, SEGMENTS, Work
from core import jobs
from core.doctor import contents, folder
from core.records import Job
from core.storage import Database, captions, results, runs, videos


def faults(db: Database, work: Work) -> dict[str, list[str]]:
    """By invariant, what breaks it; an empty list each is what is hoped for."""
    return {
        "every acknowledged video is there, and read": _videos(db, work),
        "each has its frames, captions and pictures, once": _whole(db, work),
        "every acknowledged training has ended, once": _runs(db, work),
        "arrays of a training are those of an undisturbed one": _same(db, work),
        "no job is left, none failed without a sentence": _jobs(db),
        "the databases are sound and rows agree with files": _doctor(db),
    }


def _videos(db: Database, work: Work) -> list[str]:
    there = {video.id: video for video in videos.every(db)}
    lost = [f"{video_id} is lost" for video_id in work.videos - set(there)]
    return lost + [
        f"{v.id} is {v.state}: {v.message}" for v in there.values() if v.state != "ready"
    ]


def _whole(db: Database, work: Work) -> list[str]:
    found = []
    for video in videos.every(db):
        files = sorted(db.files.frames(video.id).glob("*.jpg"))
        listed = [frame.file for frame in videos.frames_of(db, video.id)]
        if [file.name for file in files] != listed or len(listed) != SECONDS // 2:
            found.append(f"{video.id}: {len(files)} pictures, {len(listed)} frames")
        if any(cv2.imread(str(file)) is None for file in files):
            found.append(f"{video.id} has half a picture")
        if len(captions.of_video(db, video.id)) != SEGMENTS:
            found.append(f"{video.id} has {len(captions.of_video(db, video.id))} captions")
    return found


def _runs(db: Database, work: Work) -> list[str]:
    there = {run.id: run for run in runs.every(db) if not run.automatic}
    found = [f"{run_id} is lost" for run_id in work.runs - set(there)]
    found += [] if work.runs else ["none was acknowledged"]
    for run in there.values():
        steps = [(said["phase"], said["step"]) for said in results.metrics(db, run.id)]
        ends = results.log(db, run.id).count("done in")
        if run.state != "done" or ends != 1 or len(steps) != len(set(steps)):
            found.append(
                f"{run.id} is {run.state} ({run.message}), {ends} ends, {len(steps)} reports"
            )
    return found


def _same(db: Database, work: Work, most: int = 2) -> list[str]:
    """Some trainings are deleted and done again in peace: the same numbers, bit by bit."""
    found = []
    for run_id in sorted(work.runs)[:most]:
        before, config = _hash(db, run_id), runs.get(db, run_id).config
        seed = config["training"]["seed"]
        runs.delete(db, run_id)
        run, job_id = jobs.submit_training(db, work.config(seed), work.base)
        jobs.wait(db, job_id)
        if run.id != run_id or _hash(db, run_id) != before:
            found.append(f"{run_id} differs from an undisturbed training")
    return found


def _hash(db: Database, run_id: str) -> str:
    kept = db.files.run(run_id)
    parts = [kept / "latents.npy", kept / "frames.json", kept / "checkpoint" / "model.safetensors"]
    return hashlib.sha256(b"".join(_read(part) for part in parts)).hexdigest()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b"missing"


def _jobs(db: Database) -> list[str]:
    left = [f"{job.id} is {job.state}" for job in jobs.live(db)]
    return left + [f"{job.id} says nothing" for job in jobs.every(db) if _is_silent(job)]


def _is_silent(job: Job) -> bool:
    return job.state == "failed" and (not job.message.strip() or "without a reason" in job.message)


def _doctor(db: Database) -> list[str]:
    """Whatever is broken; what a kill left lying about is put aside first, as the doctor does."""
    contents._YOUNG_S = 0.0
    list(contents.findings(db, repair=True))
    looked = [*folder.findings(db, repair=False), *contents.findings(db, repair=False)]
    return [f"{one.name}: {one.message}" for one in looked if not one.ok and one.name != "disk"]
