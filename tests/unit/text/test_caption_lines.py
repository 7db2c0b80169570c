"""The words of a caption: paragraphs, marks, and lines that roll up the screen."""

from __future__ import annotations

import pytest

from core.text.captions import of_track
from core.text.segments import Segment
from tests.caption_texts import said, srt, texts


def test_both_paragraphs_of_a_cue_are_kept() -> None:
    text = srt("The harbour opened,\n\nand the ferries left.", "A signal\n \ncame.", "1984\n\n2024")
    assert texts("a.srt", text) == [
        "The harbour opened, and the ferries left.",
        "A signal came.",
        "1984 2024",
    ]
    vtt = (
        "WEBVTT\n\nfirst\n00:00.000 --> 00:02.000\none\n\ntwo\n\nNOTE no\nwords\n\nlast\n"
        "00:03.000 --> 00:04.000\nthree\n\nSTYLE\n::cue {}\n"
    )
    assert texts("a.vtt", vtt) == ["one two", "three"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"{\an7}\h\hTHE HARBOUR\hOPENED", "THE HARBOUR OPENED"),
        (r"left\Nbefore the fog\nhad gone", "left before the fog had gone"),
        (
            "The port&amp;#39;s ferries &amp;amp; boats&amp;nbsp;left",
            "The port's ferries & boats left",
        ),
        ("&amp;amp;gt;&amp;gt; A signal", ">> A signal"),
        ("&lt;i&gt;slanted&lt;/i&gt; words", "slanted words"),
        ("5 < 6 and 7 > 3, R&D, a<b and c>d", "5 < 6 and 7 > 3, R&D, a<b and c>d"),
        ("I <3 you, 1 <2> 3 & AT&T &copyright", "I <3 you, 1 <2> 3 & AT&T &copyright"),
        ("if x<y and z>w: vec<int> x; a <- b", "if x<y and z>w: vec<int> x; a <- b"),
        (
            "<v.loud Ann Lee>The</v> <c.yellow>harbour</c><00:00:01.000> <b>is</b>"
            " <lang en>open</lang>",
            "The harbour is open",
        ),
        (
            '<font color="#fff" face=Arial>The</font> <I>harbour</I><br/>is open',
            "The harbour is open",
        ),
        ("The <ruby>港<rt>gǎng</rt></ruby> 🚢👨‍👩‍👧", "The 港 🚢👨‍👩‍👧"),
        ("har\u00adbour\u200b is\u2060 open\u200f", "harbour is open"),
        ("it&#39s 20&deg; &#x2019;tis {note} {y:i}now", "it's 20° ’tis {note} now"),
    ],
)
def test_marks(written: str, read: str) -> None:
    assert texts("a.srt", srt(written)) == [read]
    assert of_track([(0.0, 1.0, written)], "en").segments == (Segment(0.0, 1.0, read),)


AUTO = """WEBVTT
Kind: captions

00:00:00.240 --> 00:00:03.830 align:start position:0%
 
the<00:00:00.740><c> harbour</c><00:00:01.240><c> opened</c>

00:00:03.830 --> 00:00:03.840 align:start position:0%
the harbour opened
 

00:00:03.840 --> 00:00:07.430 align:start position:0%
the harbour opened
and<00:00:04.340><c> the</c><00:00:04.840><c> ferries</c>

00:00:07.430 --> 00:00:07.440 align:start position:0%
and the ferries
 

00:00:07.440 --> 00:00:11.030 align:start position:0%
and the ferries
left<00:00:07.940><c> early</c>

00:00:14.000 --> 00:00:16.000 align:start position:0%
 
left<00:00:14.940><c> early</c>
"""  # noqa: W293


def test_youtube_s_automatic_captions_say_each_line_once() -> None:
    assert said("a.vtt", AUTO) == [
        (0.24, 3.84, "the harbour opened"),
        (3.84, 7.44, "and the ferries"),
        (7.44, 11.03, "left early"),
        (14.0, 16.0, "left early"),
    ]


ROLLED = {
    "three lines": (
        "one two",
        "one two\nthree four",
        "one two\nthree four\nfive",
        "three four\nfive\nsix",
    ),
    "joined lines": ("one two three four", "one two three four five six", "three four five six"),
    "word by word": (
        "one",
        "one two",
        "one two three",
        "one two three\nfour",
        "one two three\nfour five six",
    ),
    "chinese": ("港口今天", "港口今天\n早上开放", "早上开放\n渡轮离开"),
}


@pytest.mark.parametrize("kind", ROLLED)
def test_lines_that_roll_up_are_said_once(kind: str) -> None:
    found = texts("a.srt", srt(*ROLLED[kind]))
    expected = "港口今天早上开放渡轮离开" if kind == "chinese" else "one two three four five six"
    assert "".join(found).replace(" ", "") == expected.replace(" ", "")
    rows = [(4.0 * n, 4.0 * n + 3.5, body) for n, body in enumerate(ROLLED[kind])]
    assert [segment.text for segment in of_track(rows, "").segments] == found


def test_what_is_repeated_by_the_speaker_is_no_rolling() -> None:
    again = ("No.", "No.", "No.", "Wait for the ferry", "the ferry left", "No, it did\nnot")
    assert texts("a.srt", srt(*again)) == [body.replace("\n", " ") for body in again]
