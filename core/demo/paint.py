"""Brushes for the sample project: gradients, writing, people, small moving things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

SIZE = (640, 360)
_FINE = 4  # sprites are drawn so many times larger, then reduced: smooth edges
_CJK_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


@dataclass(frozen=True)
class Look:
    """What tells one drawn person from another."""

    skin: Colour
    hair: Colour
    coat: Colour
    shirt: Colour = (245, 245, 240)
    long_hair: bool = False


def has_cjk() -> bool:
    """Whether a font with Chinese characters was found, so that they can be drawn."""
    return _cjk_font() is not None


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """A picture that runs from `top` to `bottom`."""
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def sprite(size: tuple[int, int], paint: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """What `paint` draws on a transparent ground of `size`, with smooth edges.

    `paint` draws in fine units: `_FINE` of them to a pixel, see `fine`.
    """
    large = Image.new("RGBA", (size[0] * _FINE, size[1] * _FINE), (0, 0, 0, 0))
    paint(ImageDraw.Draw(large))
    return large.reduce(_FINE)


def fine(*numbers: float) -> list[float]:
    """Pixels as the fine units of a sprite."""
    return [number * _FINE for number in numbers]


def paste(picture: Image.Image, thing: Image.Image, x: float, y: float) -> None:
    """Lay a sprite on the picture, its upper left corner at (x, y)."""
    picture.paste(thing, (round(x), round(y)), thing)


def write(
    picture: Image.Image,
    place: tuple[float, float],
    words: str,
    size: int,
    colour: Colour = (255, 255, 255),
    anchor: str = "lm",
) -> None:
    """Write words; `anchor` is Pillow's (lm: left, middle; mm: centred)."""
    ImageDraw.Draw(picture).text(place, words, fill=colour, font=_font(words, size), anchor=anchor)


@lru_cache(maxsize=64)
def person(look: Look, width: int, mouth_open: bool) -> Image.Image:
    """Head and shoulders, `width` pixels wide and as high."""
    w = width

    def paint(draw: ImageDraw.ImageDraw) -> None:
        if look.long_hair:
            draw.rounded_rectangle(fine(0.28 * w, 0.1 * w, 0.72 * w, 0.66 * w), 70, look.hair)
        _shoulders(draw, look, w)
        _head(draw, look, w, mouth_open)

    return sprite((w, w), paint)


def _shoulders(draw: ImageDraw.ImageDraw, look: Look, w: int) -> None:
    draw.rounded_rectangle(fine(0.1 * w, 0.62 * w, 0.9 * w, 1.3 * w), w * 0.9, look.coat)
    draw.polygon(fine(0.4 * w, 0.62 * w, 0.6 * w, 0.62 * w, 0.5 * w, 0.9 * w), look.shirt)
    draw.rectangle(fine(0.43 * w, 0.5 * w, 0.57 * w, 0.66 * w), _darker(look.skin))


def _head(draw: ImageDraw.ImageDraw, look: Look, w: int, mouth_open: bool) -> None:
    draw.ellipse(fine(0.31 * w, 0.06 * w, 0.69 * w, 0.45 * w), look.hair)
    draw.ellipse(fine(0.34 * w, 0.13 * w, 0.66 * w, 0.56 * w), look.skin)
    draw.pieslice(fine(0.32 * w, 0.07 * w, 0.68 * w, 0.4 * w), 190, 350, look.hair)
    for x in (0.43, 0.57):
        draw.ellipse(fine((x - 0.022) * w, 0.315 * w, (x + 0.022) * w, 0.36 * w), (40, 32, 30))
    low = 0.49 if mouth_open else 0.46
    draw.ellipse(fine(0.455 * w, 0.44 * w, 0.545 * w, low * w), (150, 60, 60))


def _darker(colour: Colour) -> Colour:
    red, green, blue = (int(part * 0.86) for part in colour)
    return red, green, blue


@lru_cache(maxsize=64)
def _font(words: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    cjk = _cjk_font()
    if cjk is not None and any(ord(letter) > 0x2E80 for letter in words):
        return ImageFont.truetype(cjk, size)
    return ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _cjk_font() -> str | None:
    return next((path for path in _CJK_FONTS if Path(path).is_file()), None)
