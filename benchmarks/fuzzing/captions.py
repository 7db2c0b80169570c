"""Caption files of every format, damaged or strange, taken in, shown and exported."""

from __future__ import annotations

import json
import math
from random import Random

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core.errors import CaptionsUnreadable
from core.export import cluster_rows, csv_bytes, elan_zip, json_bytes, run_json
from core.pipeline.captions import frame_captions
from core.pipeline.intake import replace_captions
from core.pipeline.intake.add_video import display_name
from core.pipeline.intake.shift_captions import shift
from core.storage import analyses, captions, videos
from core.text.captions import EXTENSIONS

_SRT = "1\n00:00:01,000 --> 00:00:04,000\nThe harbour &amp; the ferries\n\n2\n00:00:04,500 --> 00:00:08,000\n港口开放了\n"
_VTT = "WEBVTT\nKind: captions\n\n00:01.000 --> 00:04.000 align:start\n<c.yellow>The</c> <00:02.000>harbour\n\nNOTE x\n\n00:04.500 --> 00:08.000\n港口\n"
_ASS = "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:00.00,0:00:04.00,Default,,0,0,0,,{\\an8}the harbour\\Nopened\n"
_SBV = "0:00:00.000,0:00:04.000\nthe harbour\n\n0:00:04.000,0:00:08.500\nthe ferries left\n"
_TTML = '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "aa">]><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="4s">the <br/>harbour &lt;</p><p begin="00:00:04:00" end="8.5s">ferries</p></div></body></tt>'
_LRC = "[ti:x]\n[00:01.00]The harbour\n[00:04.50][00:09.00]ferries\n"
_SMI = "<SAMI><BODY><SYNC Start=1000><P Class=ENCC>harbour<SYNC Start=4000><P>&nbsp;</BODY></SAMI>"
_SUB = "{1}{1}25\n{25}{100}the harbour|opened\n{110}{200}ferries\n"
_CSV = "start,end,text\n0,4,the harbour\n4,8.5,=1+1\n"
_PANEL = "0:00\nThe harbour\n0:04\nferries left\n1:02:03\nthe end\n"
_API = json.dumps(
    [{"start": 0.0, "duration": 4.0, "text": "harbour"}, {"start": 4.0, "text": "港"}]
)
_WHISPER = json.dumps({"segments": [{"start": 0, "end": 4, "text": "harbour", "words": []}]})
_JSON3 = json.dumps(
    {"events": [{"tStartMs": 0, "dDurationMs": 4000, "segs": [{"utf8": "harbour"}]}]}
)
_SEEDS = {
    "srt": _SRT, "vtt": _VTT, "ass": _ASS, "ssa": _ASS, "sbv": _SBV, "ttml": _TTML, "dfxp": _TTML,
    "xml": _TTML, "lrc": _LRC, "smi": _SMI, "sub": _SUB, "csv": _CSV, "tsv": _CSV.replace(",", "\t"),
    "txt": "The harbour opened.\nThe ferries left.\n", "json": _API, "json3": _JSON3, "stl": _SRT,
    "srv1": '<transcript><text start="0" dur="4">harbour &amp;amp;</text></transcript>',
}  # fmt: skip
_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "latin-1",
    "gb18030",
    "big5",
    "shift-jis",
)
_LATEST_S = 101 * 3600.0


def files(place: Place, rng: Random) -> None:
    """Another caption file for a video that is there; what is taken is read back and exported."""
    extension = rng.choice(sorted(_SEEDS))
    _take(place, rng, _SEEDS[extension], f".{extension}")


def pasted(place: Place, rng: Random) -> None:
    """The panel of a transcript, copied from a page as text."""
    replace_captions.from_text(place.db, VIDEO, mutate.text(rng, _PANEL))
    _check(place)


def _take(place: Place, rng: Random, seed: str, extension: str) -> None:
    data = _file(rng, seed)
    name = rng.choice(("talk", "talk", rng.choice(mutate.NAMES))) + extension
    if rng.random() < 0.1:
        name = f"talk.{rng.choice((*EXTENSIONS, 'exe', ''))}"
    try:
        replace_captions.from_file(place.db, VIDEO, name, data)
    except CaptionsUnreadable as error:
        assert str(error).startswith(display_name(name)), f"does not name {display_name(name)}"
        raise
    _check(place)
    if rng.random() < 0.2:
        _export(place)
    if rng.random() < 0.1:
        shift(place.db, VIDEO, rng.choice((1.0, -0.5, 1e9, math.nan, -math.inf, 3600.0)))
        _check(place)


def _file(rng: Random, seed: str) -> bytes:
    if rng.random() < 0.15 and seed.startswith(('[{"', '{"')):
        return json.dumps(mutate.json_value(rng, json.loads(seed))).encode()
    if rng.random() < 0.04:
        return rng.choice((b"[" * 100_000, b'{"a":' * 50_000, b"A" * 5_000_000, b"\0" * 1000, b""))
    said = mutate.text(rng, seed)
    encoded = said.encode(rng.choice(_ENCODINGS) if rng.random() < 0.4 else "utf-8", "replace")
    return mutate.data(rng, encoded) if rng.random() < 0.5 else encoded


def _check(place: Place) -> None:
    said = captions.of_video(place.db, VIDEO)
    assert said, "accepted, and there is no caption"
    for one in said:
        assert 0 <= one.start_s < one.end_s <= _LATEST_S + 3600, f"at {one.start_s} to {one.end_s}"
        one.text.encode()
    assert len(frame_captions(place.db, VIDEO)) == videos.get(place.db, VIDEO).frames


def _export(place: Place) -> None:
    db = place.db
    clustering = analyses.clusterings_of(db, RUN)[0]
    texts = {video.id: frame_captions(db, video.id) for video in videos.every(db)}
    rows = cluster_rows(db, clustering, None, texts)
    csv_bytes(rows).decode()
    elan_zip(db, rows)
    json_bytes(run_json(db, clustering, None, rows))
