"""Where a video and its captions come from: who sets the fields of Video.provenance.

Times are ISO 8601, UTC. What they are called for people is in core.export.provenance.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.records import without_captions
from core.text import language
from core.text.captions_youtube import Fetched
from core.text.segments import Transcript
from core.video.youtube.listing import plain, published

_READ = 2000  # segments that tell the language


def of_download(info: dict[str, Any], media: Path) -> dict[str, Any]:
    """What yt-dlp says of a video that it fetched to `media`; what it does not say is missing."""
    known = {
        "channel": plain(info.get("channel") or info.get("uploader")),
        "channel_id": plain(info.get("channel_id")),
        "published": published(info),
        "licence": plain(info.get("license")),
        "original_language": plain(info.get("language")),
    }
    made = {"retrieved": _now(), "sha256": sha256_of(media), "yt_dlp": version("yt-dlp")}
    return {name: value for name, value in known.items() if value} | made


def of_file(name: str, sha256: str) -> dict[str, Any]:
    """Of a file that was handed in under that name."""
    return {"retrieved": _now(), "file_name": name, "sha256": sha256}


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def with_captions(
    known: dict[str, Any], said: Transcript | None, fetched: Fetched | None = None
) -> dict[str, Any]:
    """`known` with the fields of other captions instead of those it had.

    caption_language is the track's BCP 47 code, else ISO 639 as detected; caption_track (code,
    name, kind) and caption_way (by which package) are those of YouTube's.
    """
    kept = without_captions(known)
    if fetched is not None:
        kept["caption_track"] = fetched.track.to_json()
        kept["caption_way"] = fetched.way
    code = fetched.track.code if fetched else _language(said)
    return {**kept, "caption_language": code} if code else kept


def _language(said: Transcript | None) -> str:
    return language.code(" ".join(one.text for one in said.segments[:_READ])) if said else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
