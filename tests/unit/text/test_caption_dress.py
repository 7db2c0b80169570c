"""Times in the dress that programs and people give them: each is read, none becomes words."""

from __future__ import annotations

import pytest

from core.text import captions

TWO = [(1.0, 3.0, "Hello"), (3.0, 5.0, "there")]
_SRT = "1\n00:00:01,000 --> 00:00:03,000\nHello\n\n2\n00:00:03,000 --> 00:00:05,000\nthere\n"
_FULL_WIDTH = str.maketrans("0123456789:,", "０１２３４５６７８９：，")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("arrow.srt", _SRT.replace("-->", "→")),
        ("spaces.srt", _SRT.replace(":", " : ").replace(",", " , ")),
        ("full-width.srt", _SRT.translate(_FULL_WIDTH)),
        ("premiere.txt", "00:00:01:00 - 00:00:03:00\nHello\n\n00:00:03:00 - 00:00:05:00\nthere"),
        (
            "avid.txt",
            "@ Made by Avid\n\n<begin subtitles>\n\n00:00:01:00 00:00:03:00\nHello\n\n"
            "00:00:03:00 00:00:05:00\nthere\n\n<end subtitles>\n",
        ),
        (
            "lines.jsonl",
            '{"start": 1.0, "end": 3.0, "text": "Hello"}\n{"start": 3, "end": 5, "text": "there"}',
        ),
        (
            "podcast.json",
            '{"segments": [{"startTime": 1, "endTime": 3, "speaker": "A", "body": "Hello"},'
            '{"startTime": 3, "endTime": 5, "body": "there"}]}',
        ),
        (
            "azure.json",
            '{"recognizedPhrases": [{"offsetInTicks": 10000000, "durationInTicks": 20000000,'
            '"nBest": [{"display": "Hello"}]}, {"offsetInTicks": 30000000, "durationInTicks":'
            '20000000, "nBest": [{"display": "there"}]}]}',
        ),
    ],
)
def test_two_captions_in_another_dress(name: str, text: str) -> None:
    read = captions.parse(name, text.encode(), "auto")
    assert read.timed
    assert [(one.start_s, one.end_s, one.text) for one in read.segments] == TWO


@pytest.mark.parametrize(
    ("text", "starts", "first"),
    [
        ("[00:00:01] Anna: Hello\n[00:01:03] Bob: there\n", [1.0, 63.0], "Anna: Hello"),
        ("[00:01:61]Hello\n[00:03:20]there\n", [1.61, 3.2], "Hello"),
        ("[ti:A song]\n[00:01:20]Hello\n[00:03:20]there\n", [1.2, 3.2], "Hello"),
        ("Anna Miller  0:01\nHello.\n\nBob\t0:05\nYes.\n", [1.0, 5.0], "Hello."),
        ("[Anna Miller] 00:00:01\nHello.\n\n[Bob] 00:00:05\nYes.\n", [1.0, 5.0], "Hello."),
    ],
)
def test_who_speaks_and_when(text: str, starts: list[float], first: str) -> None:
    read = captions.parse("a.txt", text.encode(), "auto")
    assert [one.start_s for one in read.segments] == pytest.approx(starts)
    assert read.segments[0].text == first


def test_words_with_an_arrow_or_a_time_stay_words() -> None:
    said = "Press 1 → 2\nIt is 12:30 now\nMeet at  10:00\nThank you\nand good night\n"
    read = captions.parse("a.txt", said.encode(), "auto")
    assert not read.timed
    assert [one.text for one in read.segments][:2] == ["Press 1 → 2", "It is 12:30 now"]
