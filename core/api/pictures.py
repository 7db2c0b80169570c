"""Answers that are files: frames, keyframes, atlases, media and archives of projects."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from core.analysis import limits
from core.api.answers import FRESH, elsewhere, file, identifier, number
from core.api.run_rows import run_rows
from core.config import pictures_from_bucket
from core.errors import NotFound
from core.records import FrameId
from core.storage import Database, analyses, comparisons, results, runs, videos
from core.video.atlas import TILES

_SIGNED_S = 300.0  # for so long whoever has the address of a picture in a bucket may read it


def frame(db: Database, request: Request) -> Response:
    shown = FrameId(identifier(request, "video"), number(request, "index"))
    signed = _in_bucket(db, request, db.files.place_of_picture(shown))
    return signed or file(db.files.picture(shown), f"frame {shown}")


def video_atlas(db: Database, request: Request) -> Response:
    video, page = identifier(request, "video"), number(request, "page")
    return file(db.files.atlas(video, page), f"page {page} of the pictures of {video}")


def media(db: Database, request: Request) -> Response:
    """The video itself; parts of it on request (Range), so that a player can seek."""
    video = videos.get(db, identifier(request, "video"))
    if video.media_file is None:
        raise NotFound(f"The file of {video.title} is not in this library.")
    return file(db.files.media(video), f"file of {video.title}", FRESH)


def archive(db: Database, request: Request) -> Response:
    """An archive of a project, for a download."""
    name = f"{identifier(request, 'archive')}.zip"
    headers = {**FRESH, "Content-Disposition": f'attachment; filename="{name}"'}
    return file(db.files.project.archives / name, f"archive {name}", headers)


def keyframe(db: Database, request: Request) -> Response:
    run = identifier(request, "run")
    decoded = FrameId(identifier(request, "video"), number(request, "index"))
    if signed := _in_bucket(db, request, db.files.place_of_keyframe(run, decoded)):
        return signed
    path = results.keyframe(db, run, decoded)
    if _made_when_asked(db, run, path):
        from core.pipeline.decoding.keyframes import write_keyframe  # torch, for the first request

        row = run_rows(db, run).row_of.get(decoded)
        if row is not None:
            path = write_keyframe(db, run, decoded, row)
    return file(path, f"keyframe {decoded} of run {run}")


def run_atlas(db: Database, request: Request) -> Response:
    run, page = identifier(request, "run"), number(request, "page")
    path = results.atlas(db, run, page)
    if _made_when_asked(db, run, path):
        from core.pipeline.decoding.keyframes import write_page

        row_of = run_rows(db, run).row_of
        rows = range(page * TILES, min((page + 1) * TILES, len(row_of)))
        if rows:
            path = write_page(db, run, [row_of.frame(row) for row in rows], page)
    return file(path, f"page {page} of the keyframes of run {run}")


def _in_bucket(db: Database, request: Request, path: Path) -> Response | None:
    """The way to a picture in the bucket, which this process then need not fetch.

    None where it is to be given here: it is in no bucket, or the setting or ?here says so.
    """
    stored = db.files.stored
    if stored is None or "here" in request.query_params or not pictures_from_bucket():
        return None
    address = stored.address_for(path, _SIGNED_S)
    return None if address is None else elsewhere(address, _SIGNED_S)


def _made_when_asked(db: Database, run: str, path: Path) -> bool:
    """Whether it is not there yet because the run has many frames."""
    return not path.is_file() and not limits.exact(runs.frames(db, run))


def centre(db: Database, request: Request) -> Response:
    clustering = analyses.clustering(db, identifier(request, "clustering"))
    cluster = number(request, "number")
    mode = number(request, "mode") if "mode" in request.path_params else 0
    if clustering.run_id != identifier(request, "run"):
        raise NotFound("That clustering belongs to another run.")
    path = analyses.centre_picture(db, clustering, cluster, mode)
    return file(path, f"picture of mode {mode} of cluster {cluster}")


def group_centre(db: Database, request: Request) -> Response:
    run, comparison = identifier(request, "run"), identifier(request, "comparison")
    cluster, place = number(request, "number"), number(request, "group")
    path = comparisons.centre_picture(db, run, comparison, cluster, place)
    return file(path, f"picture of group {place} in cluster {cluster}")


def reconstruction(db: Database, request: Request) -> Response:
    run, step = identifier(request, "run"), number(request, "step")
    path = db.files.run(run) / "reconstructions" / f"{step}.jpg"
    if not path.is_file():  # the training may pad its numbers
        path = dict(results.reconstructions(db, run)).get(step, path)
    return file(path, f"reconstruction of step {step}")
