"""Prints what a playlist or channel holds, and reads which of it is wanted."""

from __future__ import annotations

import re

from core.commands.shared import printing
from core.errors import InvalidSetting
from core.format import clock, count
from core.storage import Database, videos
from core.video.youtube.listing import Listed, Listing

_COLUMNS = ("number", "title", "channel", "published", "length", "remark")
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


def show(db: Database, listing: Listing, as_json: bool) -> None:
    """One row a video; days that YouTube only gives about are marked."""
    known = {video.youtube_id for video in videos.every(db)}
    rows = [
        {
            "number": number,
            "id": one.address.id,
            "title": one.title,
            "channel": one.channel,
            "published": one.published,
            "about": one.about,
            "duration_s": one.duration_s,
            "remark": one.remark,
            "in_library": one.address.id in known,
        }
        for number, one in enumerate(listing.videos, 1)
    ]
    if not as_json:
        rows = [{**row, **_said(row, one)} for row, one in zip(rows, listing.videos, strict=True)]
    printing.show(rows, _COLUMNS, "", as_json)
    if listing.left_out != 0 and not as_json:
        print(left_out(listing))


def left_out(listing: Listing) -> str:
    """That there are more videos than are listed."""
    more = "More" if listing.left_out is None else f"{listing.left_out:,} more"
    return f"{more} are beyond the first {count(len(listing.videos), 'video')}, which are listed."


def taken(listing: Listing, wanted: str | None) -> list[Listed]:
    """The videos with those numbers, such as "1,3-5"; all for None. Raises InvalidSetting."""
    if wanted is None:
        return list(listing.videos)
    numbers: dict[int, None] = {}
    for part in wanted.split(","):
        match = _RANGE.fullmatch(part.strip())
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not 1 <= first <= last <= len(listing.videos):
            raise InvalidSetting(
                f"--take {wanted} names no videos; there are 1 to {len(listing.videos)}, "
                "say for example 1,3-5."
            )
        numbers |= dict.fromkeys(range(first, last + 1))
    return [listing.videos[number - 1] for number in numbers]


def _said(row: printing.Row, one: Listed) -> printing.Row:
    about = "about " if one.about and one.published else ""
    remarks = [one.remark, "in the library" if row["in_library"] else ""]
    return {
        "published": f"{about}{one.published}",
        "length": "" if one.duration_s is None else clock(one.duration_s),
        "remark": ", ".join(filter(None, remarks)),
    }
