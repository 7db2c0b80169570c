"""Gives a video captions (a file's, pasted, YouTube's, read, heard), shifts them, or says them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from core import jobs
from core.commands.shared import choices, printing
from core.commands.shared.arguments import add_detach, caption_file
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.intake import replace_captions, shift_captions, youtube_captions
from core.records import Video
from core.storage import Database, open_library, recognition, videos

_MADE = ("ocr", "speech")  # by a job
_TRACK = ("name", "code", "by", "used")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO", help="a video's id or title")
    parser.add_argument(
        "--from",
        dest="source",
        choices=(*_MADE, "file", "paste", "youtube"),
        help="read the subtitles in the picture (ocr), recognise the speech, take --file, the text "
        "on standard input (paste: YouTube's transcript as copied), or a track of YouTube's",
    )
    parser.add_argument("--file", type=Path, metavar="FILE", help="take these instead")
    parser.add_argument("--track", metavar="NAME", help="take YouTube's track of that name or code")
    parser.add_argument("--tracks", action="store_true", help="list the tracks that YouTube has")
    parser.add_argument("--replace", action="store_true", help="also what was corrected by hand")
    parser.add_argument(
        "--download",
        action="store_true",
        help="with --from speech: fetch the model (148 MB) where none is installed",
    )
    parser.add_argument(
        "--shift", type=float, metavar="S", help="show all S seconds later (negative: earlier)"
    )
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, CaptionsUnreadable, CaptionsUnavailable, JobEnded, and InvalidSetting where
    corrections would be lost or options do not go together."""
    source = _source(options)
    db = open_library(options.data)
    video = choices.video(db, options.video)
    if options.tracks:
        _list_tracks(video)
        return 0
    if source in _MADE:
        job_id = jobs.submit_captions(
            db, video.id, source, replace=options.replace, download=options.download
        )
        if not finish(db, job_id, options):
            return 0
        if said := jobs.get(db, job_id).message:
            print(said, file=sys.stderr)
    elif source is not None:
        _replace(db, video, source, options)
    if options.shift is not None and source in (None, *_MADE):
        shift_captions.shift(db, video.id, options.shift)
    _say(db, videos.get(db, video.id))
    return 0


def _source(options: argparse.Namespace) -> str | None:
    """Where captions are to come from, None for those there are. Raises InvalidSetting."""
    implied = {"file": options.file is not None, "youtube": options.track is not None}
    source = options.source or next((name for name, given in implied.items() if given), None)
    if options.tracks and (source or options.shift is not None or options.replace):
        raise InvalidSetting("--tracks only lists; give it no other option.")
    if source == "file" and options.file is None:
        raise InvalidSetting("--from file needs --file FILE; name the caption file.")
    for name, given in implied.items():
        if given and source != name:
            option = {"file": "--file", "youtube": "--track"}[name]
            raise InvalidSetting(f"--from {source} takes no {option}; leave one of them out.")
    if options.replace and source is None:
        raise InvalidSetting("--replace goes with new captions; add --file FILE or --from.")
    if options.download and source != "speech":
        raise InvalidSetting("--download goes with --from speech; leave it out.")
    if options.detach and source in _MADE and options.shift is not None:
        raise InvalidSetting("--detach does not wait for what --shift is to move; shift it later.")
    return source


def _replace(db: Database, video: Video, source: str, options: argparse.Namespace) -> None:
    how: dict[str, Any] = {"corrected_too": options.replace, "shift_s": options.shift or 0.0}
    if source == "file":
        given = caption_file(options.file, "--file")
        replace_captions.from_file(db, video.id, *given, **how)
    elif source == "paste":
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
        replace_captions.from_text(db, video.id, text, **how)
    else:
        replace_captions.from_youtube(db, video.id, options.track, **how)


def _list_tracks(video: Video) -> None:
    tracks = youtube_captions.listed(replace_captions.youtube_id_of(video))
    used = video.provenance.get("caption_track")
    rows = [
        {
            "name": track.name,
            "code": track.code,
            "by": track.kind,
            "used": "yes" if track.to_json() == used else "",
        }
        for track in tracks
    ]
    printing.show(rows, _TRACK, f"YouTube has no captions of {video.title}.", False)


def _say(db: Database, video: Video) -> None:
    language = f" ({video.language})" if video.captions else ""
    on_screen = len(recognition.screen_texts_of(db, video.id))
    beside = f", {count(on_screen, 'text')} on screen" if on_screen else ""
    print(f"{video.title}: {count(video.captions, 'caption segment')}{language}{beside}.")
    if video.message:
        print(video.message, file=sys.stderr)
