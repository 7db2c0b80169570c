"""Draws clips with burned-in subtitles whose words and times are known, over a moving ground."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

HOLD_S, GAP_S, RATE = 2.4, 0.6, 10  # how long a line stays, and how long there is none
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"  # Debian's fonts-noto-cjk

ENGLISH = (
    *("Good evening and welcome to the news", "The vaccine protects older people"),
    *("Doctors say it is safe", "Have you had your injection yet?"),
    *("Yes, we both had it last week", "People over sixty should come"),
    *("The clinic is open until nine", "It takes about fifteen minutes"),
    *("Bring your identity card with you", "Nobody was turned away today"),
    *("The weather stays dry tomorrow", "Thank you for watching"),
)
SIMPLIFIED = (
    *("各位观众晚上好", "老年人更容易感染更容易病重", "医生说接种疫苗是安全的", "你们打了疫苗了吗"),
    *("我们上个星期都打了", "六十岁以上的人应该来", "门诊一直开到晚上九点", "大概需要十五分钟"),
    *("请带上你的身份证", "今天没有人被拒绝", "明天天气依然干燥", "感谢您收看今天的节目"),
)
TRADITIONAL = (
    *("各位觀眾晚安歡迎收看", "老年人更容易感染病毒", "醫生說接種疫苗很安全", "你們打過疫苗了嗎"),
    *("我們上個禮拜都打了", "六十歲以上的長者應該來", "診所一直開到晚上九點", "大概需要十五分鐘"),
    *("請帶著你的身分證", "今天沒有人被拒絕", "明天天氣依然乾燥", "謝謝您的收看"),
)
_TICKER = (
    "Markets fall sharply after the bank report * Rain in the north * The final goes on * " * 4
)
Beside = Callable[[ImageDraw.ImageDraw, float, int, int], None]


@dataclass(frozen=True)
class Clip:
    """One layout; sizes and places are shares of the picture's height."""

    name: str
    texts: Sequence[str]
    width: int = 640
    height: int = 360
    size: float = 0.05
    top: float = 0.86
    colour: str = "white"
    box: bool = False
    left: float | None = None  # None: centred
    bright: bool = False
    beside: bool = False  # a logo, name plates and a ticker as well


def _both(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return [f"{a}\n{b}" for a, b in zip(first, second, strict=True)]


CLIPS = (
    Clip("Chinese", SIMPLIFIED),
    Clip("English", ENGLISH),
    Clip("traditional, small, 720p", TRADITIONAL, 1280, 720, size=0.035),
    Clip("yellow, at the top", SIMPLIFIED, colour="yellow", top=0.05),
    Clip("on a box", ENGLISH, box=True),
    Clip("two lines", _both(ENGLISH, ENGLISH[::-1]), top=0.8),
    Clip("bilingual", _both(SIMPLIFIED, ENGLISH), top=0.8),
    Clip("large, at the left", SIMPLIFIED, size=0.09, left=0.2, top=0.82),
    Clip("on a bright ground", SIMPLIFIED, bright=True),
    Clip("beside plates and a ticker", SIMPLIFIED, top=0.84, beside=True),
    Clip("upright video", SIMPLIFIED, 360, 640, size=0.035, top=0.7),
    Clip("plates and a ticker only", [""] * 12, beside=True),
)


def write(clip: Clip, path: Path) -> None:
    """Draw the clip into an MP4."""
    ground = _ground(clip)
    font = ImageFont.truetype(_FONT.format("Bold"), round(clip.size * clip.height))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "26"})
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        for number in range(round(len(clip.texts) * (HOLD_S + GAP_S) * RATE)):
            picture = _picture(clip, ground, font, number / RATE)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def _ground(clip: Clip) -> np.ndarray:
    """(H + 300, W + 300, 3) uint8: soft patches with fine grain."""
    random = np.random.default_rng(len(clip.name))
    high, wide = clip.height + 300, clip.width + 300
    patches = random.integers(0, 256, (high // 16, wide // 16, 3)).astype(np.uint8)
    soft = np.asarray(Image.fromarray(patches).resize((wide, high), Image.Resampling.BICUBIC))
    grain = soft + random.integers(-18, 18, soft.shape)
    return np.clip(grain // 2 + 150 if clip.bright else grain, 0, 255).astype(np.uint8)


def _picture(
    clip: Clip, ground: np.ndarray, font: ImageFont.FreeTypeFont, time_s: float
) -> np.ndarray:
    down, right = (int(150 + 140 * wave(time_s / 2)) for wave in (np.cos, np.sin))
    window = ground[down : down + clip.height, right : right + clip.width]
    image = Image.fromarray(np.ascontiguousarray(window))
    draw = ImageDraw.Draw(image)
    place, since = divmod(time_s, HOLD_S + GAP_S)
    if since >= GAP_S:
        _subtitle(draw, clip, font, clip.texts[int(place)])
    if clip.beside:
        _plates(draw, clip, time_s)
    return np.asarray(image)


def _subtitle(
    draw: ImageDraw.ImageDraw, clip: Clip, font: ImageFont.FreeTypeFont, text: str
) -> None:
    high = clip.size * clip.height
    for row, line in enumerate(text.split("\n")):
        wide = draw.textlength(line, font=font)
        x = (clip.width - wide) / 2 if clip.left is None else clip.left * clip.width
        y = clip.top * clip.height + 1.25 * row * high
        if clip.box:
            draw.rectangle((x - 6, y, x + wide + 6, y + 1.3 * high), fill="black")
        edge = 0 if clip.box else max(1, round(clip.height / 240))
        draw.text((x, y), line, font=font, fill=clip.colour, stroke_width=edge, stroke_fill="black")


def _plates(draw: ImageDraw.ImageDraw, clip: Clip, time_s: float) -> None:
    wide, high = clip.width, clip.height
    plain = ImageFont.truetype(_FONT.format("Regular"), round(0.045 * high))
    if time_s % 12 < 6:
        draw.rectangle((0.1 * wide, 0.72 * high, 0.55 * wide, 0.78 * high), fill="#204080")
        names = ("Anna Miller, doctor", "王小明 卫生局局长", "Tom Baker, mayor")
        draw.text((0.12 * wide, 0.722 * high), names[int(time_s) // 12 % 3], "white", plain)
    draw.text((0.03 * wide, 0.04 * high), "CNEWS 24", "white", plain)
    draw.rectangle((0, 0.94 * high, wide, high), fill="#802020")
    draw.text((wide - 60 * time_s, 0.945 * high), _TICKER, "white", plain)
