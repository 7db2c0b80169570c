"""Finds frames of a run: by words, by what is meant, by likeness to a frame or a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.shared import choices, printing
from core.commands.shared.frame_list import chosen_frames, library_frames
from core.errors import InvalidSetting, VideoUnreadable
from core.format import clock
from core.pipeline.comparison.looked_at import note_search
from core.pipeline.search import find_frames
from core.pipeline.search.find_frames import Found
from core.pipeline.search.uploaded_picture import like_picture
from core.records import FrameId, Run
from core.storage import Database, open_library, results, videos
from core.video.uploaded_picture import check_bytes

_BLOCKS = ("words", "content", "appearance")
_COLUMNS = ("frame", "time", "frames", "likeness", "distance", "caption")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("text", nargs="?", metavar="WORDS", help="in any language")
    parser.add_argument("--frame", metavar="VIDEO:INDEX", help="frames like this one of the run")
    parser.add_argument(
        "--like", metavar="LIST", help="frames like these: VIDEO:FIRST-LAST, a saved selection"
    )
    parser.add_argument("--unlike", metavar="LIST", help="with --like: and unlike these")
    parser.add_argument(
        "--picture", type=Path, metavar="F", help="frames like this JPEG, PNG, WebP"
    )
    parser.add_argument(
        "--by",
        choices=("captions", *_BLOCKS),
        help="WORDS: words (what is meant, the default), captions (the very words) or, of a run "
        "with open_clip's picture features, content (what is shown); frames and pictures: one "
        "block of the run's latent, without it the whole",
    )
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for what cannot be looked for, NotFound, VideoUnreadable."""
    given = [options.text, options.frame, options.like, options.picture]
    if sum(one is not None for one in given) != 1:
        raise InvalidSetting("Give one of WORDS, --frame, --like and --picture to search by.")
    if options.unlike is not None and options.like is None:
        raise InvalidSetting("--unlike goes with --like; say what frames are to be like.")
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    found = _found(db, chosen, options)
    note_search(db, chosen.id, found.said)
    printing.show(_rows(db, found, options.json), _COLUMNS, "Nothing was found.", options.json)
    more = "" if found.total in (None, len(found.results)) else f" {found.total} in all."
    print(printing.plain(found.said) + more, file=sys.stderr)
    return 0


def _found(db: Database, chosen: Run, options: argparse.Namespace) -> Found:
    if options.text is not None:
        return _of_text(db, chosen, options.text, options.by or "words")
    if options.by == "captions":
        raise InvalidSetting(f"--by captions goes with WORDS; choose {', '.join(_BLOCKS)}.")
    if options.frame is not None:
        return find_frames.like_frame(db, chosen, _frame(db, options.frame), options.by)
    if options.like is not None:
        known = results.rows_of(db, chosen.id)
        liked, unliked = (
            chosen_frames(db, words, known) if words else ()
            for words in (options.like, options.unlike)
        )
        return find_frames.like_frames(db, chosen, liked, unliked, options.by)
    return like_picture(db, chosen, _bytes(options.picture), options.by)


def _of_text(db: Database, chosen: Run, text: str, by: str) -> Found:
    if by == "captions":
        return find_frames.by_captions(db, chosen, text)
    if by == "words":
        return find_frames.by_meaning(db, chosen, text)
    if by == "content":
        return find_frames.by_shown(db, chosen, text)
    raise InvalidSetting(
        f"Words say nothing of the {by}; --by {by} goes with --frame or --picture."
    )


def _frame(db: Database, word: str) -> FrameId:
    frames = library_frames(db, [word])
    if len(frames) != 1:
        raise InvalidSetting(f"--frame takes one frame, VIDEO:INDEX; {word!r} was given.")
    return frames[0]


def _bytes(path: Path) -> bytes:
    try:
        check_bytes(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise VideoUnreadable(
            f"{path} cannot be read ({error.strerror}); choose another picture."
        ) from error


def _rows(db: Database, found: Found, as_json: bool) -> list[printing.Row]:
    times = {
        frame.id: frame.time_s
        for video_id in {one.frame.video_id for one in found.results}
        for frame in videos.frames_of(db, video_id)
    }
    rows: list[printing.Row] = []
    for one in found.results:
        time_s = times.get(one.frame, 0.0)
        rows.append(
            {
                "frame": str(one.frame),
                "frames": one.frames,
                "time_s" if as_json else "time": time_s if as_json else clock(time_s),
                "caption": one.caption,
                "likeness": one.likeness,
                "distance": one.distance,
            }
        )
    return rows
