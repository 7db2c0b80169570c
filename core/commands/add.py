"""Adds videos, files or YouTube addresses, reads them, and prints their ids."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from core import jobs
from core.commands.shared.arguments import add_detach, caption_file, clock_time, positive
from core.commands.shared.refused import more
from core.commands.shared.waiting import finish
from core.errors import AddressRefused, AffinityError, InvalidSetting
from core.pipeline.intake import add_video
from core.records import Video
from core.storage import Database, open_library
from core.text import captions
from core.video import limits
from core.video.addresses import Address

_CAPTION_FILES = tuple(f".{extension}" for extension in captions.EXTENSIONS)


def arguments(parser: argparse.ArgumentParser) -> None:
    sources = f"a YouTube address or a file: {limits.NAMES}"
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=sources)
    parser.add_argument("--group", required=True, metavar="NAME", help="the affinity group")
    parser.add_argument(
        "--captions", type=Path, metavar="FILE", help=f"of one file: {', '.join(_CAPTION_FILES)}"
    )
    parser.add_argument("--language", default="auto", choices=("en", "zh", "auto"), help="(auto)")
    parser.add_argument(
        "--every", type=positive(float, "--every"), default=2.0, metavar="S", help="seconds (2.0)"
    )
    for end, meaning in (("from", "beginning"), ("until", "end")):
        parser.add_argument(
            f"--{end}",
            dest=f"{end}_s",
            type=clock_time,
            metavar="TIME",
            help=f"only a part, as in 1:30 ({meaning})",
        )
    parser.add_argument("--title", metavar="TEXT", help="of one file; else its name")
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """What cannot be added is said, one line each, and the rest goes on."""
    if len(options.sources) > 1 and (options.captions or options.title):
        raise InvalidSetting("--captions and --title go with one file; add the files one by one.")
    db = open_library(options.data)
    failed = 0
    queued: dict[str, str] = {}  # the job of each video
    for source in options.sources:
        try:
            for video in _take_in(db, source, options):
                queued[video.id] = jobs.submit_ingest(db, video.id)
                print(video.id, flush=True)
        except AffinityError as error:
            failed += _say(error)
    for video_id, job_id in queued.items():
        try:
            if finish(db, job_id, options):
                _say_all(more(db, video_id))
        except AffinityError as error:
            failed += _say(error)
            _say_all(more(db, video_id))
    return 1 if failed else 0


def _take_in(db: Database, source: str, options: argparse.Namespace) -> Iterator[Video]:
    """Record the source's videos (a playlist has several). Raises an AffinityError."""
    common = {
        "group": options.group,
        "language": options.language,
        "every_s": options.every,
        "from_s": options.from_s,
        "until_s": options.until_s,
    }
    path = Path(source)
    if not path.exists():
        for address in add_video.expand(_address(source, options)):
            yield add_video.add_youtube(db, address, **common)
        return
    if not path.is_file():
        raise InvalidSetting(f"{source} is not a file; name video files or YouTube addresses.")
    given = None if options.captions is None else caption_file(options.captions, "--captions")
    if given is None:
        _say_what_lies_beside(path)
    yield add_video.add_file(db, path, path.name, title=options.title, captions=given, **common)


def _address(source: str, options: argparse.Namespace) -> Address:
    if options.captions is not None or options.title is not None:
        raise InvalidSetting(
            f"{source} is no file here; --captions and --title go with one video file."
        )
    addresses = add_video.parse_addresses(source)
    if not addresses.accepted:
        reason = addresses.refused[0].reason
        raise AddressRefused(f"There is no file {source!r}. {reason}")
    return addresses.accepted[0]


def _say_what_lies_beside(path: Path) -> None:
    """Captions are never taken silently: those beside a file are only pointed out."""
    beside = [other for other in map(path.with_suffix, _CAPTION_FILES) if other.is_file()]
    if beside:
        print(
            f"{path.name} is added without captions; to use those beside it, "
            f"say --captions {beside[0]}.",
            file=sys.stderr,
        )


def _say_all(lines: list[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _say(error: AffinityError) -> int:
    print(" ".join(str(error).split()), file=sys.stderr)
    return 1
