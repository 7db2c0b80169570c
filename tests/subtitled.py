"""Draws small videos with subtitles of their own: text tracks, or captions coded in the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.subtitles.subtitle import SubtitleSet

from tests.clips import grey_by_second

Line = tuple[float, float, str]
_MS = Fraction(1, 1000)
_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_subtitled(
    path: Path,
    tracks: Sequence[tuple[str, str, Sequence[Line]]] = (),
    *,
    codec: str = "libx264",
    seconds: float = 6,
    begin_s: float = 0.0,
    default: int | None = None,
    forced: Sequence[int] = (),
    spoken: str = "",
    user_data: Callable[[int], bytes] | None = None,
) -> Path:
    """A clip with tracks of (codec, language, lines in ASS's text), all from `begin_s` on.

    `default` and `forced` are tracks by place; `spoken` is the language of a silent sound track;
    `user_data` gives each picture's own bytes, put where its coding has them.
    """
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        video.codec_context.max_b_frames = 2 if codec == "libx264" else 0
        if spoken:
            sound = out.add_stream("aac", rate=8000)
            sound.metadata["language"] = spoken
        subtitles = [out.add_stream(kind) for kind, _, _ in tracks]
        for place, (stream, (_, language, _)) in enumerate(zip(subtitles, tracks, strict=True)):
            stream.codec_context.subtitle_header = _HEADER
            stream.codec_context.time_base = stream.time_base = _MS
            if language:
                stream.metadata["language"] = language
            flags = av.stream.Disposition(0)
            flags |= av.stream.Disposition.default if place == default else flags
            flags |= av.stream.Disposition.forced if place in forced else flags
            stream.disposition = flags
        _pictures(out, video, round(25 * seconds), begin_s, user_data)
        for stream, (_, _, lines) in zip(subtitles, tracks, strict=True):
            for number, line in enumerate(lines):
                out.mux(_packet(stream, number, line, begin_s))
    return path


def _pictures(out, video, count, begin_s, user_data) -> None:
    draw = grey_by_second(25)
    for number in [*range(count), None]:
        frame = None
        if number is not None:
            frame = av.VideoFrame.from_ndarray(draw(number), format="rgb24")
            frame.pts, frame.time_base = number + round(25 * begin_s), Fraction(1, 25)
        for packet in video.encode(frame):
            if user_data is not None:
                number = round(float(packet.pts * packet.time_base) * 25)
                packet = _with(packet, video, user_data(number))
            out.mux(packet)


def _with(packet, video, data: bytes):
    """The same packet with the picture's user data before what it codes."""
    coded = bytes(packet)
    if not data:
        return packet
    if video.codec_context.name == "mpeg2video":  # before the first slice
        at = coded.index(b"\x00\x00\x01\x01")
        whole = coded[:at] + b"\x00\x00\x01\xb2" + data + coded[at:]
    else:  # an SEI of registered user data, in a NAL unit of its own before the picture's
        body = b"\xb5\x00\x31" + data
        sei = b"\x06\x04" + bytes([len(body)]) + _escaped(body) + b"\x80"
        whole = len(sei).to_bytes(4, "big") + sei + coded
        if coded[:3] == b"\x00\x00\x01" or coded[:4] == b"\x00\x00\x00\x01":
            whole = b"\x00\x00\x00\x01" + sei + coded
    made = av.Packet(whole)
    made.pts, made.dts, made.duration = packet.pts, packet.dts, packet.duration
    made.time_base, made.stream, made.is_keyframe = packet.time_base, video, packet.is_keyframe
    return made


def _escaped(body: bytes) -> bytes:
    out = bytearray()
    for byte in body:
        if byte <= 3 and out[-2:] == b"\x00\x00":
            out.append(3)
        out.append(byte)
    return bytes(out)


def _packet(stream, number: int, line: Line, begin_s: float):
    start, end = (round(1000 * (begin_s + time_s)) for time_s in line[:2])
    said = SubtitleSet.create(f"{number},0,Default,,0,0,0,,{line[2]}".encode(), 0, end - start)
    packet = stream.codec_context.encode_subtitle(said)
    packet.pts = packet.dts = start
    packet.duration, packet.time_base, packet.stream = end - start, _MS, stream
    return packet


def a53(pairs: Sequence[tuple[int, int]], kind: int = 0xFC) -> bytes:
    """Pairs of CEA-608 as user data of ATSC A/53; kind 0xFE makes CEA-708 of them."""
    triplets = b"".join(bytes([kind, _odd(one), _odd(other)]) for one, other in pairs)
    return b"GA94\x03" + bytes([0xC0 | len(pairs), 0xFF]) + triplets + b"\xff"


def dvd(pairs: Sequence[tuple[int, int]]) -> bytes:
    """The same as a DVD has it: each pair, then an empty one of the other field."""
    fields = (bytes([0xFF, _odd(a), _odd(b), 0xFE, 0x80, 0x80]) for a, b in pairs)
    return b"CC\x01\xf8" + bytes([0x80 | len(pairs) << 1]) + b"".join(fields)


def _odd(byte: int) -> int:
    return byte | 0x80 if byte.bit_count() % 2 == 0 else byte


ERASE = [(0x14, 0x2C)]


def pop_on(text: str) -> list[tuple[int, int]]:
    """The pairs that write `text` out of sight and then show it."""
    return [(0x14, 0x20), (0x14, 0x2E), (0x14, 0x70), *_letters(text), (0x14, 0x2F)]


def roll_up(text: str) -> list[tuple[int, int]]:
    """The pairs that move two lines up and write a new one below them."""
    return [(0x14, 0x25), (0x14, 0x2D), (0x14, 0x70), *_letters(text)]


def _letters(text: str) -> list[tuple[int, int]]:
    even = text + " " * (len(text) % 2)
    return [(ord(even[at]), ord(even[at + 1])) for at in range(0, len(even), 2)]
