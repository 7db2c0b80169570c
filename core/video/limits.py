"""What a video may be: formats, codecs and sizes; all else is refused before it is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 4 * 1024**3
MAX_PIXELS = 8192 * 4608
MAX_FRAMES = 100_000
MAX_DURATION_S = 7 * 24 * 3600.0
MAX_DISPLAY_SIDE = 640

MEMORY_BYTES = 6 * 1024**3  # of a process that looks at what came from outside
FILE_BYTES = 64 * 1024**2  # no picture that it writes is larger

# What cameras, recorders, archives and the web write, by the names of FFmpeg's decoders. All else
# is refused: decoders that were found to write past their memory (magicyuv: CVE-2026-8461; exr,
# jpeg2000), those too new to have been looked at for long (vvc), and what hardly a video needs.
CODECS = frozenset(
    (
        *("h264", "hevc", "vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d"),
        *("mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4"),
        *("h261", "h263", "h263i", "h263p", "flv", "vp6", "vp6a", "vp6f", "flashsv", "flashsv2"),
        *("wmv1", "wmv2", "wmv3", "vc1", "theora", "vp3", "rv10", "rv20", "rv30", "rv40"),
        *("mjpeg", "mjpegb", "dvvideo", "prores", "dnxhd", "cfhd", "huffyuv", "ffvhuff", "ffv1"),
        *("utvideo", "rawvideo", "v210", "cinepak", "indeo2", "indeo3", "indeo4", "indeo5"),
        *("svq1", "svq3", "qtrle", "rpza", "msvideo1", "msrle", "gif", "apng"),
    )
)

SOUND_CODECS = frozenset(
    (
        *("aac", "aac_latm", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "opus"),
        *("libopus", "vorbis", "flac", "alac", "ac3", "eac3", "dca", "mlp", "truehd"),
        *("wmav1", "wmav2", "wmapro", "wmavoice", "amrnb", "amrwb", "libopencore_amrnb"),
        *("libopencore_amrwb", "cook", "ra_144", "ra_288", "sipr", "atrac3", "nellymoser"),
        *("speex", "libspeex", "gsm", "gsm_ms", "qdm2", "qdmc", "mace3", "mace6", "g722", "g726"),
        *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_u8"),
        *("pcm_s8", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
        *("pcm_bluray", "pcm_dvd", "s302m", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms"),
        *("adpcm_swf", "adpcm_yamaha"),
    )
)


@dataclass(frozen=True)
class Container:
    """A container format: FFmpeg's name for it, the extensions it comes under."""

    format: str
    extensions: tuple[str, ...]
    has_index: bool  # whether seeking lands on a keyframe at or before the time asked for

    @property
    def extension(self) -> str:
        """The one we store it under."""
        return self.extensions[0]


_MP4 = Container("mp4", ("mp4", "m4v", "3gp", "3g2", "f4v"), True)
_MOV = Container("mov", ("mov", "qt"), True)
_MKV = Container("matroska", ("mkv",), True)
_WEBM = Container("webm", ("webm",), True)
_AVI = Container("avi", ("avi", "divx"), True)
_TS = Container("mpegts", ("ts", "mts", "m2ts"), False)
_PS = Container("mpeg", ("mpg", "mpeg", "vob"), False)
_ES = Container("mpegvideo", ("m2v", "m1v"), False)
_ASF = Container("asf", ("wmv", "asf"), False)
_FLV = Container("flv", ("flv",), False)
_OGG = Container("ogg", ("ogv", "ogg", "ogm"), False)
_RM = Container("rm", ("rm", "rmvb"), False)
_MXF = Container("mxf", ("mxf",), True)
_DV = Container("dv", ("dv",), True)
_GIF = Container("gif", ("gif",), False)
_APNG = Container("apng", ("apng", "png"), False)
WEBP = Container("webp", ("webp",), False)  # decoded by Pillow: core.video.animated_webp
_MOVING = (_MP4, _MOV, _MKV, _WEBM, _AVI, _TS, _PS, _ES, _ASF, _FLV, _OGG, _RM, _MXF, _DV)
_ALL = (*_MOVING, _GIF, _APNG, WEBP)

EXTENSIONS = tuple(extension for kind in _ALL for extension in kind.extensions)  # for upload boxes
NAMES = "MP4, MOV, MKV, WebM, AVI, MPEG, WMV, FLV, OGV, 3GP, MXF, DV, RealMedia, GIF, APNG or WebP"

_ISO_BOXES = (b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_BEGINNINGS = (
    (b"\x00\x00\x01\xba", _PS),
    (b"\x00\x00\x01\xb3", _ES),
    (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), _ASF),
    (b"FLV\x01", _FLV),
    (b"OggS", _OGG),
    (b".RMF", _RM),
    (bytes.fromhex("060e2b34020501010d0102"), _MXF),
    (b"\x1f\x07\x00", _DV),
    (b"GIF8", _GIF),
)
_ANIMATED = 2  # a flag in the head of a WebP
_TS_PACKETS = ((0, 188), (4, 192), (0, 204))  # where the first begins, how long each is


def container_of(path: Path) -> Container | None:
    """The container by the file's first bytes, None for anything not on the list.

    The demuxer is then forced to it, so that a playlist or script named .mp4 meets none.
    """
    with path.open("rb") as file:
        return by_first_bytes(file.read(4096))


def by_first_bytes(head: bytes) -> Container | None:
    """The container that begins with `head`, None for anything not on the list."""
    if head[4:8] in _ISO_BOXES:
        return _MP4 if head[4:8] in (b"ftyp", b"styp") and head[8:12] != b"qt  " else _MOV
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _WEBM if b"webm" in head[:64] else _MKV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return _AVI
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X":
        return WEBP if head[20:21] and head[20] & _ANIMATED else None  # else a still picture
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _APNG if b"acTL" in head.partition(b"IDAT")[0] else None  # else a still picture
    for start, length in _TS_PACKETS:
        if set(head[start : start + 2 * length + 1 : length]) == {0x47} and len(head) > 2 * length:
            return _TS
    return next((kind for begin, kind in _BEGINNINGS if head.startswith(begin)), None)
