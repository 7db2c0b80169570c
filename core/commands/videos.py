"""Lists the videos of the library."""

from __future__ import annotations

import argparse

from core.commands.shared import printing
from core.format import clock
from core.records import Video
from core.storage import open_library, videos

_COLUMNS = ("id", "title", "group", "language", "duration", "frames", "captions", "state")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    rows = [_row(video) for video in videos.every(open_library(options.data))]
    if not options.json:
        rows = [{**row, "duration": clock(row["duration_s"])} for row in rows]
    empty = "There are no videos yet; add one: python -m core add FILE --group NAME"
    printing.show(rows, _COLUMNS, empty, options.json)
    return 0


def _row(video: Video) -> dict:
    return {
        "id": video.id,
        "title": video.title,
        "group": video.group,
        "source": video.source,
        "origin": video.origin,
        "language": video.language,
        "duration_s": video.duration_s,
        "every_s": video.every_s,
        "frames": video.frames,
        "captions": video.captions,
        "caption_origin": video.caption_origin,
        "captions_timed": video.captions_timed,
        "state": video.state,
        "message": video.message,
    }
