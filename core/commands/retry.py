"""Reads videos again that failed, and asks again for captions that YouTube refused."""

from __future__ import annotations

import argparse
import sys

from core import jobs
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach
from core.commands.shared.refused import more
from core.commands.shared.waiting import finish
from core.errors import AffinityError, InvalidSetting
from core.records import Video
from core.storage import Database, open_library, videos


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("videos", nargs="*", metavar="VIDEO", help="a video's id or title")
    parser.add_argument("--all", action="store_true", help="all that failed or lack captions")
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """Each one's failure is said, and the rest goes on. Raises InvalidSetting for none."""
    db = open_library(options.data)
    chosen = _chosen(db, options)
    if not chosen:
        print("Nothing has failed.", file=sys.stderr)
    queued = {video.id: jobs.submit_ingest(db, video.id) for video in chosen}
    failed = 0
    for video_id, job_id in queued.items():
        try:
            if finish(db, job_id, options):
                print(video_id, flush=True)
        except AffinityError as error:
            failed += 1
            print(" ".join(str(error).split()), *more(db, video_id), sep="\n", file=sys.stderr)
    return 1 if failed else 0


def _chosen(db: Database, options: argparse.Namespace) -> list[Video]:
    if options.all == bool(options.videos):
        raise InvalidSetting("Name the videos that are to be tried again, or say --all.")
    if options.all:
        return [video for video in videos.every(db) if video.can_retry]
    return [_one(db, word) for word in options.videos]


def _one(db: Database, word: str) -> Video:
    video = choices.video(db, word)
    if not video.can_retry:
        raise InvalidSetting(f"{video.title} is {video.state}; only what failed is tried again.")
    return video
