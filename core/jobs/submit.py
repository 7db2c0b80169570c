"""What can be asked of the worker. A job is named by what it does: the same twice is one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.analysis.hdbscan import check_min_cluster_size
from core.analysis.reclustering import check as check_parts
from core.analysis.weighting import blocks_of, normalised
from core.config import RunConfig
from core.errors import Busy, InvalidSetting, StorageFailed
from core.jobs import status
from core.jobs.engine import APPLICATION, SCHEMA, WORKFLOW, client, queue
from core.records import Run
from core.storage import (
    Database,
    acting,
    acts,
    analyses,
    comparisons,
    cuts,
    left_out,
    recognition,
    room,
    runs,
    sweeps,
    videos,
)
from core.storage.new_run import digest, new_run, trainable
from core.tables.plan import check_models, datasets, plan
from core.training.schedule import check_processes

if TYPE_CHECKING:
    from dbos import EnqueueOptions

_LOOKS = {"faulty": "Frames to leave out", "captions": "Captions against speech"}
_READERS = ("cluster", "project", "sweep", "compare")  # what changes nothing that people made
_CAPTIONS = {"ocr": "Reading the subtitles of", "speech": "Recognising the speech of"}


def submit_ingest(db: Database, video_id: str, *, by_itself: bool = False) -> str:
    """Read a video whose row and files are there; of a ready one ask for the captions that YouTube
    refused. Gives the job's id; raises NotFound.

    Attempts are counted anew unless this one is made `by_itself`.
    """
    video = videos.get(db, video_id)
    ready = video.state == "ready"
    lacking = ready and video.can_retry
    title = f"Captions of {video.title}" if lacking else video.title
    work = f"ingest-{video_id}"
    job_id = _submit(db, work, "ingest", video_id, title, {}, ready and not lacking)
    if video.state == "failed" or lacking:
        attempts = video.refusal.get("attempts", 0) if by_itself else 0
        refusal = {**video.refusal, "attempts": attempts} if video.refusal else {}
        again = {} if lacking else {"state": "waiting", "message": ""}
        of = (video.state,)
        videos.change_state(db, video_id, of, **again, retry_at=None, refusal=refusal)
    return job_id


def submit_captions(
    db: Database, video_id: str, source: str, *, replace: bool = False, download: bool = False
) -> str:
    """Make captions of a ready video from "ocr" (the picture) or "speech". Gives the job's id.

    `download` consents to fetching a model of speech where none is installed.

    Raises NotFound, InvalidSetting where corrections by hand would be lost that `replace` does not
    give up, and Busy while captions are made from the other source.
    """
    video = videos.get(db, video_id)
    if source not in _CAPTIONS:
        raise InvalidSetting(f"Captions cannot be made from {source!r}; choose ocr or speech.")
    if video.state != "ready":
        raise InvalidSetting(f"{video.title} has not been read yet; wait until it is ready.")
    if not replace:
        recognition.check_corrections(db, video)
    work = f"captions-{video_id}"
    title = f"{_CAPTIONS[source]} {video.title}"
    last = status.latest(db, work)
    if last and last.state in status.LIVE and last.title != title:
        raise Busy(f"{last.title}: wait until that is done, or cancel job {last.id}.")
    arguments = {"source": source, "replace": replace}
    if download:
        arguments["download"] = True
    return _submit(db, work, "captions", video_id, title, arguments, finished=False)


def submit_training(
    db: Database,
    config: RunConfig,
    video_ids: Sequence[str],
    *,
    name: str | None = None,
    processes: int = 1,
) -> tuple[Run, str]:
    """Train a model on some videos. Gives the run and the job's id.

    Frames that are left out are not trained on. The same request is the same run, whatever the
    number of processes; one that failed or was cancelled goes on from its last checkpoint in a new
    job. Raises InvalidSetting, NotFound.
    """
    check_processes(config, processes)
    chosen = trainable(db, video_ids)
    gone = left_out.of_videos(db, [video.id for video in chosen])
    run = new_run(config, chosen, name, gone)
    runs.add(db, run)
    job_id = submit_run(db, run.id, processes)
    return runs.get(db, run.id), job_id


def submit_run(db: Database, run_id: str, processes: int | None = None) -> str:
    """Train a run whose row is there, unless it is trained. Raises NotFound.

    Without a number, in as many `processes` as the last job that was to train it.
    """
    run = runs.get(db, run_id)
    if processes is None:
        last = status.latest(db, f"train-{run_id}")
        processes = last.processes if last else 1
    shared = {"processes": processes} if processes > 1 else {}
    job_id = _submit(db, f"train-{run_id}", "train", run_id, run.name, shared, run.state == "done")
    again = {"state": "queued", "message": "", "finished_at": None}
    runs.change_state(db, run_id, ("failed", "cancelled"), **again)
    return job_id


def submit_clustering(
    db: Database,
    run_id: str,
    method: str,
    k: int,
    seed: int = 0,
    weights: Mapping[str, float] | None = None,
    smallest: int = 0,
) -> str:
    """Divide a run's frames into `k` clusters; `weights` as in core.analysis.weighting.

    HDBSCAN takes 0 for k, and the frames of its `smallest` cluster.
    Raises NotFound, InvalidSetting.
    """
    run = runs.get(db, run_id)
    _check_method("clustering", method, ("kmeans", "gmm", "hdbscan"))
    dense = method == "hdbscan"
    if dense:
        check_min_cluster_size(smallest, run.frames)
    elif not 2 <= k <= max(2, run.frames):
        raise InvalidSetting(
            f"k must lie between 2 and this run's {run.frames} frames; {k} was given."
        )
    weighed = normalised(blocks_of(run), weights or {})
    gone = left_out.of_run(db, run).mark
    identifier = analyses.clustering_id(run_id, method, k, seed, weighed, smallest, gone)
    there = any(known.id == identifier for known in analyses.clusterings_of(db, run_id))
    arguments = {"method": method, "k": k, "seed": seed, "weights": weighed}
    arguments |= {"smallest": smallest} if dense else {}
    title = f"Dense clusters of {run.name}" if dense else f"{k} clusters of {run.name}"
    return _submit(db, f"cluster-{run_id}-{identifier}", "cluster", run_id, title, arguments, there)


def submit_recluster(
    db: Database,
    clustering_id: str,
    stretches: Sequence[Sequence[int]],
    parts: int,
    number: int = 0,
) -> str:
    """Divide rows, [first, last] of each stretch, of a clustering into `parts`; the rest stays.

    `number` is the cluster that they are, 0 for a selection. Raises NotFound, InvalidSetting.
    """
    source = analyses.clustering(db, clustering_id)
    run = runs.get(db, source.run_id)
    check_parts(parts, sum(last - first + 1 for first, last in stretches))
    identifier = analyses.edited_id(clustering_id, stretches, parts)
    there = any(known.id == identifier for known in analyses.clusterings_of(db, run.id))
    arguments = {
        "clustering_id": clustering_id,
        "stretches": [list(one) for one in stretches],
        "parts": parts,
        "number": number,
    }
    title = f"{parts} parts in {run.name}"
    work = f"recluster-{run.id}-{identifier}"
    return _submit(db, work, "recluster", run.id, title, arguments, there)


def submit_edit(db: Database, run_id: str, what: Mapping[str, Any]) -> str:
    """Make clusters as an analyst asks for them; `what` as core.pipeline.division.analyst_edits.

    Raises NotFound.
    """
    run = runs.get(db, run_id)
    identifier = analyses.analysts_id(run_id, what)
    there = any(known.id == identifier for known in analyses.clusterings_of(db, run_id))
    work = f"edit-{run_id}-{identifier}"
    return _submit(db, work, "edit", run_id, f"Clusters of {run.name}", {"what": what}, there)


def submit_projection(db: Database, run_id: str, method: str, settings: dict[str, Any]) -> str:
    """Lay a run's frames out in two dimensions; `settings` as in core.analysis.projection.

    Raises NotFound, InvalidSetting.
    """
    run = runs.get(db, run_id)
    _check_method("projection", method, ("tsne", "umap", "pca"))
    weighed = normalised(blocks_of(run), settings.get("weights", {}))
    plain = {name: value for name, value in settings.items() if name != "weights"}
    settings = {**plain, "weights": weighed} if weighed else plain
    identifier = analyses.projection_id(run_id, method, settings, left_out.of_run(db, run).mark)
    there = any(known.id == identifier for known in analyses.projections_of(db, run_id))
    arguments = {"method": method, "settings": settings}
    title = f"Map of {run.name}"
    return _submit(db, f"project-{run_id}-{identifier}", "project", run_id, title, arguments, there)


def submit_sweep(db: Database, run_id: str, weights: Mapping[str, float] | None = None) -> str:
    """Measure how a run's clusters change with k; `weights` as in core.analysis.weighting.

    Raises NotFound, InvalidSetting.
    """
    run = runs.get(db, run_id)
    weighed = normalised(blocks_of(run), weights or {})
    identifier = sweeps.sweep_id(run_id, weighed, left_out.of_run(db, run).mark)
    there = sweeps.read(db, run_id, identifier) is not None
    title = f"Every k of {run.name}"
    arguments = {"weights": weighed}
    return _submit(db, f"sweep-{run_id}-{identifier}", "sweep", run_id, title, arguments, there)


def submit_comparison(
    db: Database, clustering_id: str, content: str, by: str = "group", where: str = ""
) -> str:
    """Compare the groups of a clustering and decode their parts of it. Raises NotFound.

    `by` is the videos' column whose values are the groups, `where` a filter of frames, `content`
    the comparison's id: another group, caption, merge or frame is other work.
    """
    clustering = analyses.clustering(db, clustering_id)
    run = runs.get(db, clustering.run_id)
    there = comparisons.decoded(db, run.id, content)
    arguments = {"clustering_id": clustering_id, "by": by} | ({"where": where} if where else {})
    title = f"Groups of {run.name}"
    return _submit(db, f"compare-{run.id}-{content}", "compare", run.id, title, arguments, there)


def submit_cuts(db: Database, run_id: str) -> str:
    """Watch every picture of those of a run's videos whose cuts are not known. Raises NotFound."""
    run = runs.get(db, run_id)
    there = not cuts.missing(db, run.video_ids)
    return _submit(db, f"cuts-{run_id}", "cuts", run_id, f"Cuts of {run.name}", {}, there)


def submit_look(db: Database, what: str) -> str:
    """Look for "faulty" frames, or listen whether "captions" are where the speech is, in all ready
    videos, again where that was done. Raises InvalidSetting.
    """
    if what not in _LOOKS:
        raise InvalidSetting(f"There is no search for {what!r}; choose from {', '.join(_LOOKS)}.")
    return _submit(db, f"look-{what}", "look", what, _LOOKS[what], {}, finished=False)


def submit_baseline(db: Database) -> str:
    """Compute the PCA of all ready videos; one that is still queued will do. Raises InvalidSetting.

    A job that is already running may have missed the newest videos, so one more may wait behind it.
    """
    work = baseline_work(db)
    if work is None:
        raise InvalidSetting("No video is ready yet; add one first.")
    waiting = [job for job in status.live(db) if job.kind == "baseline" and job.state == "queued"]
    if waiting:
        return waiting[0].id
    return _submit(db, work, "baseline", "all", "PCA of all videos", {}, finished=False)


def baseline_work(db: Database) -> str | None:
    """The name of the baseline that the ready videos call for, None when none is ready."""
    ready = videos.ready(db)
    if not ready:
        return None
    return f"baseline-all-{digest(sorted((video.id, video.frames) for video in ready))}"


def submit_tables(
    db: Database, kind: str, named: Mapping[str, Sequence[str]], models: Sequence[str]
) -> str:
    """Make the "quick" or "full" tables; core.pipeline.tables.train_tables has `named`, `models`.

    What is trained already is not trained again. Raises InvalidSetting where there is nothing to
    train on, NotFound for an unknown video, and Busy while they are made with other settings.
    """
    check_models(models)
    plan(kind, datasets(db, named))
    arguments = {"named": {name: list(ids) for name, ids in named.items()}, "models": list(models)}
    work = f"tables-{kind}-{digest(arguments)}"
    for job in status.tables(db):
        if job.subject == kind and job.state in status.LIVE and not job.id.startswith(work):
            raise Busy(
                f"The {kind} tables are being made with other videos or models; wait for that, or "
                f"cancel job {job.id}."
            )
    title = f"The {kind} tables"
    return _submit(db, work, "tables", kind, title, arguments, finished=False)


def _submit(
    db: Database,
    work: str,
    kind: str,
    subject: str,
    title: str,
    arguments: dict[str, Any],
    finished: bool,
) -> str:
    """Queue `work` unless it is under way, or done with its result still there (`finished`).

    Raises NotAllowed.
    """
    if kind not in _READERS:
        acting.require("analyst", "start this")
    last = status.latest(db, work)
    if last and (last.state in status.LIVE or (last.state == "done" and finished)):
        return last.id
    number = status.attempt(work, last) + 1 if last else 1
    job_id = work if number == 1 else f"{work}-{number}"
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": queue(db, kind),
        "workflow_id": job_id,
        "app_version": SCHEMA,
        "application_name": APPLICATION,
        "attributes": {
            "kind": kind,
            "subject": subject,
            "title": title,
            "at": time.time(),
            "processes": arguments.get("processes", 1),
        },
    }
    try:
        client(db).enqueue(options, kind, subject, arguments)
    except sa.exc.OperationalError as error:
        if room.is_full(error, db.files.folder):
            raise room.disk_full(db.files.folder) from error
        raise StorageFailed(f"The job could not be queued ({error.orig}); try again.") from error
    if (who := acting.person()) is not None:
        with db.write(on_reading=True) as connection:
            acts.note(connection, who.name, [(f"asked for {kind}: {title}", subject)])
    return job_id


def _check_method(what: str, method: str, known: tuple[str, ...]) -> None:
    if method not in known:
        raise InvalidSetting(f"There is no {what} {method!r}; choose from {', '.join(known)}.")
