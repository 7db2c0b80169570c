"""YouTube's "Show transcript" panel as copied text, or any text whose lines begin with a time.

The panel gives the time, for screen readers the same in words, and what is said, on lines of their
own or on one; between them stand the headings of chapters.
"""

from __future__ import annotations

import re
import statistics
from itertools import pairwise
from typing import NamedTuple

from core.text.caption_formats import until_next
from core.text.formats.cues import Cues, seconds_of

_TIME = r"((?:\d{1,3}[:：])?[0-5]?\d[:：][0-5]\d(?:[.,]\d{1,3})?)"
_APART = re.compile(rf"\s*[\[(]?{_TIME}[\])]?(?:\s*[-–—:|]?\s+(\S.*)|\s*)$")
# Who speaks, then the time behind it: Otter's, Zoom's, Teams's transcripts.
_NAMED = re.compile(rf"\s*\S.{{0,60}}?(?:\s{{2,}}|\t|(?<=\])\s){_TIME}()\s*$")
_UNIT = r"(?:小时|小時|时|時|分钟|分鐘|分|秒钟|秒鐘|秒)"
_SPOKEN = re.compile(
    r"(?:(?:1 (?:hour|minute|second)|\d+ (?:hours|minutes|seconds))(?:, | and |,? and )?)+"
    rf"|(?:\d+\s*{_UNIT}[\s、，,]*)+"
)
_GLUED = re.compile(rf"\s*{_TIME}((?=[^\W\d_]|\d+ ?(?:hour|minute|second|{_UNIT})).*)$")
_NUMBER = re.compile(r"(\d+)\s*(\S)")
_SECONDS = {
    **dict.fromkeys("h小时時", 3600),
    **dict.fromkeys("m分", 60),
    **dict.fromkeys("s秒", 1),
}
_CHAPTER = re.compile(r"(?:chapter \d+\s*[:：]|第\s*\d+\s*章\s*[:：]|章[节節]\s*\d+\s*[:：])", re.I)
_FEWEST_CHAPTERS, _SHORTEST_S = 3, 10.0  # YouTube divides no video otherwise
_RARE = 0.2  # of the captions that a heading follows, at most
_CONTROLS = re.compile(  # what stands around the panel's lines on YouTube's page
    r"(?:show |hide |close |search )?transcript|search in video|toggle timestamps|chapters|timeline"
    r"|sync to video time|follow along using the transcript\.?|in this video"
    r"|[\w ,()/-]{1,60} \(auto-generated\)|english(?: \([\w ]+\))?|chinese(?: \([\w ]+\))?"
    r"|(?:显示|隐藏|关闭|搜索)?(?:内容转文字|转写文稿|转写内容|文字转录|文字记录|字幕记录)"
    r"|在视频中搜索|切换时间戳|同步(?:到|至)视频时间|章节|时间轴"
    r"|(?:顯示|隱藏|關閉|搜尋)?(?:轉錄稿|字幕記錄|文字記錄)|在影片中搜尋|切換時間戳記|章節"
    r"|(?:英语|英文|英語|中文)?\s?[（(](?:自动生成|自動產生|簡體|简体|繁體|繁体|中国|台灣)[)）]"
    r"|英语|英文|中文",
    re.I,
)


class _Block(NamedTuple):
    """One time with the lines below it."""

    start_s: float
    lines: list[str]
    number: int  # of the line in the text


def is_panel(text: str) -> bool:
    """Whether a text without arrows has times at the beginning of at least a third of its lines,
    and they rise."""
    return _pattern(text) is not None


def read(text: str) -> Cues:
    """The captions; headings of chapters are left out, which the notes say."""
    pattern = _pattern(text) or _APART
    before: list[str] = []
    blocks: list[_Block] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = pattern.match(line)
        if match:
            blocks.append(_Block(seconds_of(match[1]), [], number))
            line = match[2] or ""
        said = _unspoken(blocks[-1], line.strip()) if blocks else line.strip()
        if said:
            (blocks[-1].lines if blocks else before).append(said)
    left_out = _without_headings(before, blocks)
    cues = Cues()
    if left_out:
        counted = "1 heading of a chapter was" if left_out == 1 else f"{left_out} headings were"
        cues.remarks.append(f"{counted} left out of the captions.")
    ends = until_next([block.start_s for block in blocks])
    for block, end_s in zip(blocks, ends, strict=True):
        cues.add(block.start_s, end_s, "\n".join(block.lines), f"line {block.number}")
    return cues


def without_controls(text: str) -> str:
    """Without the buttons and boxes of YouTube's page that were copied along, above and below."""
    lines = text.split("\n")
    while lines and _is_control(lines[0]):
        del lines[0]
    while lines and _is_control(lines[-1]):
        del lines[-1]
    return "\n".join(line for line in lines if not _CHAPTER.match(line.strip()))


def _is_control(line: str) -> bool:
    return not line.strip() or _CONTROLS.fullmatch(line.strip()) is not None


def _pattern(text: str) -> re.Pattern[str] | None:
    """How times stand before words here; None where they do not."""
    written = [line for line in text.split("\n") if line.strip()]
    counted = sum(_SPOKEN.fullmatch(line.strip()) is None for line in written)
    for pattern, fewest in ((_APART, 1 / 3.5), (_GLUED, 0.9), (_NAMED, 1 / 4)):
        times = [seconds_of(match[1]) for line in written if (match := pattern.match(line))]
        rise = sum(a <= b for a, b in pairwise(times))
        alone = len(times) == 1 and counted <= 2 and pattern.match(written[0])
        enough = len(times) >= 2 and len(times) >= fewest * counted
        if (alone or enough) and rise >= 0.8 * (len(times) - 1):
            return pattern
    return None


def _unspoken(block: _Block, line: str) -> str:
    """The line without the block's time in words, which only its first line can have."""
    match = None if block.lines else _SPOKEN.match(line)
    if match is None:
        return line
    value = sum(int(n) * _SECONDS[unit] for n, unit in _NUMBER.findall(match[0]))
    return line[match.end() :].strip() if value == int(block.start_s) else line


def _without_headings(before: list[str], blocks: list[_Block]) -> int:
    """Take the headings of chapters out of the blocks they follow; how many there were.

    Where a heading stands before the first time, a second line of a caption is one too, if such
    lines are rare and divide the video as chapters do.
    """
    known = 0
    for lines in (before, *(block.lines for block in blocks)):
        kept = [line for line in lines if not _CHAPTER.match(line)]
        known += len(lines) - len(kept)
        lines[:] = kept
    heads = [line for line in before if not _is_control(line)]
    longer = [block for block in blocks[:-1] if len(block.lines) == 2]
    if known or not heads or statistics.median(len(b.lines) for b in blocks) != 1:
        return known
    starts = [block.start_s for block in longer]
    spaced = all(b - a >= _SHORTEST_S for a, b in pairwise(starts))
    if len(longer) + 1 < _FEWEST_CHAPTERS or len(longer) > _RARE * len(blocks) or not spaced:
        return known
    for block in longer:
        del block.lines[1]
    return len(longer) + 1
