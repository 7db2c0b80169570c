"""Where a video and its captions come from, as text: for cards, tables, files and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.format import clock
from core.records import Video

# The fields of Video.provenance in the order in which they are shown, with their titles.
FIELDS = {
    "channel": "Channel",
    "channel_id": "Channel id",
    "published": "Published",
    "retrieved": "Retrieved",
    "licence": "Licence",
    "original_language": "Language spoken",
    "file_name": "File",
    "sha256": "SHA-256",
    "yt_dlp": "yt-dlp",
    "caption_track": "Caption track",
    "caption_way": "Captions fetched by",
    "caption_language": "Language of the captions",
}
OF_COLUMN = "from_"  # leads the fields where they are columns of a table
BY_MACHINE = ("youtube-auto", "ocr", "speech")  # origins of captions in which words may be wrong


def said(video: Video) -> dict[str, str]:
    """The fields that are known, by name, as text."""
    known = {name: video.provenance.get(name) for name in FIELDS}
    return {name: _text(value) for name, value in known.items() if value}


def columns(videos: Iterable[Video]) -> dict[str, dict[str, str]]:
    """from_NAME of each field that any of the videos has: the value by video id."""
    values = {video.id: said(video) for video in videos}
    names = [name for name in FIELDS if any(name in of for of in values.values())]
    return {
        f"{OF_COLUMN}{name}": {v: of.get(name, "") for v, of in values.items()} for name in names
    }


def moved(likeness: Mapping[str, Any]) -> str:
    """ ", 0:20 later there", of what looks like a video and shows the same at other times."""
    offset_s = float(likeness.get("offset_s") or 0.0)
    if not offset_s:
        return ""
    return f", {clock(abs(offset_s))} {'later' if offset_s > 0 else 'earlier'} there"


def by_machine(video: Video) -> bool:
    """Whether a machine made the captions, so that words of them may be wrong."""
    return bool(video.captions) and video.caption_origin in BY_MACHINE


def _text(value: Any) -> str:
    if isinstance(value, dict):  # a track
        kind = ", auto-generated" if value.get("kind") == "machine" else ""
        return f"{value.get('name', '')} ({value.get('code', '')}{kind})"
    return str(value)
