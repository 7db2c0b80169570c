"""Reads the subtitles that lie in a video file: text tracks, and captions coded in its pictures.

Closed captions by CEA-608 are found in the packets of H.264, HEVC and MPEG-2 without decoding any
picture. What FFmpeg turns into no text (CEA-708, teletext, pictures of letters) is only named. For
the decoding child process; times are on the scan's clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.codec import CodecContext
from av.packet import Packet
from av.stream import Disposition, Stream

from core.video.animated_webp import is_animated_webp
from core.video.probe import Scan, joined, opened, packets

TEXT = {  # FFmpeg's decoders, and what people call what they read
    "mov_text": "MP4 text",
    "srt": "SubRip",
    "subrip": "SubRip",
    "ass": "ASS",
    "ssa": "ASS",
    "webvtt": "WebVTT",
    "text": "plain text",
    "cc_dec": "closed captions",
}
_UNREAD = {
    "pgssub": "PGS (pictures of letters)",
    "dvdsub": "a DVD's pictures of letters",
    "dvbsub": "DVB's pictures of letters",
    "xsub": "DivX's pictures of letters",
}
_MAX_SEGMENTS = 250_000  # of all tracks: more than is taken of one
_MAX_LETTERS = 25_000
_MAX_TRACKS = 64
_MAX_PAIRS = 4_000_000  # of closed captions: 18 hours without a pause
_LINGER_S = 3.0  # how long a closed caption is shown that nothing ends
_ROLLS_S = 1.0  # a screen that follows sooner has rolled on

# ATSC A/53 part 4, 6.2.3: user data of H.264, HEVC (SEI) or MPEG-2; FFmpeg's mpeg12dec: DVD's own.
_USER_DATA = re.compile(rb"(\xb5\x00\x31|\x00\x00\x01\xb2)GA94\x03|\x00\x00\x01\xb2CC\x01\xf8")
_PADDING = (b"\x80\x80", b"\x00\x00")
_ERASE = b"\x94\x2c"  # CEA-608's command that empties the screen
_DRAWING = re.compile(r"\{[^}]*\\p[1-9]")  # ASS: lines and curves, no words
_TAG = re.compile(r"\{\\[^{}]*\}")

Row = tuple[float, float, str]


@dataclass
class _Coded:
    """What the packets of a picture carry of closed captions."""

    pairs: list[tuple[float, bytes]] = field(default_factory=list)  # (time_s, CEA-608 triplets)
    newer: bool = False  # whether there are captions by CEA-708

    def read(self, packet: Packet) -> None:
        data = bytes(packet)
        if packet.pts is None or (b"GA94\x03" not in data and b"CC\x01\xf8" not in data):
            return
        triplets = [one for match in _USER_DATA.finditer(data) for one in _triplets(data, match)]
        said = [one for one in triplets if one[0] & 4 and one[1:] not in _PADDING]
        self.newer = self.newer or any(one[0] & 2 for one in said)
        if older := b"".join(one for one in said if not one[0] & 2):
            self.pairs.append((float(packet.pts * packet.time_base), older))


def read(path: Path, scan: Scan) -> dict[str, Any]:
    """{"tracks": [{"number", "kind", "language", "default", "forced", "segments"}, ...],
    "unread": [kind of each track that cannot be read], "spoken": language of the sound}.

    Segments are (start_s, end_s, text), the text as it was found. Raises VideoUnreadable.
    """
    if is_animated_webp(path):
        return {"tracks": [], "unread": [], "spoken": None}
    tracks: dict[int, dict[str, Any]] = {}
    origin_s = scan.origin_s
    unread = []
    coded = _Coded()
    with opened(path) as (container, video):
        for stream in container.streams.subtitles[:_MAX_TRACKS]:
            name = stream.codec_context.name if stream.codec_context else "unknown"
            if name in TEXT:
                tracks[stream.index] = _track(len(tracks) + 1, TEXT[name], stream)
            else:
                unread.append(_UNREAD.get(name, name))
        left = _MAX_SEGMENTS
        wanted = [video, *(container.streams[n] for n in tracks)]
        for packet in joined(packets(container, wanted), video, scan.joins):
            if not packet.size:
                continue
            if packet.stream_index in tracks:
                rows = _rows(packet.stream.codec_context, packet, origin_s)
                tracks[packet.stream_index]["segments"] += rows
                left -= len(rows)
            else:
                coded.read(packet)
            if left < 0 or len(coded.pairs) > _MAX_PAIRS:
                break
        spoken = next((s.language for s in container.streams.audio if s.language), None)
    found = [track for track in tracks.values() if track["segments"]]
    if rows := _unrolled(_shown(coded, origin_s)):
        found.append({**_track(len(tracks) + 1, TEXT["cc_dec"]), "segments": rows})
    elif coded.newer:
        unread.append("CEA-708")
    return {"tracks": found, "unread": unread, "spoken": spoken}


def _track(number: int, kind: str, stream: Stream | None = None) -> dict[str, Any]:
    flags = stream.disposition if stream else Disposition(0)
    return {
        "number": number,
        "kind": kind,
        "language": stream.language if stream else None,
        "default": bool(flags & Disposition.default),
        "forced": bool(flags & Disposition.forced),
        "segments": [],
    }


def _rows(decoder: Any, packet: Packet, origin_s: float) -> list[Row]:
    """What one packet shows; nothing where it does not decode."""
    try:
        shown = decoder.decode2(packet)
    except (av.FFmpegError, ValueError):
        return []
    if shown is None:
        return []
    start_s, end_s = (
        shown.pts / av.time_base + milliseconds / 1000 - origin_s
        for milliseconds in (shown.start_display_time, shown.end_display_time)
    )
    texts = [one.dialogue.decode("utf-8", "replace") for one in shown if hasattr(one, "dialogue")]
    words = "\n".join(text for text in texts if not _DRAWING.search(text)).replace("\\h", " ")
    return [(start_s, end_s, words[:_MAX_LETTERS])] if words.strip() else []


def _triplets(data: bytes, match: re.Match[bytes]) -> Iterator[bytes]:
    """Closed captions as (flags, byte, byte): A/53 as it is, a DVD's turned into it."""
    body = data[match.end() : match.end() + 400]
    if match[1] is None:  # DVD: a flag for the order of the fields, then fields in turn
        first = 0 if body[:1] >= b"\x80" else 1
        for place, at in enumerate(range(1, len(body) - 2, 3)):
            if body[at] & 0xFE != 0xFE:
                return
            flags = 0xFC if body[at] == 0xFF and place % 2 == first else 0xFD
            yield bytes([flags]) + body[at + 1 : at + 3]
        return
    if match[1][0] == 0xB5:  # a NAL unit: a 3 keeps 00 00 apart from what follows
        body = body.replace(b"\x00\x00\x03", b"\x00\x00")
    if body and body[0] & 0x40:
        for at in range(2, min(2 + 3 * (body[0] & 0x1F), len(body) - 2), 3):
            yield body[at : at + 3]


def _shown(coded: _Coded, origin_s: float) -> Iterator[Row]:
    """The screens that CEA-608 builds up, in the order in which pictures are shown."""
    if not coded.pairs:
        return
    decoder: Any = CodecContext.create("cc_dec", "r")
    decoder.options = {"pkt_timebase": "1/1000"}
    pairs = sorted(coded.pairs, key=lambda pair: pair[0])
    end_s, last = pairs[-1]
    for time_s, triplets in [*pairs, (end_s + _LINGER_S, last[:1] + _ERASE)]:
        packet = Packet(triplets)
        packet.pts, packet.time_base = round((time_s - origin_s) * 1000), Fraction(1, 1000)
        yield from _rows(decoder, packet, 0.0)


def _unrolled(screens: Iterable[Row]) -> list[Row]:
    """Each line once: where a screen rolls up, the lines that stood before are not said again."""
    rows: list[Row] = []
    before: list[str] = []
    until_s = 0.0
    for start_s, end_s, text in screens:
        lines = [_TAG.sub("", line).strip() for line in text.split("\n")]
        most = min(len(before), len(lines)) if start_s - until_s < _ROLLS_S else 0
        same = next((n for n in range(most, 0, -1) if before[-n:] == lines[:n]), 0)
        if same == len(lines) and rows:
            rows[-1] = (rows[-1][0], end_s, rows[-1][2])
        else:
            rows.append((start_s, end_s, "\n".join(lines[same:])))
        before, until_s = lines, end_s
    return rows
