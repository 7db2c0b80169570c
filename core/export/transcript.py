"""A video's captions as a file: SubRip, WebVTT, plain text, or a table with all that is known.

Written here and not by pysubs2, which takes {…} in a text for a command and leaves it out, and
writes < and & into WebVTT as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.export.csv_file import csv_bytes
from core.records import Caption, Video

KINDS = {
    "srt": "SubRip (.srt)",
    "vtt": "WebVTT (.vtt)",
    "txt": "Text (.txt)",
    "csv": "Table (.csv)",
}
_COLUMNS = (
    *("segment", "start_s", "end_s", "text", "confidence", "origin", "corrected"),
    *("original_text", "original_start_s", "original_end_s"),
)


def transcript(video: Video, segments: Sequence[Caption], kind: str) -> bytes:
    """The captions as UTF-8; `kind` is one of KINDS."""
    if kind == "csv":
        return csv_bytes([_row(video, one) for one in segments], _COLUMNS)
    if kind == "txt":
        return "".join(f"{' '.join(one.text.split())}\n" for one in segments).encode()
    if kind == "vtt":
        return "\n".join(["WEBVTT\n", *(_vtt(one) for one in segments)]).encode()
    return "\n".join(_srt(number, one) for number, one in enumerate(segments, 1)).encode()


def _srt(number: int, segment: Caption) -> str:
    return f"{number}\n{_times(segment, ',')}\n{_text(segment)}\n"


def _vtt(segment: Caption) -> str:
    text = _text(segment).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_times(segment, '.')}\n{text}\n"


def _text(segment: Caption) -> str:
    """Its lines; an empty one would end it."""
    return "\n".join(line for line in segment.text.splitlines() if line.strip())


def _times(segment: Caption, point: str) -> str:
    return f"{_time(segment.start_s, point)} --> {_time(segment.end_s, point)}"


def _time(seconds: float, point: str) -> str:
    whole, thousandths = divmod(max(0, round(1000 * seconds)), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{thousandths:03d}"


def _row(video: Video, segment: Caption) -> dict[str, object]:
    return {
        "segment": segment.position + 1,
        "start_s": round(segment.start_s, 3),
        "end_s": round(segment.end_s, 3),
        "text": segment.text,
        "confidence": segment.confidence,
        "origin": video.caption_origin,
        "corrected": int(segment.corrected),
        "original_text": segment.original_text,
        "original_start_s": segment.original_start_s,
        "original_end_s": segment.original_end_s,
    }
