"""Recognises YouTube's addresses and rebuilds them from the id; nothing typed goes any further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit

MAX_ADDRESSES = 200
_MAX_LETTERS = 500
_HOSTS = frozenset(f"{prefix}youtube.com" for prefix in ("", "www.", "m.", "music.")) | {
    "youtube-nocookie.com",
    "www.youtube-nocookie.com",
}
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{12,64}")
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII without spaces
_PATHS = ("shorts", "live", "embed", "v")
_ADVICE = "paste a link such as https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@dataclass(frozen=True)
class Address:
    """One YouTube video or playlist."""

    kind: Literal["video", "playlist"]
    id: str

    @property
    def url(self) -> str:
        if self.kind == "playlist":
            return f"https://www.youtube.com/playlist?list={self.id}"
        return f"https://www.youtube.com/watch?v={self.id}"


@dataclass(frozen=True)
class Refusal:
    """A line that is no such address, and a sentence that says why."""

    text: str
    reason: str


@dataclass(frozen=True)
class Addresses:
    """What a pasted text holds, in its order, each address once."""

    accepted: list[Address]
    refused: list[Refusal]


def parse_addresses(text: str) -> Addresses:
    """One address a line; empty lines are passed over, an empty text is refused."""
    lines = [line.strip(" \t\r") for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return Addresses([], [Refusal("", f"There is no address; {_ADVICE}.")])
    accepted: dict[Address, None] = {}
    refused: list[Refusal] = []
    for line in lines:
        address = _address(line)
        if address is None:
            refused.append(Refusal(line[:100], f"This is not a YouTube address; {_ADVICE}."))
        elif len(accepted) >= MAX_ADDRESSES and address not in accepted:
            reason = f"Only {MAX_ADDRESSES} addresses are taken at once; add this one afterwards."
            refused.append(Refusal(line[:100], reason))
        else:
            accepted[address] = None
    return Addresses(list(accepted), refused)


def _address(text: str) -> Address | None:
    if len(text) > _MAX_LETTERS or not _PLAIN.fullmatch(text) or "\\" in text:
        return None
    if _VIDEO_ID.fullmatch(text):
        return Address("video", text)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    if port not in (None, 443 if parts.scheme == "https" else 80):
        return None
    host = (parts.hostname or "").removesuffix(".")
    if host == "youtu.be":
        return _video(parts.path.removeprefix("/"))
    return _on_youtube(parts.path, parts.query) if host in _HOSTS else None


def _on_youtube(path: str, query: str) -> Address | None:
    values = parse_qs(query, max_num_fields=50)
    first, _, rest = path.removeprefix("/").partition("/")
    if first == "watch" and not rest:
        return _video(values.get("v", [""])[0])
    if first == "playlist" and not rest:
        playlist = values.get("list", [""])[0]
        return Address("playlist", playlist) if _PLAYLIST_ID.fullmatch(playlist) else None
    return _video(rest) if first in _PATHS else None


def _video(identifier: str) -> Address | None:
    found = identifier.removesuffix("/")
    return Address("video", found) if _VIDEO_ID.fullmatch(found) else None
