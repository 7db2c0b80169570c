"""Makes the sample project: two drawn channels, read, trained on, clustered and laid out."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
import threading
from pathlib import Path

from filelock import FileLock

from core import jobs
from core.commands.shared.arguments import add_detach
from core.commands.shared.waiting import finish
from core.config import RunConfig, preset
from core.demo import CHANNELS, Channel, draw
from core.errors import Busy
from core.jobs import children
from core.pipeline.intake import add_video
from core.records import Run, Video
from core.storage import Database, open_library, videos

NAME = "Sample project"
_STEPS = 40
_CLUSTERS = 6
_PERPLEXITY = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """Draw, read, train, cluster, lay out; what is there already is not made again."""
    db = open_library(options.data)
    if options.detach:
        start(db)
        print("The sample project is being made; `jobs` shows it.", file=sys.stderr)
        return 0
    with FileLock(db.files.temporary / "demo.lock"):  # a double click draws once
        samples = [_sample(db, channel) for channel in CHANNELS]
    waiting = [jobs.submit_ingest(db, video.id) for video in samples]
    if not all(finish(db, job_id, options) for job_id in waiting):
        return 0
    run, job_id = jobs.submit_training(db, _config(), [v.id for v in samples], name=NAME)
    if not (finish(db, job_id, options) and _analysed(db, run, options)):
        return 0
    print(run.id)
    folder = shlex.quote(str(options.data))
    print(f"Look at it: python -m core app --data {folder}", file=sys.stderr)
    return 0


def start(db: Database) -> None:
    """Make the sample project in the background, as a process of its own; returns at once."""
    command = [sys.executable, "-m", "core", "demo", "--data", str(db.files.folder)]
    process = children.start(command, db.files.logs / "demo.log", os.environ)
    threading.Thread(target=process.wait, daemon=True).start()


def _sample(db: Database, channel: Channel) -> Video:
    """The channel's video in the library, drawn now unless it is there. Raises Busy."""
    known = videos.every(db)
    there = [video for video in known if video.origin == f"{channel.stem}.mp4"]
    if there:
        return there[0]
    own = {f"{other.stem}.mp4" for other in CHANNELS}
    if any(video.origin not in own for video in known):
        raise Busy(
            f"{db.files.folder} holds videos of yours; give the sample project a folder of its "
            "own: python -m core demo --data sample"
        )
    print(f"Drawing {channel.title}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=db.files.temporary) as folder:
        media, captions = draw(channel, Path(folder))
        return add_video.add_file(
            db,
            media,
            media.name,
            group=channel.group,
            language=channel.language,
            title=channel.title,
            captions=(captions.name, captions.read_bytes()),
        )


def _config() -> RunConfig:
    return preset("affinity", "fast", {"steps": str(_STEPS)})


def _analysed(db: Database, run: Run, options: argparse.Namespace) -> bool:
    divided = jobs.submit_clustering(db, run.id, "kmeans", _CLUSTERS)
    laid_out = jobs.submit_projection(db, run.id, "tsne", {"perplexity": _PERPLEXITY})
    return finish(db, divided, options) and finish(db, laid_out, options)
