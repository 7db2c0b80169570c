"""Recognises YouTube's addresses and rebuilds them from the id; nothing typed goes any further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

MAX_ADDRESSES = 200
_MAX_LETTERS = 500
_CHANGES = 4  # of small, large and digit in an id of eleven signs, at least
_HOSTS = frozenset(f"{prefix}youtube.com" for prefix in ("", "www.", "m.", "music.")) | {
    "youtube-nocookie.com",
    "www.youtube-nocookie.com",
}
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{12,64}")
_NAME = r"(?!\.)[\w.·-]{1,60}"  # letters of any script, as handles may have
_HANDLE = re.compile(f"@{_NAME}")
_BEFORE_NAMES = {
    "channel": re.compile(r"UC[A-Za-z0-9_-]{22}"),
    **dict.fromkeys(("c", "user"), re.compile(_NAME)),
}
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII without spaces
_PATHS = ("shorts", "live", "embed", "v", "e")
_TABS = ("videos", "shorts", "streams")  # of a channel: what lists videos
_OTHER_TABS = ("", "featured", "playlists", "community", "posts", "about", "search", "podcasts")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad"))
_BETWEEN = re.compile(r"\s+|[,;，；、]+(?=\s|$|https?://|www\.|youtu)")
_LINK = re.compile(r"\[[^\]]*\]\((\S+)\)")  # Markdown
_FRAME = re.compile(r"<iframe\b[^<>]*?\bsrc=[\"']([^\"'\s<>]+)[\"'][^<>]*>(?:\s*</iframe>)?", re.I)
_ADVICE = "paste a link such as https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@dataclass(frozen=True)
class Address:
    """One YouTube video, playlist or channel; a channel's id is its path with the tab."""

    kind: Literal["video", "playlist", "channel"]
    id: str

    @property
    def url(self) -> str:
        if self.kind == "channel":
            return f"https://www.youtube.com/{quote(self.id, safe='/@')}"
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
    """Addresses one a line, or several; empty lines are passed over, an empty text is refused."""
    lines = [line.translate(_INVISIBLE).strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return Addresses([], [Refusal("", f"There is no address; {_ADVICE}.")])
    accepted: dict[Address, None] = {}
    refused: list[Refusal] = []
    for line in lines:
        found = _of_line(line)
        if not found:
            refused.append(Refusal(line[:100], f"This is not a YouTube address; {_ADVICE}."))
        for address in found:
            if len(accepted) >= MAX_ADDRESSES and address not in accepted:
                reason = f"Only {MAX_ADDRESSES} addresses are taken at once; add it afterwards."
                refused.append(Refusal(line[:100], reason))
            else:
                accepted[address] = None
    return Addresses(list(accepted), refused)


def _of_line(line: str) -> list[Address]:
    """The addresses of a line; none where it holds anything else."""
    bare = _FRAME.sub(r" \1 ", _LINK.sub(r" \1 ", line))
    words = [word for word in _BETWEEN.split(bare) if word]
    found = [_address(word) or _address(_unwrapped(word)) for word in words]
    return [address for address in found if address] if all(found) else []


def _unwrapped(word: str) -> str:
    """Without the quotes or brackets around it and a full stop behind it."""
    word = word.removesuffix(".")
    for before, behind in ("<>", "()", '""', "''"):
        if word.startswith(before) and word.endswith(behind):
            return word[1:-1]
    return word


def _address(text: str) -> Address | None:
    if len(text) > _MAX_LETTERS or not _PLAIN.fullmatch(_ascii(text)) or "\\" in text:
        return None
    if _VIDEO_ID.fullmatch(text):
        return Address("video", text) if _looks_random(text) else None
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


def _ascii(text: str) -> str:
    """The text with a handle in letters of other scripts as a browser would send it."""
    head, at, handle = text.partition("youtube.com/@")
    return f"{head}{at}{quote(handle, safe='/?=&%#')}"


def _looks_random(word: str) -> bool:
    """Whether a word alone is an id rather than the name of a file: of random ids 97 % are."""
    kinds = ["a" if c.islower() else "A" if c.isupper() else "0" for c in word if c.isalnum()]
    return sum(one != other for one, other in pairwise(kinds)) >= _CHANGES


def _on_youtube(path: str, query: str) -> Address | None:
    values = parse_qs(query, max_num_fields=50)
    first, _, rest = path.removeprefix("/").partition("/")
    if first == "watch":
        return _video(rest or values.get("v", [""])[0])
    if first == "playlist" and not rest:
        playlist = values.get("list", [""])[0]
        return Address("playlist", playlist) if _PLAYLIST_ID.fullmatch(playlist) else None
    return _video(rest) if first in _PATHS else _channel(first, rest)


def _video(identifier: str) -> Address | None:
    found = re.split("[?&]", identifier)[0].removesuffix("/")
    return Address("video", found) if _VIDEO_ID.fullmatch(found) else None


def _channel(first: str, rest: str) -> Address | None:
    """A channel by its handle, id or old name, with the tab that lists videos."""
    if first in _BEFORE_NAMES:
        name, _, tab = rest.partition("/")
        before = f"{first}/"
    else:
        before, name, tab = "", unquote(first), rest
    tab = tab.removesuffix("/")
    shown = "videos" if tab in _OTHER_TABS else tab
    if shown not in _TABS or not _BEFORE_NAMES.get(first, _HANDLE).fullmatch(unquote(name)):
        return None
    return Address("channel", f"{before}{unquote(name)}/{shown}")
