"""What a video may be: formats, codecs and sizes; all else is refused before it is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 4 * 1024**3
MAX_PIXELS = 8192 * 4608
MAX_FRAMES = 100_000
MAX_DURATION_S = 7 * 24 * 3600.0
MAX_DISPLAY_SIDE = 640

CODECS = frozenset(
    (
        *("h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg"),
        *("vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d"),
    )
)


@dataclass(frozen=True)
class Container:
    """A container format: FFmpeg's name for it, the extension we store it under."""

    format: str
    extension: str
    has_index: bool  # whether seeking lands on a keyframe at or before the time asked for


_MP4 = Container("mp4", "mp4", True)
_MOV = Container("mov", "mov", True)
_MKV = Container("matroska", "mkv", True)
_WEBM = Container("webm", "webm", True)
_AVI = Container("avi", "avi", True)
_TS = Container("mpegts", "ts", False)
_PS = Container("mpeg", "mpg", False)

EXTENSIONS = ("mp4", "mov", "m4v", "mkv", "webm", "avi", "ts", "mpg")  # for upload boxes
NAMES = "MP4, MOV, MKV, WebM, AVI or MPEG"


def container_of(path: Path) -> Container | None:
    """The container by the file's first bytes, None for anything not on the list.

    The demuxer is then forced to it, so that a playlist or script named .mp4 meets none.
    """
    with path.open("rb") as file:
        return by_first_bytes(file.read(4096))


def by_first_bytes(head: bytes) -> Container | None:
    """The container that begins with `head`, None for anything not on the list."""
    return _iso_media(head) or _other(head)


def _iso_media(head: bytes) -> Container | None:
    kind = head[4:8]
    if kind == b"ftyp":
        return _MOV if head[8:12] == b"qt  " else _MP4
    return _MOV if kind in (b"moov", b"mdat", b"wide", b"free", b"skip") else None


def _other(head: bytes) -> Container | None:
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _WEBM if b"webm" in head[:64] else _MKV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return _AVI
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return _TS
    return _PS if head[:4] == b"\x00\x00\x01\xba" else None
