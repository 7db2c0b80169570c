"""Gives a video another caption file, shifts its captions, or says which it has."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.shared import choices
from core.commands.shared.arguments import caption_file
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.intake import add_video, shift_captions
from core.storage import captions, open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO", help="a video's id or title")
    parser.add_argument("--file", type=Path, metavar="FILE", help="take these instead")
    parser.add_argument(
        "--replace", action="store_true", help="with --file: also what was corrected by hand"
    )
    parser.add_argument(
        "--shift", type=float, metavar="S", help="show all S seconds later (negative: earlier)"
    )


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, CaptionsUnreadable, and InvalidSetting where corrections would be lost."""
    db = open_library(options.data)
    video = choices.video(db, options.video)
    if options.file is not None:
        given = caption_file(options.file, "--file")
        corrected = sum(caption.corrected for caption in captions.of_video(db, video.id))
        if corrected and not options.replace:
            raise InvalidSetting(
                f"{video.title} has {count(corrected, 'corrected segment')}; "
                "to replace them too, add --replace."
            )
        video = add_video.replace_captions(db, video.id, *given)
    if options.shift is not None:
        video = shift_captions.shift(db, video.id, options.shift)
    language = f" ({video.language})" if video.captions else ""
    print(f"{video.title}: {count(video.captions, 'caption segment')}{language}.")
    if video.message:
        print(video.message, file=sys.stderr)
    return 0
