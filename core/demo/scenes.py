"""The sample project's scenes (studio, interview, street, slide): each a still and a motion."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from core.demo.paint import SIZE, Box, Colour, Look, fine, gradient, paste, person, sprite, write

WIDTH, HEIGHT = SIZE
Motion = Callable[[Image.Image, float], None]


@dataclass(frozen=True)
class Style:
    """A channel's looks: its two colours and the name in the corner."""

    name: str
    dark: Colour
    bright: Colour


@dataclass(frozen=True)
class Scene:
    """What stands still, and what is drawn over a copy of it at each time (seconds in the shot)."""

    still: Image.Image
    motion: Motion

    def at(self, time_s: float) -> Image.Image:
        """The picture at a time, SIZE, RGB."""
        picture = self.still.copy()
        self.motion(picture, time_s)
        return picture


def studio(style: Style, anchor: Look, title: str, left: bool = False) -> Scene:
    """One presenter behind a desk, with a screen beside."""
    still = gradient(SIZE, style.dark, _mix(style.dark, (0, 0, 0), 0.5))
    draw = ImageDraw.Draw(still)
    for x in range(-40, WIDTH, 80):
        draw.line((x, 0, x + 120, HEIGHT), _mix(style.dark, style.bright, 0.18), 3)
    screen = (330, 48, 600, 200) if not left else (40, 48, 310, 200)
    _screen(still, screen, style)
    place = 95 if not left else 325

    def motion(picture: Image.Image, time_s: float) -> None:
        sway = 3 * math.sin(time_s * 1.3)
        paste(picture, person(anchor, 230, _speaking(time_s)), place + sway, 62)
        _desk(picture, style)
        _lower_third(picture, style, title)

    return Scene(still, motion)


def interview(style: Style, host: Look, guest: Look, title: str) -> Scene:
    """Host and guest side by side in two frames."""
    still = gradient(SIZE, _mix(style.dark, (255, 255, 255), 0.08), style.dark)
    boxes = ((24, 40, 308, 270), (332, 40, 616, 270))
    rooms = (_mix(style.bright, (255, 255, 255), 0.45), (206, 196, 178))
    for box, room in zip(boxes, rooms, strict=True):
        still.paste(gradient((284, 230), room, _mix(room, (60, 60, 60), 0.35)), box[:2])
    draw = ImageDraw.Draw(still)
    for shelf in (80, 120, 160):  # the guest sits before books
        draw.rectangle((350, shelf, 600, shelf + 4), (120, 96, 74))
        for number, x in enumerate(range(356, 590, 13)):
            draw.rectangle((x, shelf - 26, x + 9, shelf), _BOOKS[(number + shelf) % len(_BOOKS)])

    def motion(picture: Image.Image, time_s: float) -> None:
        guest_speaks = time_s % 8 > 2.5
        for box, look, speaks in (
            (boxes[0], host, not guest_speaks),
            (boxes[1], guest, guest_speaks),
        ):
            sway = 2 * math.sin(time_s * 1.1 + box[0])
            figure = person(look, 200, speaks and _speaking(time_s)).crop((0, 0, 200, 186))
            paste(picture, figure, box[0] + 42 + sway, 84)
        _lower_third(picture, style, title)

    return Scene(still, motion)


def street(style: Style, title: str, sky: Colour, houses: int, tram: Colour) -> Scene:
    """A street with houses and a tram that comes through; `houses` picks another row of houses."""
    still = gradient(SIZE, sky, _mix(sky, (255, 255, 255), 0.6))
    draw = ImageDraw.Draw(still)
    for number, x in enumerate(range(-20, WIDTH, 74)):
        _house(draw, x, 70 + (number * 53 + houses * 31) % 110, _HOUSES[(number + houses) % 5])
    draw.rectangle((0, 262, WIDTH, HEIGHT), (96, 98, 104))
    draw.rectangle((0, 250, WIDTH, 264), (172, 168, 160))
    for y in (296, 312):
        draw.line((0, y, WIDTH, y), (62, 62, 66), 3)

    def motion(picture: Image.Image, time_s: float) -> None:
        paste(picture, _sun(), 520 - houses * 60, 18 + 4 * math.sin(time_s * 0.4))
        for number in range(3):
            x = (90 + 210 * number + (14 + 5 * number) * time_s) % (WIDTH + 60) - 40
            paste(
                picture, _walker(number + houses), x, 212 + abs(3 * math.sin(time_s * 4 + number))
            )
        paste(picture, _tram(tram), (time_s * 70 + houses * 90) % (WIDTH + 340) - 300, 208)
        _lower_third(picture, style, title)

    return Scene(still, motion)


def slide(style: Style, heading: str, values: tuple[float, ...], title: str) -> Scene:
    """A bar chart whose bars grow while a pointer runs along."""
    still = gradient(SIZE, (250, 249, 245), (226, 228, 232))
    draw = ImageDraw.Draw(still)
    draw.rectangle((0, 0, WIDTH, 56), style.dark)
    write(still, (24, 28), heading, 24)
    draw.line((70, 272, 590, 272), (90, 90, 96), 3)
    step = 500 / len(values)

    def motion(picture: Image.Image, time_s: float) -> None:
        bars = ImageDraw.Draw(picture)
        for number, value in enumerate(values):
            grown = value * min(1.0, max(0.0, time_s - 0.3 * number) / 1.5)
            x = 84 + number * step
            colour = (
                style.bright if number == len(values) - 1 else _mix(style.dark, style.bright, 0.4)
            )
            bars.rectangle((x, 270 - 190 * grown, x + step * 0.62, 270), colour)
        pointer = 80 + (time_s * 55) % 500
        bars.ellipse((pointer - 9, 278, pointer + 9, 296), style.bright)
        _lower_third(picture, style, title)

    return Scene(still, motion)


_BOOKS = ((158, 74, 62), (62, 96, 122), (196, 160, 84), (84, 118, 84), (112, 84, 120))
_HOUSES = ((190, 120, 96), (214, 190, 150), (150, 164, 176), (176, 148, 160), (226, 214, 196))


def _speaking(time_s: float) -> bool:
    return math.sin(time_s * 9) + math.sin(time_s * 5.3) > 0


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _screen(picture: Image.Image, box: tuple[int, int, int, int], style: Style) -> None:
    """A screen in the studio: a line of hills and the channel's sun."""
    left, top, right, bottom = box
    inside = gradient(
        (right - left, bottom - top), style.bright, _mix(style.bright, (255, 255, 255), 0.5)
    )
    draw = ImageDraw.Draw(inside)
    draw.ellipse((170, 24, 226, 80), (255, 240, 200))
    for x, height, colour in ((-40, 80, 0.35), (70, 110, 0.5), (150, 70, 0.65)):
        hill = (x, bottom - top - height, x + 220, bottom - top + height)
        draw.ellipse(hill, _mix(style.bright, style.dark, colour))
    picture.paste(inside, (left, top))
    ImageDraw.Draw(picture).rectangle(box, outline=(235, 235, 235), width=3)


def _desk(picture: Image.Image, style: Style) -> None:
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 262, WIDTH, HEIGHT), _mix(style.dark, (255, 255, 255), 0.14))
    draw.rectangle((0, 262, WIDTH, 268), style.bright)


def _lower_third(picture: Image.Image, style: Style, title: str) -> None:
    """The burned-in title and the channel's name."""
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 306, WIDTH, 346), style.dark)
    draw.rectangle((0, 306, 10, 346), style.bright)
    write(picture, (24, 326), title, 21)
    draw.rounded_rectangle((WIDTH - 140, 12, WIDTH - 14, 38), 6, style.bright)
    write(picture, (WIDTH - 77, 25), style.name, 14, style.dark, "mm")


def _house(draw: ImageDraw.ImageDraw, x: int, top: int, colour: Colour) -> None:
    draw.rectangle((x, top, x + 70, 254), colour)
    draw.polygon((x - 4, top, x + 74, top, x + 35, top - 26), _mix(colour, (70, 40, 36), 0.5))
    for y in range(top + 14, 230, 32):
        for left in (x + 10, x + 42):
            draw.rectangle((left, y, left + 17, y + 19), (246, 236, 190))


@lru_cache(maxsize=1)
def _sun() -> Image.Image:
    return sprite((64, 64), lambda draw: draw.ellipse(fine(2, 2, 62, 62), (255, 226, 130)))


@lru_cache(maxsize=8)
def _tram(colour: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw) -> None:
        draw.rounded_rectangle(fine(0, 14, 300, 92), 60, colour)
        draw.rectangle(fine(6, 66, 294, 72), (250, 250, 250))
        for x in range(16, 270, 46):
            draw.rounded_rectangle(fine(x, 26, x + 36, 56), 16, (196, 224, 236))
        for x in (40, 90, 200, 250):
            draw.ellipse(fine(x, 82, x + 20, 102), (44, 44, 50))
        draw.line(fine(150, 14, 170, 0), (70, 70, 76), 10)

    return sprite((300, 104), paint)


@lru_cache(maxsize=8)
def _walker(number: int) -> Image.Image:
    coat = ((178, 68, 62), (58, 104, 150), (92, 128, 84), (170, 130, 60))[number % 4]

    def paint(draw: ImageDraw.ImageDraw) -> None:
        body: Box = (6.0, 16.0, 24.0, 44.0)
        draw.rounded_rectangle(fine(*body), 20, coat)
        draw.ellipse(fine(8, 1, 22, 16), (222, 184, 150))
        for x in (9, 17):
            draw.rectangle(fine(x, 43, x + 5, 60), (52, 54, 66))

    return sprite((30, 62), paint)
