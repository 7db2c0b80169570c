"""Burned-in subtitles: where they are, when they change, and what is none, on drawn lines."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.video.burned_in import merging
from core.video.burned_in.band import Band, Seen, find_band
from core.video.burned_in.boxes import Box, covered, shared
from core.video.burned_in.following import Follower, Line
from core.video.burned_in.sorting import sort_lines
from core.video.burned_in.strokes import printed, same, strokes

WIDTH, HEIGHT = 640, 360
BAND = Band(310.0, 20.0)
SPOKEN = ("Good evening", "The doctors agree", "Nobody was turned away", "It takes minutes")


def drawn(text: str, at: tuple[int, int] = (120, 300), seed: int = 0, ground: int = 60):
    """A grey picture with white letters on a ground of noise."""
    noise = np.random.default_rng(seed).integers(0, ground, (HEIGHT, WIDTH)).astype(np.uint8)
    picture = Image.fromarray(noise)
    font = ImageFont.load_default(20)
    ImageDraw.Draw(picture).text(at, text, font=font, fill=255, stroke_width=1, stroke_fill=0)
    return np.asarray(picture)


def box_of(text: str, at: tuple[int, int] = (120, 300)) -> Box:
    return Box(at[0], at[1], at[0] + ImageFont.load_default(20).getlength(text), at[1] + 24)


def seen(text: str, at: tuple[int, int] = (120, 300)) -> Seen:
    return Seen(box_of(text, at), printed(drawn(text, at), box_of(text, at)))


def line(text: str, first_s: float, last_s: float, left: float = 120, row: float = 310) -> Line:
    box = Box(left, row - 10, left + 10 * len(text), row + 10)
    return Line(box, first_s, last_s, text, 0.95, np.zeros((20, 10), np.float32))


def spoken(row: float = 310, beginning_s: float = 0.0) -> list[Line]:
    times = [beginning_s + 3 * n for n in range(len(SPOKEN))]
    return [line(text, at, at + 2, row=row) for text, at in zip(SPOKEN, times, strict=True)]


def test_boxes_say_what_they_share() -> None:
    a, b = Box(0, 0, 10, 10), Box(5, 0, 15, 10)
    assert shared(a, b) == pytest.approx(1 / 3)
    assert covered(a, b) == pytest.approx(0.5)
    assert shared(a, a.moved(20, 0)) == covered(a, a.moved(20, 0)) == 0


def test_the_band_is_where_the_text_changes() -> None:
    looks = [
        (2.0 * n, [seen(f"{SPOKEN[n % 4]} {n}"), seen("CHANNEL", (20, 20))]) for n in range(12)
    ]
    band = find_band(looks, WIDTH, HEIGHT)
    assert band is not None
    assert band.middle == pytest.approx(312, abs=2)


def test_text_that_stays_or_is_not_there_makes_no_band() -> None:
    stays = [(2.0 * n, [seen("CHANNEL", (20, 20)), seen("Anna Miller")]) for n in range(12)]
    assert find_band(stays, WIDTH, HEIGHT) is None
    assert find_band([(2.0 * n, []) for n in range(12)], WIDTH, HEIGHT) is None
    assert find_band([], WIDTH, HEIGHT) is None


def test_text_that_runs_through_is_no_band() -> None:
    looks = [(2.0 * n, [seen(f"{n} markets fall sharply " * 3, (2, 340))]) for n in range(12)]
    assert find_band(looks, WIDTH, HEIGHT) is None


def test_letters_are_known_again_on_another_ground() -> None:
    box = box_of(SPOKEN[0])
    before = strokes(drawn(SPOKEN[0], seed=1), box)
    assert same(before, strokes(drawn(SPOKEN[0], seed=2, ground=120), box))
    assert not same(before, strokes(drawn(SPOKEN[3], seed=1), box))
    assert not same(before, strokes(drawn("", seed=1), box))


def test_a_line_is_read_when_it_comes_and_followed_while_it_stays() -> None:
    follower, read = Follower(), []
    for number in range(20):
        text = SPOKEN[number // 10]
        picture = drawn(text, seed=number)

        def reading(_box: Box, text: str = text) -> tuple[str, float]:
            read.append(text)
            return text, 0.99

        follower.look(0.4 * number, picture, [box_of(text)], reading)
    lines = follower.finish()
    assert [one.text for one in lines] == list(SPOKEN[:2]) == read
    assert [(one.first_s, one.last_s) for one in lines] == [
        (0.0, pytest.approx(3.6)),
        (pytest.approx(4.0), pytest.approx(7.6)),
    ]


def test_a_still_picture_keeps_its_lines_but_not_those_that_were_gone() -> None:
    follower = Follower()
    follower.look(0.0, drawn(SPOKEN[0]), [box_of(SPOKEN[0])], lambda _: (SPOKEN[0], 0.9))
    follower.stay(0.4)
    follower.look(0.8, drawn(""), [], lambda _: ("", 0.0))
    follower.stay(1.2)
    follower.stay(9.0)
    assert [one.last_s for one in follower.finish()] == [0.4]


def test_an_unsure_line_is_read_again() -> None:
    follower, readings = Follower(), iter([("Go0d", 0.6), ("Good evening", 0.9), ("Godd", 0.5)])
    for number in range(5):
        picture = drawn(SPOKEN[0], seed=number)
        follower.look(0.4 * number, picture, [box_of(SPOKEN[0])], lambda _: next(readings))
    (one,) = follower.finish()
    assert (one.text, one.sure, one.readings) == ("Good evening", 0.9, 3)


def test_a_line_lost_for_a_moment_is_one_line() -> None:
    pieces = [line("Good evening", 0, 2), line("Good evenlng", 2.8, 4), line("Now sport", 5, 7)]
    joined = merging.joined_in_time(pieces, 1.0)
    assert [(one.text, one.first_s, one.last_s) for one in joined] == [
        ("Good evening", 0, 4),
        ("Now sport", 5, 7),
    ]


def test_plates_and_logos_are_no_subtitles() -> None:
    plate = line("Anna Miller, doctor", 0, 8, row=280)
    logo = line("CHANNEL", 0, 25, row=310, left=20)
    found = sort_lines([*spoken(), plate, logo], [], BAND, 0.4, 60.0)
    assert [one.text for one in found.captions] == list(SPOKEN)
    assert [one.text for one in found.on_screen] == ["Anna Miller, doctor"]


def test_a_second_row_that_comes_and_goes_with_the_first_belongs_to_it() -> None:
    second = ("to you", "on that", "at the door", "of your time")
    below = [line(text, 3 * n, 3 * n + 2, row=334) for n, text in enumerate(second)]
    found = sort_lines([*spoken(), *below], [], BAND, 0.4, 12.0)
    assert [one.text for one in found.captions] == [
        f"{a}\n{b}" for a, b in zip(SPOKEN, second, strict=True)
    ]
    assert found.on_screen == []


def test_a_few_changing_lines_are_no_subtitles() -> None:
    found = sort_lines(spoken()[:2], [], BAND, 0.4, 60.0)
    assert found.captions == []
    assert [one.text for one in found.on_screen] == list(SPOKEN[:2])


def test_lines_that_begin_elsewhere_are_not_taken_unless_they_go_on() -> None:
    sign = line("EXIT", 0, 2, left=500)
    goes_on = line("to you", 3, 5, left=120 + 10 * len(SPOKEN[1]) + 20)
    found = sort_lines([*spoken(), sign, goes_on], [], BAND, 0.4, 60.0)
    assert [one.text for one in found.captions] == [
        SPOKEN[0], f"{SPOKEN[1]} to you", *SPOKEN[2:]
    ]  # fmt: skip
    assert [one.text for one in found.on_screen] == ["EXIT"]


def test_name_plates_alone_are_no_subtitles() -> None:
    plates = [line(f"Guest {name}", 12 * n, 12 * n + 6) for n, name in enumerate("ABCDEF")]
    plates = [Line(**{**vars(one), "text": SPOKEN[n % 4]}) for n, one in enumerate(plates)]
    found = sort_lines(plates, [], BAND, 0.4, 90.0)
    assert found.captions == []
    assert len(found.on_screen) == len(plates)


def test_lines_that_come_back_are_no_subtitles() -> None:
    said = ("DR AGUS", "NEWS 1", "SUMMIT", "NEWS 1", "NEWS 1", "DR AGUS", "BREAKING")
    lines = [line(text, 10 * n, 10 * n + 3) for n, text in enumerate(said)]
    assert sort_lines(lines, [], BAND, 0.4, 200.0).captions == []
