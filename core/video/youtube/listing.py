"""What a playlist, a channel or an address holds: titles, dates, lengths; nothing is downloaded."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed
from core.video.addresses import MAX_ADDRESSES, Address
from core.video.youtube import session

_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_REMARKS = {
    "is_live": "live now",
    "is_upcoming": "not shown yet",
    "post_live": "just ended",
    "subscriber_only": "members only",
    "premium_only": "to be paid for",
    "private": "private",
}


@dataclass(frozen=True)
class Listed:
    """One video as YouTube lists it; what it does not say is "" or None."""

    address: Address
    title: str
    channel: str = ""
    published: str = ""  # ISO day
    about: bool = False  # whether the day is reckoned from "2 weeks ago"
    duration_s: float | None = None
    remark: str = ""  # why it cannot be had now


@dataclass(frozen=True)
class Listing:
    """The videos of an address, in YouTube's order, at most 200."""

    title: str
    videos: tuple[Listed, ...]
    left_out: int | None = 0  # beyond the limit; None: more, and YouTube does not say how many


def look(address: Address) -> Listing:
    """Ask YouTube what an address holds. Raises DownloadFailed."""
    return _video(address) if address.kind == "video" else _list(address)


def _video(address: Address) -> Listing:
    options = session.options(Path(os.devnull)) | {"ignore_no_formats_error": True}
    with session.session(options) as asking:
        info = session.asked(asking, address, process=False)
    found = _listed({**info, "id": address.id}, "", about=False)
    return Listing(found.title, (found,))


def _list(address: Address) -> Listing:
    options = session.options(Path(os.devnull)) | {
        "extract_flat": "in_playlist",
        "noplaylist": False,
        "playlistend": MAX_ADDRESSES + 1,
        "extractor_args": {"youtubetab": {"approximate_date": [""]}},
    }
    with session.session(options) as asking:
        info = session.asked(asking, address, process=True)
    channel = plain(info.get("channel") or info.get("uploader"))
    entries = [entry for entry in info.get("entries") or [] if isinstance(entry, dict)]
    found = {
        entry["id"]: _listed(entry, channel if address.kind == "channel" else "", about=True)
        for entry in entries
        if _ID.fullmatch(str(entry.get("id")))
    }
    if not found:
        raise DownloadFailed(
            f"{_named(address)} holds no videos that can be seen; "
            "make it public, or add its videos one by one."
        )
    taken = tuple(found.values())[:MAX_ADDRESSES]
    return Listing(plain(info.get("title")), taken, _left_out(info, len(entries), len(taken)))


def _left_out(info: dict[str, Any], entries: int, taken: int) -> int | None:
    if entries <= MAX_ADDRESSES:
        return 0
    whole = info.get("playlist_count")
    return int(whole) - taken if isinstance(whole, int) and whole > taken else None


def _listed(entry: dict[str, Any], channel: str, about: bool) -> Listed:
    remarks = (_REMARKS.get(str(entry.get(name))) for name in ("live_status", "availability"))
    duration = entry.get("duration")
    return Listed(
        Address("video", entry["id"]),
        plain(entry.get("title")) or f"YouTube {entry['id']}",
        plain(entry.get("channel") or entry.get("uploader")) or channel,
        published(entry),
        about,
        float(duration) if isinstance(duration, int | float) else None,
        next((remark for remark in remarks if remark), ""),
    )


def published(info: dict[str, Any]) -> str:
    """The ISO day on which a video was published, "" unknown."""
    if re.fullmatch(r"\d{8}", str(info.get("upload_date"))):
        day = str(info["upload_date"])
        return f"{day[:4]}-{day[4:6]}-{day[6:]}"
    moment = info.get("timestamp")
    if not isinstance(moment, int | float):
        return ""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _named(address: Address) -> str:
    return f"The {address.kind} {address.id}"


def plain(text: Any) -> str:
    """A title or name as it may be shown: printable, at most 200 characters."""
    return "".join(c for c in str(text or "") if c.isprintable()).strip()[:200]
