"""Parts the lines that stood in a picture: subtitles, other text on the screen, and what is none.

What a line is shows in how it behaves: subtitles come and go in one row and begin at one edge or
lie about one middle; name plates stay while they change; logos stay throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.video.burned_in.band import Band
from core.video.burned_in.boxes import same_row
from core.video.burned_in.following import Line
from core.video.burned_in.merging import Shown, alike, captions_of, joined_in_time

_LONGEST_S = 15.0  # a subtitle that stays longer is a title
_SURE = 0.7  # of a subtitle; less sure ones are noise more often than words
_SURE_ON_SCREEN = 0.85
_FEWEST = 4  # subtitles that a video with subtitles has
_USUAL_S = 5.0  # half of its subtitles stay at most so long: name plates stay longer
_ALIGNED = 0.6  # share of lines that decides where subtitles begin
_OFF = 1.2  # line heights that an aligned line may be off
_DIFFERENT = 0.7  # share of its lines that say something new: what comes back is a logo or a plate
_REMEMBERED = 50
_FEWEST_BESIDE = 3  # lines of a second row
_COMPANION = 0.6  # share of a second row's lines that come and go with the first row's
_THROUGHOUT = 0.4  # of the video: a text that stays so long is a logo, or the like


@dataclass(frozen=True)
class Sorted:
    """What a video shows: its subtitles, and other text; both in time."""

    captions: list[Shown]
    on_screen: list[Shown]
    KINDS: ClassVar = ("captions", "on_screen")


def sort_lines(
    in_band: Sequence[Line],
    elsewhere: Sequence[Line],
    band: Band | None,
    step_s: float,
    length_s: float,
) -> Sorted:
    """`in_band` are the lines in the rows of `band`, `elsewhere` all others, both in time;
    looks are `step_s` apart."""
    near = joined_in_time(in_band, 2.5 * step_s)
    main = _main(near, band, length_s) if band else []
    chosen = main + _companions(main, near, step_s) if _are_subtitles(main) else []
    captions = captions_of(chosen)
    taken = {id(line) for line in chosen}
    beside = [line for line in near if id(line) not in taken]
    others = sorted(beside + joined_in_time(elsewhere, 6.0), key=lambda line: line.first_s)
    return Sorted(captions, _on_screen(others, length_s))


def _are_subtitles(lines: Sequence[Line]) -> bool:
    stay_s = _median([line.last_s - line.first_s for line in lines])
    different: list[str] = []
    for line in lines:
        if not any(alike(line.text, text) for text in different[-_REMEMBERED:]):
            different.append(line.text)
    many = len(different) >= max(_FEWEST, _DIFFERENT * len(lines))
    return many and stay_s <= _USUAL_S


def _main(lines: Sequence[Line], band: Band, length_s: float) -> list[Line]:
    """The lines of the row where subtitles are."""
    logos = _throughout(lines, length_s)
    row = [
        line
        for line in lines
        if abs(line.box.middle - band.middle) < 0.4 * band.height
        and 0.6 < line.box.height / band.height < 1.6
        and line.last_s - line.first_s <= _LONGEST_S
        and line.sure >= _SURE
        and not any(_is_one(line, logo) for logo in logos)
    ]
    return _aligned(row, band)


def _aligned(row: list[Line], band: Band) -> list[Line]:
    """Without lines that begin and end elsewhere than most; those right of one that is aligned at
    the same time go on what it says."""
    places: list[Callable[[Line], float]] = [
        lambda line: line.box.left,
        lambda line: (line.box.left + line.box.right) / 2,
    ]
    near = _OFF * band.height
    best: list[Line] = []
    for place in places:
        usual = _median([place(line) for line in row])
        there = [line for line in row if abs(place(line) - usual) <= near]
        best = max(best, there, key=len)
    if len(best) < _ALIGNED * len(row):
        return row
    kept = {id(line) for line in best}
    return [line for line in row if id(line) in kept or _goes_on(line, best)]


def _goes_on(line: Line, aligned: Sequence[Line]) -> bool:
    """Whether a line is the other part of one that is shown at the same time."""
    return any(
        other.first_s <= line.last_s
        and line.first_s <= other.last_s
        and -0.3 * line.box.height <= line.box.left - other.box.right < 3 * line.box.height
        for other in aligned
    )


def _companions(main: list[Line], lines: Sequence[Line], step_s: float) -> list[Line]:
    """The lines of rows beside the main one whose lines come and go with it."""
    taken = {id(line) for line in main}
    left = [line for line in lines if id(line) not in taken and line.sure >= _SURE]
    found: list[Line] = []
    while left:
        row = [line for line in left if same_row(line.box, left[0].box)]
        left = [line for line in left if not any(line is one for one in row)]
        with_main = [line for line in row if _comes_and_goes(line, main, step_s)]
        if len(row) >= _FEWEST_BESIDE and len(with_main) >= _COMPANION * len(row):
            found += with_main
    return found


def _comes_and_goes(line: Line, main: Sequence[Line], step_s: float) -> bool:
    near = 1.5 * step_s
    return any(
        abs(line.first_s - other.first_s) <= near and abs(line.last_s - other.last_s) <= near
        for other in main
        if not same_row(line.box, other.box)
    )


def _on_screen(lines: Sequence[Line], length_s: float) -> list[Shown]:
    logos = _throughout(lines, length_s)
    return [
        Shown(line.first_s, line.last_s, line.text, line.sure)
        for line in lines
        if line.sure >= _SURE_ON_SCREEN
        and sum(letter.isalnum() for letter in line.text) >= 2
        and not any(_is_one(line, logo) for logo in logos)
    ]


def _throughout(lines: Sequence[Line], length_s: float) -> list[Line]:
    """One line for each text that stays at its place through much of the video."""
    found: list[tuple[Line, float]] = []
    for line in lines:
        for number, (first, seen_s) in enumerate(found):
            if _is_one(line, first):
                found[number] = first, seen_s + line.last_s - line.first_s
                break
        else:
            found.append((line, line.last_s - line.first_s))
    return [line for line, seen_s in found if seen_s > _THROUGHOUT * length_s]


def _is_one(a: Line, b: Line) -> bool:
    near = 0.5 * min(a.box.height, b.box.height)
    place = abs(a.box.left - b.box.left) < 2 * near and same_row(a.box, b.box)
    return place and alike(a.text, b.text)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
