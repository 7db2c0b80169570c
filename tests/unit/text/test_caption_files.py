"""Caption files of every kind and encoding are read; bad ones give one sentence that names them."""

import json

import pytest

from core.errors import CaptionsUnreadable
from core.text import captions
from core.text.captions import parse
from core.text.segments import Segment, Transcript, spread

SRT = "1\n00:00:01,000 --> 00:00:02,500\nhello\nthere\n\n2\n00:01:00,000 --> 01:00:00,000\nagain\n"


def test_srt() -> None:
    found = parse("a.srt", SRT.encode())
    assert found.timed
    assert found.segments == (Segment(1.0, 2.5, "hello there"), Segment(60.0, 3600.0, "again"))


def test_vtt_without_its_mark_up() -> None:
    text = (
        "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE hidden\n\nintro\n"
        "00:01.000 --> 00:03.000 align:start position:0%\n"
        "<v Ann>it&#39;s <c.yellow>ba5</c><00:00:02.100> &amp; <i>more</i>\n\n"
        "00:02.500 --> 00:04.000\nrolling\n"
    )
    found = parse("a.vtt", text.encode())
    assert found.segments == (Segment(1.0, 3.0, "it's ba5 & more"), Segment(2.5, 4.0, "rolling"))


def test_mathematics_is_no_mark_up() -> None:
    text = SRT.replace("hello", "2 < 3 and 4 > 1")
    assert parse("a.srt", text.encode()).segments[0].text == "2 < 3 and 4 > 1 there"


def test_a_missing_blank_line_before_the_next_number() -> None:
    found = parse("a.srt", SRT.replace("\n\n", "\n").encode())
    assert [segment.text for segment in found.segments] == ["hello there", "again"]


def test_json_of_youtube_transcript_api() -> None:
    data = [
        {"text": "b", "start": 2, "duration": 0},
        {"text": "a &amp; c", "start": 0.5, "duration": 1},
    ]
    found = parse("a.json", json.dumps(data).encode())
    assert found.segments == (Segment(0.5, 1.5, "a & c"), Segment(2.0, 4.0, "b"))


def test_plain_text_has_no_times_until_it_is_spread() -> None:
    found = parse("a.txt", b"one\n\n  two \nthree\nfour\n")
    assert not found.timed
    spread_out = spread(found, 10.0)
    assert spread_out[1] == Segment(2.5, 5.0, "two")
    assert spread_out[-1] == Segment(7.5, 10.0, "four")


def test_timed_segments_are_not_spread() -> None:
    found = Transcript((Segment(1.0, 2.0, "a"),), True, "en")
    assert spread(found, 100.0) == found.segments


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
def test_latin_encodings(encoding: str) -> None:
    text = SRT.replace("hello", "déjà vu à l'été")
    assert parse("a.srt", text.encode(encoding)).segments[0].text == "déjà vu à l'été there"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_encodings(encoding: str) -> None:
    text = "老年人要接种新冠疫苗吗？老年人一定要打疫苗。\n能够达到90%左右的保护。"
    found = parse("a.txt", text.encode(encoding))
    assert found.segments[0].text == "老年人要接种新冠疫苗吗？老年人一定要打疫苗。"
    assert found.language == "zh"


def test_a_stray_control_character_is_dropped() -> None:
    text = SRT.replace("hello", "hel\0lo\x1b" + "x" * 100)
    assert parse("a.srt", text.encode()).segments[0].text.startswith("hello" + "x")


def test_script_stays_text_and_no_tag() -> None:
    text = SRT.replace("hello", "<script>alert(1)</script>=cmd|'/c calc'!A0")
    assert parse("a.srt", text.encode()).segments[0].text == "alert(1)=cmd|'/c calc'!A0 there"


def test_the_language_asked_for_counts() -> None:
    assert parse("a.srt", SRT.encode(), "zh").language == "zh"
    assert parse("a.srt", SRT.encode(), "auto").language == "en"


def _srt_times(times: str) -> bytes:
    return f"1\n{times}\nhello\n".encode()


BAD = {
    "other kind": ("a.docx", b"PK\3\4", "use .srt"),
    "empty": ("a.srt", b"", "no captions"),
    "only a header": ("a.vtt", b"WEBVTT\n\n", "no times"),
    "binary": ("a.srt", bytes(range(256)) * 40 + b"\0" * 500, "not a text file"),
    "too large": ("a.txt", b"x" * (captions.MAX_BYTES + 1), "too large"),
    "reversed": ("a.srt", _srt_times("00:00:05,000 --> 00:00:01,000"), "ends before it starts"),
    "negative": ("a.srt", _srt_times("-00:00:05,000 --> 00:00:01,000"), "is negative"),
    "milliseconds": ("a.srt", _srt_times("00:00:00,99999999 --> 00:00:01,000"), "line 2"),
    "minutes": ("a.srt", _srt_times("00:99:00,000 --> 00:99:01,000"), "line 2"),
    "late": ("a.srt", _srt_times("999:00:00,000 --> 999:00:01,000"), "no time of a video"),
    "no times in srt": ("a.srt", b"hello\nthere\n", ".txt"),
    "no json": ("a.json", b"{", "not valid JSON"),
    "deep json": ("a.json", b"[" * 100_000, "not valid JSON"),
    "json of another kind": ("a.json", b'{"a": 1}', "list"),
    "json without text": ("a.json", b'[{"start": 1}]', "item 1"),
    "json with words for times": ("a.json", b'[{"text": "a", "start": "x"}]', "item 1"),
    "json nan": ("a.json", b'[{"text": "a", "start": NaN, "duration": 1}]', "item 1"),
    "json infinite": ("a.json", b'[{"text": "a", "start": 1e999, "duration": 1}]', "item 1"),
    "json huge": (
        "a.json",
        b'[{"text": "a", "start": 1' + b"0" * 400 + b', "duration": 1}]',
        "item 1",
    ),
    "json negative": ("a.json", b'[{"text": "a", "start": -1, "duration": 1}]', "item 1"),
    "json reversed": ("a.json", b'[{"text": "a", "start": 5, "duration": -1}]', "item 1"),
    "one long line": ("a.txt", b"word " * 1_000_000, "one sentence on each line"),
    "empty segments": ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n", "no captions"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_named(case: str) -> None:
    name, data, hint = BAD[case]
    with pytest.raises(CaptionsUnreadable) as caught:
        parse(name, data)
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} ")
    assert hint in sentence
    assert "\n" not in sentence


@pytest.mark.real
def test_the_news_captions(real) -> None:
    news = real / "news"
    us = parse("us.en.vtt", (news / "us.en.vtt").read_bytes())
    assert (len(us.segments), us.timed, us.language) == (96, True, "en")
    assert us.segments[1] == Segment(1.92, 5.6, "and in los angeles are sounding the")
    cn = parse("cn.zh.srt", (news / "cn.zh.srt").read_bytes())
    assert (len(cn.segments), cn.timed, cn.language) == (90, True, "zh")
    lines = parse("cn.zh.txt", (news / "cn.zh.txt").read_bytes())
    assert not lines.timed
    for timed, even in zip(cn.segments, spread(lines, 756.0), strict=True):
        assert timed.text == even.text
        assert timed.start_s == pytest.approx(even.start_s)
