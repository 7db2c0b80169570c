"""Lists and fetches a YouTube video's caption tracks with yt-dlp: the second way to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from core.errors import CaptionsUnavailable, DownloadFailed
from core.video.addresses import Address
from core.video.youtube import refusals, session

MAX_BYTES = 20 * 1024**2
FORMAT = "json3"


class CaptionFile(NamedTuple):
    """One track and where it lies."""

    code: str  # of its language
    name: str
    by_machine: bool
    url: str  # of YouTube's own, in json3


def caption_files(youtube_id: str) -> list[CaptionFile]:
    """All tracks that the video has itself; translations by machine are left out.

    Raises CaptionsUnavailable.
    """
    try:
        with session.session(_options()) as asking:
            info = session.asked(asking, Address("video", youtube_id), process=False)
    except DownloadFailed as error:
        raise CaptionsUnavailable(str(error), error.details, error.retry_after_s) from error
    found = [*_files(info, "subtitles", False), *_files(info, "automatic_captions", True)]
    if not found:
        raise CaptionsUnavailable(f"{youtube_id} has no captions that YouTube gives.")
    return found


def caption_file(youtube_id: str, file: CaptionFile) -> bytes:
    """The track in json3. Raises CaptionsUnavailable."""
    try:
        with session.session(_options()) as asking:
            data = asking.urlopen(file.url).read(MAX_BYTES + 1)
    except session.errors() as error:
        refused = refusals.refusal(youtube_id, error)
        raise CaptionsUnavailable(
            refused.sentence, refused.details, refused.retry_after_s
        ) from error
    if not data or len(data) > MAX_BYTES:
        size = "are empty" if not data else "are larger than 20 MB"
        raise CaptionsUnavailable(f"YouTube's captions {file.name} of {youtube_id} {size}.")
    return data


def _options() -> dict[str, Any]:
    """The tracks are needed, formats that can be played are not."""
    return session.options(Path(os.devnull)) | {"ignore_no_formats_error": True}


def _files(info: dict[str, Any], part: str, by_machine: bool) -> Iterator[CaptionFile]:
    """A named track has a code of its own ("en-nP7"), which is not its language's.

    An automatic one stands there twice ("en", "en-orig") and once for each language that YouTube
    would translate it to.
    """
    seen = set()
    for formats in (info.get(part) or {}).values():
        one: dict[str, Any] = next((f for f in formats if f.get("ext") == FORMAT), {})
        address = urlsplit(str(one.get("url") or ""))
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        own = (asked.get("lang"), asked.get("name"), asked.get("kind"))
        if not own[0] or "tlang" in asked or own in seen or not _is_youtube(address):
            continue
        seen.add(own)
        code = str(own[0])
        name = f"{code} (auto-generated)" if by_machine else str(one.get("name") or code)
        yield CaptionFile(code, " ".join(name.split()), by_machine, one["url"])


def _is_youtube(address: Any) -> bool:
    return address.scheme == "https" and address.hostname == "www.youtube.com"
