"""Downloads of a video only what a part of it needs, where the file has an index to cut by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import DownloadFailed
from core.video.part import Part
from core.video.youtube.segments import Index, Segment, can_be_moved, index_of
from core.video.youtube.session import HEIGHT, MAX_BYTES, errors

_FORMAT = f"bv[height<={HEIGHT}][protocol=https][vcodec^=avc1][ext=mp4][container=mp4_dash]"
_BEGINNING = 1024**2  # bytes, in which the index stands
_REQUEST = 10 * 1024**2  # YouTube slows down those who ask for more at once
_CHUNK = 256 * 1024
_TRIES = 3
_PARTIAL = 206  # of HTTP
_WORTH = 0.8  # of the whole: a longer part is downloaded whole

Report = Callable[[float, str], None]


def fetch(
    session: Any, info: dict[str, Any], file: Path, part: Part, report: Report
) -> dict[str, Any] | None:
    """Write what `part` needs to `file`, on the whole video's clock, and give what yt-dlp says.

    None where the whole is to be downloaded: there is no such file, or it is hardly longer. Raises
    DownloadFailed where it is too large, and what a session raises.
    """
    duration_s = float(info.get("duration") or 0)
    dash = any(one.get("container") == "mp4_dash" for one in info.get("formats") or ())
    if not dash or part.length_s(duration_s) > _WORTH * duration_s:
        return None
    chosen = _format(session, info)
    if chosen is None:
        return None
    time.sleep(max(0.0, float(chosen.get("available_at") or 0) - time.time()))
    source = _Source(session, chosen)
    index = index_of(source.read(0, _BEGINNING))
    if index is None or not source.in_ranges:
        return None
    segments = index.chosen(part)
    if sum(one.size for one in segments) > MAX_BYTES:
        raise DownloadFailed(
            f"The part {part} of {info['id']} is larger than {MAX_BYTES // 1024**3} GB; "
            "choose a shorter one."
        )
    return chosen if _write(source, index, segments, file, report) else None


def _format(session: Any, info: dict[str, Any]) -> dict[str, Any] | None:
    """The best format that can be cut, as yt-dlp chooses it; None for none."""
    usual = session.format_selector
    session.format_selector = session.build_format_selector(_FORMAT)
    try:
        chosen = session.process_ie_result(dict(info), download=False)
    except errors():
        return None
    finally:
        session.format_selector = usual
    return chosen if chosen.get("url") else None


class _Source:
    """YouTube's file, read in pieces."""

    def __init__(self, session: Any, chosen: dict[str, Any]) -> None:
        self._session = session
        self._url, self._headers = chosen["url"], chosen.get("http_headers") or {}
        self.in_ranges = True  # whether only what is asked for is answered

    def read(self, first: int, size: int) -> bytes:
        """Some of it, fewer where it ends."""
        return b"".join(self.pieces(first, size))

    def pieces(self, first: int, size: int) -> Iterator[bytes]:
        """The same bit by bit; what breaks off is asked for again from there."""
        end, failed = first + size, 0
        while first < end:
            try:
                asked = min(end - first, _REQUEST)
                got = 0
                for piece in self._range(first, asked):
                    got += len(piece)
                    first += len(piece)
                    yield piece
                if got < asked:  # the file is over
                    return
            except errors():
                failed += 1
                if failed == _TRIES:
                    raise

    def _range(self, first: int, size: int) -> Iterator[bytes]:
        from yt_dlp.networking.common import Request

        headers = {**self._headers, "Range": f"bytes={first}-{first + size - 1}"}
        with self._session.urlopen(Request(self._url, headers=headers)) as answer:
            self.in_ranges = self.in_ranges and answer.status == _PARTIAL
            while size > 0 and (piece := answer.read(min(_CHUNK, size))):
                size -= len(piece)
                yield piece


def _write(
    source: _Source, index: Index, segments: list[Segment], file: Path, report: Report
) -> bool:
    """False where the file turns out to be one that cannot be cut."""
    total = sum(one.size for one in segments)
    with file.open("wb") as out:
        out.write(index.cut(segments))
        for done, piece in _pieces(source, segments):
            if done == 0 and not can_be_moved(piece):
                return False
            out.write(piece)
            so_far = done + len(piece)
            report(min(1.0, so_far / total), f"Downloading the part, {so_far / 1e6:.0f} MB")
        return _whole(out, index, segments, total)


def _pieces(source: _Source, segments: list[Segment]) -> Iterator[tuple[int, bytes]]:
    """(bytes before it, piece); segments that lie side by side are asked for together."""
    done = 0
    for first, size in _runs(segments):
        for piece in source.pieces(first, size):
            yield done, piece
            done += len(piece)


def _runs(segments: list[Segment]) -> list[tuple[int, int]]:
    """(first byte, size) of what lies without a gap."""
    runs: list[tuple[int, int]] = []
    for one in segments:
        first, size = runs[-1] if runs else (one.first, 0)
        if first + size == one.first:
            runs[-1:] = [(first, size + one.size)]
        else:
            runs.append((one.first, one.size))
    return runs


def _whole(out: BinaryIO, index: Index, segments: list[Segment], total: int) -> bool:
    return out.tell() == len(index.cut(segments)) + total
