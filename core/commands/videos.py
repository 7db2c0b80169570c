"""Lists the videos of the library."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from core.commands.shared import printing
from core.commands.shared.refused import again
from core.export import provenance
from core.format import clock, percent
from core.records import Video
from core.storage import open_library, videos

_FIELDS = (
    *("id", "title", "group", "source", "origin", "language", "duration_s", "every_s", "from_s"),
    *("until_s", "frames", "captions", "caption_origin", "captions_timed", "state", "message"),
    *("retry_at", "refusal", "provenance"),
)
_COLUMNS = ("id", "title", "group", "language", "duration", "frames", "captions", "state", "again")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    parser.add_argument("--long", action="store_true", help="where each video comes from")


def run(options: argparse.Namespace) -> int:
    known = videos.every(open_library(options.data))
    rows = [printing.fields(one, *_FIELDS) for one in known]
    if options.long and not options.json:
        _print_long(known)
        return 0
    if not options.json:
        rows = [
            {
                **row,
                "group": one.group_said,
                "duration": clock(row["duration_s"]),
                "again": again(one),
            }
            for row, one in zip(rows, known, strict=True)
        ]
    empty = "There are no videos yet; add one: python -m core add FILE --group NAME"
    printing.show(rows, _COLUMNS, empty, options.json)
    return 0


def _print_long(known: Sequence[Video]) -> None:
    titles = {video.id: video.title for video in known}
    for video in known:
        print(f"{video.id}  {printing.plain(video.title)} ({printing.plain(video.group_said)})")
        facts = {provenance.FIELDS[name]: said for name, said in provenance.said(video).items()}
        facts = {"Address or file": video.origin, **facts}
        if video.captions:
            machine = ", by machine: words may be wrong" if provenance.by_machine(video) else ""
            facts["Captions"] = f"{video.captions:,}, {video.caption_origin}{machine}"
        other = video.provenance.get("looks_like")
        if other and other["video"] in titles:
            how = f"{percent(other['share'])} of frames{provenance.moved(other)}"
            facts["Looks like"] = f"{titles[other['video']]} ({how})"
        for title, said in facts.items():
            print(f"  {title}: {printing.plain(said)}")
