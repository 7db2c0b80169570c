"""Adds videos, files or YouTube addresses, reads them, and prints their ids."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from core import jobs
from core.commands.shared import listed
from core.commands.shared.arguments import add_detach, caption_file, clock_time, positive
from core.commands.shared.printing import plain
from core.commands.shared.refused import details, more
from core.commands.shared.waiting import finish
from core.errors import AddressRefused, AffinityError, AlreadyThere, InvalidSetting, Refused
from core.pipeline.intake import add_video
from core.records import FROM_CHANNEL, Video
from core.storage import Database, open_library
from core.text import captions
from core.video import limits
from core.video.addresses import Address
from core.video.youtube.listing import Listing, look

_CAPTION_FILES = tuple(f".{extension}" for extension in captions.EXTENSIONS)


def arguments(parser: argparse.ArgumentParser) -> None:
    sources = f"a YouTube address or a file: {limits.NAMES}"
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=sources)
    parser.add_argument(
        "--group", metavar="NAME", help=f"the affinity group; {FROM_CHANNEL}: the channel's name"
    )
    parser.add_argument(
        "--list", action="store_true", help="only say what a playlist, channel or address holds"
    )
    parser.add_argument("--json", action="store_true", help="with --list: a JSON list of objects")
    parser.add_argument("--take", metavar="1,3-5", help="of a playlist or channel only these")
    parser.add_argument("--again", action="store_true", help="also what the library has already")
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
    _check(options)
    db = open_library(options.data)
    failed = 0
    queued: dict[str, str] = {}  # the job of each video
    for source in options.sources:
        try:
            if options.list:
                listed.show(db, _listing(source, options), options.json)
                continue
            for add in _videos_of(db, source, options):
                try:
                    video = add()
                except AlreadyThere as error:
                    failed += _say(f"{error} To take it once more, add --again.")
                    continue
                queued[video.id] = jobs.submit_ingest(db, video.id)
                print(video.id, flush=True)
        except AffinityError as error:
            failed += _say(str(error))
            if isinstance(error, Refused):
                _say_all([line for line in [details(plain(error.details))] if line])
    for video_id, job_id in queued.items():
        try:
            if finish(db, job_id, options):
                _say_all(more(db, video_id))
        except AffinityError as error:
            failed += _say(str(error))
            _say_all(more(db, video_id))
    return 1 if failed else 0


def _check(options: argparse.Namespace) -> None:
    if len(options.sources) > 1 and (options.captions or options.title or options.take):
        raise InvalidSetting(
            "--captions, --title and --take go with one source; add the sources one by one."
        )
    if options.group is None and not options.list:
        raise InvalidSetting(
            f"Say --group NAME, or --group {FROM_CHANNEL} for the name of each video's channel."
        )
    if options.json and not options.list:
        raise InvalidSetting("--json goes with --list.")


def _videos_of(
    db: Database, source: str, options: argparse.Namespace
) -> Iterator[Callable[[], Video]]:
    """What records each of the source's videos. Raises an AffinityError, as each of them does."""
    common = {
        "group": options.group,
        "language": options.language,
        "every_s": options.every,
        "from_s": options.from_s,
        "until_s": options.until_s,
        "again": options.again,
    }
    path = Path(source)
    if not path.exists():
        for address in _addresses(source, options):
            yield partial(add_video.add_youtube, db, address, **common)
        return
    if options.take:
        raise InvalidSetting(f"{source} is a file; --take goes with a playlist or channel.")
    if not path.is_file():
        raise InvalidSetting(f"{source} is not a file; name video files or YouTube addresses.")
    given = None if options.captions is None else caption_file(options.captions, "--captions")
    if given is None:
        _say_what_lies_beside(path)
    file = {"title": options.title, "captions": given}
    yield partial(add_video.add_file, db, path, path.name, **file, **common)


def _addresses(source: str, options: argparse.Namespace) -> list[Address]:
    """The videos at an address: itself, or a list's, of which --take chooses."""
    address = _address(source, options)
    if address.kind == "video" and not options.take:
        return [address]
    listing = _listing(source, options)
    if listing.left_out != 0 and not options.take:
        _say(listed.left_out(listing))
    return [one.address for one in listed.taken(listing, options.take)]


def _listing(source: str, options: argparse.Namespace) -> Listing:
    return look(_address(source, options))


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


def _say(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return 1
