"""The two sample channels: what each shows, drawn as a video; what each says is in an .srt here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from core.demo.paint import SIZE, Look, has_cjk
from core.demo.scenes import Scene, Style, interview, slide, street, studio

RATE = 8  # pictures a second
_ANNA = Look((236, 200, 172), (92, 58, 40), (38, 66, 110), long_hair=True)
_OMAR = Look((178, 128, 92), (34, 28, 26), (70, 74, 84))
_LIN = Look((240, 208, 176), (28, 24, 26), (150, 40, 52), long_hair=True)
_CHEN = Look((228, 190, 156), (40, 36, 36), (46, 86, 92))


@dataclass(frozen=True)
class Shot:
    """One scene, for so long."""

    seconds: int
    scene: Callable[[], Scene]


@dataclass(frozen=True)
class Channel:
    """A channel's one video: its file's stem, its place in the library, and its shots."""

    stem: str
    title: str
    group: str
    language: str
    shots: Callable[[], list[Shot]]


def draw(channel: Channel, folder: Path) -> tuple[Path, Path]:
    """Write the channel's video and its captions into `folder`; give both paths."""
    video, captions = folder / f"{channel.stem}.mp4", folder / f"{channel.stem}.srt"
    shutil.copyfile(Path(__file__).with_name(captions.name), captions)
    _encode(channel.shots(), video)
    return video, captions


def _encode(shots: list[Shot], path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {
            "crf": "21",
            "preset": "veryfast",
            "g": str(2 * RATE),
            "sc_threshold": "0",
        }
        for shot in shots:
            scene = shot.scene()
            for number in range(shot.seconds * RATE):
                picture = np.asarray(scene.at(number / RATE))  # (360, 640, 3)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))


def _harbour() -> list[Shot]:
    style = Style("HARBOUR NEWS", (24, 40, 74), (240, 176, 64))
    title = "New tram line opens today"
    talk, count = "Is one line enough?", "Passengers a day"
    live, source = "Live from the old town", "Source: city transport"
    return [
        Shot(10, lambda: studio(style, _ANNA, title)),
        Shot(10, lambda: street(style, live, (132, 182, 222), 0, (196, 62, 54))),
        Shot(20, lambda: interview(style, _ANNA, _OMAR, talk)),
        Shot(10, lambda: slide(style, count, (0.3, 0.42, 0.55, 0.8, 1.0), source)),
        Shot(8, lambda: street(style, live, (132, 182, 222), 0, (196, 62, 54))),
        Shot(12, lambda: studio(style, _ANNA, title)),
    ]


def _river() -> list[Shot]:
    chinese = has_cjk()
    style = Style("江城新闻" if chinese else "RIVER NEWS", (122, 22, 30), (248, 214, 120))
    title = "新电车今日通车" if chinese else "The new tram sets out"
    live = "记者在现场" if chinese else "Our reporter on the spot"
    heading = "每日乘客人数" if chinese else "Passengers a day"
    source = "来源：市交通局" if chinese else "Source: transport bureau"
    return [
        Shot(10, lambda: studio(style, _LIN, title, left=True)),
        Shot(16, lambda: street(style, live, (206, 214, 220), 2, (40, 128, 92))),
        Shot(12, lambda: slide(style, heading, (0.2, 0.5, 0.7, 0.95), source)),
        Shot(14, lambda: street(style, live, (206, 214, 220), 3, (40, 128, 92))),
        Shot(8, lambda: slide(style, heading, (0.5, 0.7, 0.95, 1.0), source)),
        Shot(10, lambda: studio(style, _CHEN, title, left=True)),
    ]


CHANNELS = (
    Channel("harbour-news", "Harbour News: a tram opens", "harbour", "en", _harbour),
    Channel("river-news", "江城新闻：电车通车", "river", "zh", _river),
)
