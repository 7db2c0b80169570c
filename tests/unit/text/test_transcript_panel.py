"""YouTube's transcript panel as copied text: times, times in words, headings, controls."""

from __future__ import annotations

import pytest

from core.errors import CaptionsUnreadable
from core.text.captions import parse_pasted

LINES = [(0.0, "the harbour opened early"), (65.0, "the ferries left"), (3725.0, "a signal came")]
CHINESE = [(0.0, "港口今天早上提早开放"), (65.0, "渡轮离开了"), (3725.0, "信号来了")]
IN_WORDS = ["0 seconds", "1 minute, 5 seconds", "1 hour, 2 minutes, 5 seconds"]
IN_CHINESE = ["0 秒", "1 分钟 5 秒", "1 小时 2 分钟 5 秒"]
CLOCKS = ["0:00", "1:05", "1:02:05"]


def said(text: str) -> list[tuple[float, str]]:
    return [(one.start_s, one.text) for one in parse_pasted(text).segments]


@pytest.mark.parametrize(
    ("lines", "words"),
    [(LINES, None), (LINES, IN_WORDS), (CHINESE, None), (CHINESE, IN_CHINESE)],
    ids=("English", "English in words", "Chinese", "Chinese in words"),
)
@pytest.mark.parametrize("between", ["\n", " ", "", "\r\n"], ids=("line", "space", "glued", "CRLF"))
def test_times_are_read_and_their_words_are_no_captions(lines, words, between) -> None:
    copied = "\n".join(
        between.join([clock, *([words[number]] if words else []), text])
        for number, (clock, (_, text)) in enumerate(zip(CLOCKS, lines, strict=True))
    )
    assert said(copied) == lines


def test_what_stands_around_the_panel_is_left_out() -> None:
    copied = "Transcript\n\nSearch in video\n0:00\none\n0:04\ntwo\nEnglish (auto-generated)\n"
    assert said(copied) == [(0.0, "one"), (4.0, "two")]
    assert said("内容转文字\n0:00\n一\n0:04\n二\n英语（自动生成）") == [(0.0, "一"), (4.0, "二")]


def test_headings_of_chapters_are_left_out_and_said() -> None:
    cues = [f"{n // 6}:{n % 6}0\nwords {n}" for n in range(30)]
    cues[9] += "\nThe strike"
    cues[19] += "\nThe end"
    read = parse_pasted("\n".join(["Introduction", *cues]))
    assert [one.text for one in read.segments] == [f"words {n}" for n in range(30)]
    assert "3 headings" in read.notes
    numbered = parse_pasted("Chapter 1: Beginning\n0:00\none\nChapter 2: End\n0:10\ntwo")
    assert [one.text for one in numbered.segments] == ["one", "two"]


def test_second_lines_of_captions_are_kept_where_no_chapters_are() -> None:
    cues = "\n".join(f"{n // 6}:{n % 6}0\nwords {n}" for n in range(30))
    assert said(f"{cues}\n5:00\nlast\nline of all\n5:10\nend")[-2:] == [
        (300.0, "last line of all"),
        (310.0, "end"),
    ]
    assert len(said("0:00\na\nb\n0:10\nc\nd\n0:20\ne\nf")) == 3


def test_numbers_that_are_said_stay() -> None:
    assert said("0:00\n5 seconds to go\n0:04\nfour\n0:09\n1 minute, 5 seconds") == [
        (0.0, "5 seconds to go"),
        (4.0, "four"),
        (9.0, "1 minute, 5 seconds"),
    ]
    untimed = parse_pasted("Transcript\nwe met at 12:30 that day\nand left")
    assert not untimed.timed
    assert [one.text for one in untimed.segments] == ["we met at 12:30 that day", "and left"]


def test_one_line_and_caption_files_are_read_too() -> None:
    assert said("0:07\nalone") == [(7.0, "alone")]
    assert said("1\n00:00:01,000 --> 00:00:02,500\nGood evening.") == [(1.0, "Good evening.")]


@pytest.mark.parametrize("text", ["", " \n\n", "Transcript\nSearch in video\n", "\ufeff"])
def test_nothing_pasted_is_one_sentence(text) -> None:
    with pytest.raises(CaptionsUnreadable, match="pasted text holds no captions"):
        parse_pasted(text)
