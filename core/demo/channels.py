"""The two sample channels: what each shows and says, written as a video and its captions."""

from __future__ import annotations

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
    """One scene, for so long, and what is said in it, spread evenly."""

    seconds: int
    scene: Callable[[], Scene]
    words: tuple[str, ...]


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
    shots = channel.shots()
    video, captions = folder / f"{channel.stem}.mp4", folder / f"{channel.stem}.srt"
    captions.write_text(_srt(shots), encoding="utf-8")
    _encode(shots, video)
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


def _srt(shots: list[Shot]) -> str:
    blocks: list[str] = []
    start_s = 0.0
    for shot in shots:
        step_s = shot.seconds / len(shot.words)
        for number, words in enumerate(shot.words):
            first, last = start_s + number * step_s, start_s + (number + 1) * step_s
            blocks.append(f"{len(blocks) + 1}\n{_clock(first)} --> {_clock(last)}\n{words}\n")
        start_s += shot.seconds
    return "\n".join(blocks)


def _clock(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"


def _harbour() -> list[Shot]:
    style = Style("HARBOUR NEWS", (24, 40, 74), (240, 176, 64))
    title = "New tram line opens today"
    talk, count = "Is one line enough?", "Passengers a day"
    return [
        Shot(
            10,
            lambda: studio(style, _ANNA, title),
            (
                "good morning and welcome to harbour news",
                "the city's first tram line in sixty years opens today",
                "we begin with our correspondent in the old town",
            ),
        ),
        Shot(
            10,
            lambda: street(style, "Live from the old town", (132, 182, 222), 0, (196, 62, 54)),
            (
                "people have been waiting on the square since six",
                "here comes the first tram now",
                "it will run every seven minutes",
            ),
        ),
        Shot(
            20,
            lambda: interview(style, _ANNA, _OMAR, talk),
            (
                "with me is a transport expert from the university",
                "how much will this change for people who drive to work",
                "well it takes about four thousand cars off the bridge",
                "but only if the tickets stay cheap",
                "and the second line, when will it come",
                "not before the council has found the money",
            ),
        ),
        Shot(
            10,
            lambda: slide(style, count, (0.3, 0.42, 0.55, 0.8, 1.0), "Source: city transport"),
            (
                "the numbers have doubled in every city that tried it",
                "sixty thousand passengers a day are expected here",
            ),
        ),
        Shot(
            8,
            lambda: street(style, "Live from the old town", (132, 182, 222), 0, (196, 62, 54)),
            (
                "back on the square the second tram has just left",
                "and it was full to the last seat",
            ),
        ),
        Shot(
            12,
            lambda: studio(style, _ANNA, title),
            (
                "more on the tram in our programme tonight",
                "now to the weather, it stays dry and bright",
                "thank you for watching",
            ),
        ),
    ]


def _river() -> list[Shot]:
    chinese = has_cjk()
    style = Style("江城新闻" if chinese else "RIVER NEWS", (122, 22, 30), (248, 214, 120))
    title = "新电车今日通车" if chinese else "The new tram sets out"
    live = "记者在现场" if chinese else "Our reporter on the spot"
    heading = "每日乘客人数" if chinese else "Passengers a day"
    source = "来源：市交通局" if chinese else "Source: transport bureau"
    return [
        Shot(
            10,
            lambda: studio(style, _LIN, title, left=True),
            (
                "观众朋友早上好，欢迎收看江城新闻。",
                "我市第一条现代有轨电车今天正式通车。",
                "下面请看记者从现场发回的报道。",
            ),
        ),
        Shot(
            16,
            lambda: street(style, live, (206, 214, 220), 2, (40, 128, 92)),
            (
                "一大早，站台上已经挤满了市民。",
                "老人和孩子都想坐上第一班电车。",
                "大家都说，出门比以前方便多了。",
                "司机师傅告诉我们，他准备了半年。",
            ),
        ),
        Shot(
            12,
            lambda: slide(style, heading, (0.2, 0.5, 0.7, 0.95), source),
            (
                "根据交通局的数据，每天将有八万人乘坐电车。",
                "这条线路连接火车站、医院和大学。",
                "票价两元，老年人免费。",
            ),
        ),
        Shot(
            14,
            lambda: street(style, live, (206, 214, 220), 3, (40, 128, 92)),
            (
                "电车沿着江边行驶，风景很美。",
                "市民张女士说，她以后不开车上班了。",
                "沿线的商店也迎来了更多的客人。",
            ),
        ),
        Shot(
            8,
            lambda: slide(style, heading, (0.5, 0.7, 0.95, 1.0), source),
            (
                "明年，第二条线路也将开工建设。",
                "全市公共交通网络将更加完善。",
            ),
        ),
        Shot(
            10,
            lambda: studio(style, _CHEN, title, left=True),
            (
                "专家认为，绿色出行会改变城市的生活。",
                "我们将继续关注电车的运行情况。",
                "感谢收看，再见。",
            ),
        ),
    ]


CHANNELS = (
    Channel("harbour-news", "Harbour News: a tram opens", "harbour", "en", _harbour),
    Channel("river-news", "江城新闻：电车通车", "river", "zh", _river),
)
