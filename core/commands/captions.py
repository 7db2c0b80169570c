"""Gives a video captions (a file's, read, heard), shifts them, or says what it has."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core import jobs
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach, caption_file
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.intake import add_video, shift_captions
from core.records import Video
from core.storage import Database, open_library, recognition, videos

_MADE = ("ocr", "speech")  # by a job


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO", help="a video's id or title")
    parser.add_argument(
        "--from",
        dest="source",
        choices=(*_MADE, "file"),
        help="read the subtitles in the picture (ocr), recognise the speech, or take --file",
    )
    parser.add_argument("--file", type=Path, metavar="FILE", help="take these instead")
    parser.add_argument("--replace", action="store_true", help="also what was corrected by hand")
    parser.add_argument(
        "--shift", type=float, metavar="S", help="show all S seconds later (negative: earlier)"
    )
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, CaptionsUnreadable, JobEnded, and InvalidSetting where corrections would be
    lost or options do not go together."""
    _check(options)
    db = open_library(options.data)
    video = choices.video(db, options.video)
    if options.source in _MADE:
        job_id = jobs.submit_captions(db, video.id, options.source, replace=options.replace)
        if not finish(db, job_id, options):
            return 0
    elif options.file is not None:
        given = caption_file(options.file, "--file")
        if not options.replace:
            recognition.check_corrections(db, video)
        add_video.replace_captions(db, video.id, *given)
    if options.shift is not None:
        shift_captions.shift(db, video.id, options.shift)
    _say(db, videos.get(db, video.id))
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.source == "file" and options.file is None:
        raise InvalidSetting("--from file needs --file FILE; name the caption file.")
    if options.source in _MADE and options.file is not None:
        raise InvalidSetting(f"--from {options.source} takes no --file; leave one of them out.")
    if options.detach and options.source in _MADE and options.shift is not None:
        raise InvalidSetting("--detach does not wait for what --shift is to move; shift it later.")


def _say(db: Database, video: Video) -> None:
    language = f" ({video.language})" if video.captions else ""
    on_screen = len(recognition.screen_texts_of(db, video.id))
    beside = f", {count(on_screen, 'text')} on screen" if on_screen else ""
    print(f"{video.title}: {count(video.captions, 'caption segment')}{language}{beside}.")
    if video.message:
        print(video.message, file=sys.stderr)
