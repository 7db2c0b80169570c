"""Caption files as people have them: many formats, and captions in them that cannot be read."""

from __future__ import annotations

import json

import pytest

from core.errors import CaptionsUnreadable
from core.text.captions import EXTENSIONS, parse
from tests.caption_texts import said, srt, texts

HARBOUR = [(0.0, 4.0, "the harbour opened"), (4.0, 8.5, "the ferries left")]


TTML = """<?xml version="1.0" encoding="utf-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
 ttp:frameRate="25" ttp:tickRate="10000000" xml:lang="en"><head><metadata/></head>
<body><div>%s</div></body></tt>"""


FORMATS = {
    "sbv": (
        "a.sbv",
        "0:00:00.000,0:00:04.000\nthe harbour\nopened\n\n"
        "0:00:04.000,0:00:08.500\nthe ferries left\n",
    ),
    "subviewer": (
        "a.sub",
        "[INFORMATION]\n[TITLE]\n[END INFORMATION]\n[SUBTITLE]\n"
        "00:00:00.00,00:00:04.00\nthe harbour[br]opened\n\n"
        "00:00:04.00,00:00:08.50\nthe ferries left\n",
    ),
    "ass": (
        "a.ass",
        "[Script Info]\nScriptType: v4.00+\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,no caption\n"
        "Dialogue: 0,0:00:00.00,0:00:04.00,Default,,0,0,0,,{\\an8\\i1}the harbour\\Nopened\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}\n"
        "Dialogue: 0,0:00:04.00,0:00:08.50,Default,,0,0,0,,the{\\k20} ferries\\hleft\n",
    ),
    "ssa": (
        "a.ssa",
        "[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:00.00,0:00:04.00,Default,,0,0,0,,the harbour opened\n"
        "Dialogue: Marked=0,0:00:04.00,0:00:08.50,Default,,0,0,0,,the ferries left\n",
    ),
    "ttml": (
        "a.ttml",
        TTML
        % (
            '<p begin="00:00:00.000" end="00:00:04:00">the <span>harbour</span><br/>opened</p>'
            '<p begin="40000000t" dur="4.5s">the\n ferries left</p>'
        ),
    ),
    "dfxp": (
        "a.dfxp",
        '<tt xmlns="http://www.w3.org/2006/10/ttaf1">'
        '<body begin="1s"><div begin="-1s">'
        '<p begin="0s" end="4s">the harbour opened</p>'
        '<p begin="4s" end="8500ms">the ferries left</p></div></body></tt>',
    ),
    "spans of ttml": (
        "a.xml",
        TTML
        % (
            '<p><span begin="0s" end="4s">the harbour opened</span>'
            '<span begin="4s" end="8.5s">the ferries left</span></p>'
        ),
    ),
    "srv1": (
        "a.srv1",
        '<?xml version="1.0" encoding="utf-8" ?><transcript>'
        '<text start="0" dur="4">the harbour opened</text>'
        '<text start="4" dur="4.5">the ferries left</text></transcript>',
    ),
    "srv3": (
        "a.srv3",
        '<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><body>'
        '<w t="0" id="1"/><p t="0" d="4000" w="1"><s>the</s><s t="500"> harbour</s> opened</p>'
        '<p t="3900" d="100" a="1">\n</p><p t="4000" d="4500">the ferries left</p>'
        "</body></timedtext>",
    ),
    "lrc": (
        "a.lrc",
        "[ti:Harbour]\n[offset:+500]\n[00:00.50]the <00:01.00>harbour opened\n"
        "[00:04.50]the ferries left\n[00:09.00]\n",
    ),
    "microdvd": (
        "a.sub",
        "{1}{1}25.000\n{0}{100}{y:i}the harbour|opened\n{100}{212}the ferries left\n",
    ),
    "mpl2": ("a.txt", "[0][40]the harbour|/opened\n[40][85]the ferries left\n"),
    "spruce stl": (
        "a.stl",
        "//English\n$FontName = Arial\n"
        "00:00:00:00 , 00:00:04:00 , the harbour | opened\n"
        "00:00:04:00 , 00:00:08:15 , the ferries left\n",
    ),
    "sami": (
        "a.smi",
        "<SAMI><BODY><SYNC Start=0><P Class=ENCC>the harbour<br>opened"
        "<SYNC Start=4000><P Class=ENCC>the ferries left<SYNC Start=8500><P Class=ENCC>&nbsp;"
        "</BODY></SAMI>",
    ),
    "whisper tsv": (
        "a.tsv",
        "start\tend\ttext\n0\t4000\tthe harbour opened\n4000\t8500\tthe ferries left\n",
    ),
    "csv": ("a.csv", 'start,end,text\n0,4,"the harbour\nopened"\n0:04,0:08.5,the ferries left\n'),
    "csv of a spreadsheet": (
        "a.csv",
        "Nr;Start (s);End (s);Text\n1;0,0;4,0;the harbour opened\n2;4,0;8,5;the ferries left\n",
    ),
    "labels of an audio editor": (
        "a.tsv",
        "0.000000\t4.000000\tthe harbour opened\n4.000000\t8.500000\tthe ferries left\n",
    ),
    "whisper on the screen": (
        "a.txt",
        "[00:00.000 --> 00:04.000]  the harbour opened\n"
        "[00:04.000 --> 00:08.500]  the ferries left\n",
    ),
    "vtt named srt": (
        "a.srt",
        "WEBVTT\n\n00:00.000 --> 00:04.000\nthe harbour opened\n\n"
        "00:04.000 --> 00:08.500\nthe ferries left\n",
    ),
    "odd arrows and signs": (
        "a.srt",
        "1\n00:00:00.000 -> 00:00:04.000\nthe harbour opened\n\n"
        "2\n0:0:4,0 --> 0:0:8,5 X1:10 X2:20\nthe ferries left\n",
    ),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format(kind: str) -> None:
    name, text = FORMATS[kind]
    found = said(name, text)
    assert [words for *_, words in found] == [words for *_, words in HARBOUR]
    for (a, b, _), (start_s, end_s, _) in zip(found, HARBOUR, strict=True):
        assert (a, b) == pytest.approx((start_s, end_s), abs=0.11)


A, B = HARBOUR


JSON = {
    "a list in a list": [[{"text": t, "start": a, "duration": b - a} for a, b, t in HARBOUR]],
    "with end": [{"start": a, "end": b, "text": f" {t}"} for a, b, t in HARBOUR],
    "numbers as texts": [{"start": str(a), "dur": str(b - a), "text": t} for a, b, t in HARBOUR],
    "by video": {
        "abcdefghijk": [{"text": t, "start": a, "duration": b - a} for a, b, t in HARBOUR]
    },
    "triples": [[a, b, t] for a, b, t in HARBOUR],
    "whisper": {
        "text": "the",
        "segments": [
            {"id": 0, "start": a, "end": b, "text": t, "tokens": [1]} for a, b, t in HARBOUR
        ],
        "language": "en",
    },
    "whisper.cpp": {
        "systeminfo": "",
        "result": {"language": "en"},
        "transcription": [
            {
                "timestamps": {"from": "00:00:00,000", "to": "00:00:04,000"},
                "offsets": {"from": a * 1000, "to": b * 1000},
                "text": t,
            }
            for a, b, t in HARBOUR
        ],
    },
    "transformers": {
        "text": "the",
        "chunks": [{"timestamp": [a, b], "text": t} for a, b, t in HARBOUR],
    },
    "json3": {
        "wireMagic": "pb3",
        "events": [
            {"tStartMs": 0, "dDurationMs": 20000, "id": 1},
            {
                "tStartMs": 0,
                "dDurationMs": 4000,
                "segs": [{"utf8": "the"}, {"utf8": " harbour opened"}],
            },
            {"tStartMs": 3900, "dDurationMs": 100, "aAppend": 1, "segs": [{"utf8": "\n"}]},
            {"tStartMs": 4000, "dDurationMs": 4500, "segs": [{"utf8": "the ferries left"}]},
        ],
    },
    "wrapped": {
        "title": "x",
        "captions": [{"start": a, "end": b, "text": t} for a, b, t in HARBOUR],
    },
    "cues in milliseconds": {
        "cues": [{"startMs": a * 1000, "endMs": b * 1000, "text": t} for a, b, t in HARBOUR]
    },
    "whole milliseconds": [
        {"start": int(a * 1000), "end": int(b * 1000), "text": t} for a, b, t in HARBOUR
    ],
    "clock times": [
        {"from": "00:00:00.000", "to": "00:00:04.000", "text": A[2]},
        {"from": "00:00:04.000", "to": "00:00:08.500", "text": B[2]},
    ],
    "body": {"body": [{"from": a, "to": b, "content": t} for a, b, t in HARBOUR]},
    "services": {
        "results": {
            "audio_segments": [
                {"id": 0, "transcript": t, "start_time": str(a), "end_time": str(b)}
                for a, b, t in HARBOUR
            ]
        }
    },
    "words": {
        "results": {
            "items": [
                {
                    "type": "pronunciation",
                    "start_time": a,
                    "end_time": b,
                    "alternatives": [{"content": t}],
                }
                for a, b, t in (
                    ("0.0", "1.0", "the"),
                    ("1.0", "2.0", "harbour"),
                    ("2.0", "4.0", "opened"),
                    ("5.5", "6.0", "the"),
                    ("6.0", "7.0", "ferries"),
                    ("7.0", "8.5", "left"),
                )
            ]
        }
    },
}


@pytest.mark.parametrize("kind", JSON)
def test_json_of(kind: str) -> None:
    found = said("a.json", json.dumps(JSON[kind]))
    expected = [A, (5.5, 8.5, B[2])] if kind == "words" else HARBOUR
    assert found == expected


def test_a_name_of_youtube_s_tools_is_taken() -> None:
    assert said("a.en.json3", json.dumps(JSON["json3"])) == HARBOUR
    assert {"ass", "ssa", "sbv", "ttml", "dfxp", "xml", "lrc", "stl", "sub", "smi"} <= set(
        EXTENSIONS
    )


def test_captions_of_several_videos_are_said() -> None:
    found = parse(
        "a.json",
        json.dumps(
            [*JSON["a list in a list"], [{"text": "another", "start": 0, "duration": 1}]]
        ).encode(),
    )
    assert len(found.segments) == 2
    assert "2 videos" in found.notes


def ebu_stl(*cues: tuple[tuple[int, ...], tuple[int, ...], bytes], table: bytes = b"00") -> bytes:
    general = bytearray(b" " * 1024)
    general[0:3], general[3:11], general[12:14] = b"850", b"STL25.01", table
    general[256:264] = b"10000000"
    blocks = [
        b"\0\1\0\xff\0" + bytes(start) + bytes(end) + b"\x14\2\0" + text.ljust(112, b"\x8f")
        for start, end, text in cues
    ]
    return bytes(general) + b"".join(blocks)


def test_binary_stl_of_television() -> None:
    data = ebu_stl(
        ((10, 0, 0, 0), (10, 0, 4, 0), b"\x0d\x0b\x0bthe h\xc8arbour\x8aopened\x0a\x0a"),
        ((10, 0, 4, 0), (10, 0, 8, 12), b"caf\xc2e"),
    )
    assert said("a.stl", data) == [(0.0, 4.0, "the härbour opened"), (4.0, 8.48, "café")]
    russian = ebu_stl(((10, 0, 1, 0), (10, 0, 2, 0), "порт".encode("iso8859-5")), table=b"01")
    assert texts("a.stl", russian) == ["порт"]


def test_a_time_alone_on_its_line_or_before_the_words() -> None:
    expected = [
        (0.0, 4.0, "the harbour opened"),
        (4.0, 65.0, "the ferries left"),
        (65.0, 97.5, "a signal came"),
    ]
    alone = "0:00\nthe harbour opened\n0:04\n4 seconds\nthe ferries\nleft\n1:05\na signal came\n"
    assert said("pane.txt", alone) == expected
    before = "0:00 the harbour opened\n0:04 the ferries left\n1:05 a signal came\n"
    assert said("pane.txt", before) == expected
    minutes = "We met at 10:30\nand left\nthe harbour\nat noon\n12:00\n"
    assert not parse("a.txt", minutes.encode()).timed


BAD_CUES = {
    "reversed": srt("one", "two", "three").replace("00:00:07,500", "00:00:01,000"),
    "unreadable": srt("one", "two", "three").replace("00:00:04,000", "00:00:x4,000"),
    "no end": srt("one", "two", "three").replace("00:00:07,500", ""),
    "minutes": srt("one", "two", "three").replace("00:00:07,500", "00:77:07,500"),
    "late": srt("one", "two", "three").replace("00:00:07,500", "777:00:07,500"),
}


@pytest.mark.parametrize("kind", BAD_CUES)
def test_a_bad_cue_is_passed_over_and_said(kind: str) -> None:
    found = parse("a.srt", BAD_CUES[kind].encode())
    assert [segment.text for segment in found.segments] == ["one", "three"]
    assert found.notes.startswith("1 caption was passed over: line 6 ")


def test_bad_cues_of_other_formats() -> None:
    items = [
        {"text": "a", "start": 0, "end": 1},
        {"text": "b", "start": "x"},
        {"start": 3},
        5,
        {"text": "c", "start": 9, "end": 8},
        {"text": "d", "start": 9, "end": 10},
    ]
    found = parse("a.json", json.dumps(items).encode())
    assert [segment.text for segment in found.segments] == ["a", "d"]
    assert found.notes.startswith("4 captions were passed over: item 2 ")
    assert found.notes.endswith(" and 1 more.")
    for name, data in {
        "a.ass": FORMATS["ass"][1].replace("0,0:00:01.00", "0,x") + "Dialogue: nothing\n",
        "a.ttml": TTML % '<p begin="x" end="2s">a</p><p begin="1s" end="2s">b & c < d</p>',
        "a.csv": "start,end,text\nx,1,a\n1,2,b\n",
        "a.sbv": FORMATS["sbv"][1] + "\n0:00:09.000,0:00:08.000\nback\n",
    }.items():
        found = parse(name, data.encode())
        assert found.segments, name
        assert "passed over" in found.notes, name


def test_xml_that_is_cut_off_or_declares_entities() -> None:
    cut = (TTML % '<p begin="1s" end="2s">a<br/>b</p><p begin="2s" end="3s">c</p><p begin=').split(
        "</div"
    )[0]
    assert texts("a.ttml", cut) == ["a b", "c"]
    bomb = '<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + TTML[39:] % (
        '<p begin="1s" end="2s">&b;</p>'
    )
    assert texts("a.ttml", bomb) == ["&b;"]
    named = TTML % '<p begin="1s" end="2s">caf&eacute; &nbsp;&rarr; A & B</p>'
    assert texts("a.ttml", named) == ["café → A & B"]


def test_marks_that_never_close_are_read_in_a_moment() -> None:
    for name, start, again in (
        ("a.ttml", "<tt>", "<p begin='1s' end='2s'>"),
        ("a.smi", "<sami>", "<sync "),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n", "<rt>"),
    ):
        with pytest.raises(CaptionsUnreadable):
            parse(name, (start + 20_000 * again).encode())


def test_a_file_of_bad_cues_only_is_refused_with_the_first_reason() -> None:
    with pytest.raises(CaptionsUnreadable, match=r"line 2 .*and 1 more"):
        parse(
            "a.srt", b"1\n00:00:05,000 --> 00:00:01,000\na\n\n2\n00:00:06,000 --> 00:00:01,000\nb\n"
        )
