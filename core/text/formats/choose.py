"""Which format a caption file has: by what is in it, for its name may say anything."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.errors import CaptionsUnreadable
from core.text.encodings import decoded
from core.text.formats import (
    ebu,
    json_files,
    markup,
    one_line,
    panel,
    rows,
    substation,
    timed_lines,
)
from core.text.formats.cues import Cue, Cues

EXTENSIONS = (
    "srt", "vtt", "json", "txt", "ass", "ssa", "sbv", "ttml", "dfxp", "xml", "lrc", "stl", "sub",
    "smi", "json3", "jsonl", "srv1", "srv2", "srv3", "csv", "tsv",
)  # fmt: skip
KINDS = "use .srt, .vtt, .ass, .sbv, .ttml, .json, .csv or .txt"
_UNTIMED = "txt"

_BY_CONTENT: tuple[tuple[Callable[[str], bool], Callable[[str], Cues]], ...] = (
    (substation.is_substation, substation.read),
    (timed_lines.is_arrows, timed_lines.arrows),
    (timed_lines.is_pairs, timed_lines.pairs),
    (timed_lines.is_spruce, timed_lines.spruce),
    (one_line.is_microdvd, one_line.microdvd),
    (one_line.is_mpl2, one_line.mpl2),
    (one_line.is_lyrics, one_line.lyrics),
    (rows.is_table, rows.read),
    (panel.is_panel, panel.read),
)


def read(extension: str, data: bytes) -> Cues:
    """The cues in `data`. Raises CaptionsUnreadable with a predicate."""
    if ebu.is_ebu(data):
        return ebu.read(data)
    if data.startswith((b"\x00\x00\x01\xba", b"IDX-COMPRESSED")):
        raise CaptionsUnreadable(f"holds pictures of subtitles, no text; {KINDS}.")
    text = decoded(data)
    if text is None:
        raise CaptionsUnreadable(f"is not a text file; {KINDS}.")
    start = text.lstrip()[:2000].lower()
    if extension.startswith("json") or _is_json(start):
        return json_files.read(text)
    if re.search(r"<sami\b|<sync\b", start):
        return markup.sami(text)
    if start.startswith("<") and re.search(r"<(?:\w+:)?(?:tt|transcript|timedtext)\b", start):
        return markup.read(text)
    for fits, reader in _BY_CONTENT:
        if fits(text):
            return reader(text)
    if extension in ("csv", "tsv") and text.strip():
        return rows.read(text)
    if extension != _UNTIMED and text.strip():
        raise CaptionsUnreadable(
            "holds no times (00:00:01,000 --> 00:00:03,500); "
            "save it as .txt to spread its lines evenly."
        )
    return _untimed(text)


def _is_json(start: str) -> bool:
    return re.match(r'\{\s*"|\[\s*[\[{]\s*["{\d]', start) is not None


def _untimed(text: str) -> Cues:
    """One cue a line, as it is written."""
    said = (" ".join(line.split()) for line in text.split("\n"))
    return Cues(timed=False, found=[Cue(0.0, 0.0, (line,)) for line in said if line])
