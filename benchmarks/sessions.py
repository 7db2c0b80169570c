"""Thirty browsers' worth of sessions on Explore while a training runs: how long each answer takes.

    python -m benchmarks.sessions                       # 30 sessions for 60 s on 600 drawn frames
    python -m benchmarks.sessions --sessions 5 --seconds 20

Each session is a websocket that speaks Streamlit's protocol and a client of the routes that a page
asks: it opens Explore, loads the map, then points, clicks, decodes places and changes its choices
with pauses as people make them. It ends with 1 where an answer failed or a p95 is 1 s or more.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import httpx
import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.killing.processes import Web
from core import jobs
from core.config import preset
from core.storage import Database, analyses, videos

_RUN = "many-frames"
_GOAL_S = 1.0
_PAUSE_S = (0.5, 3.0)  # between two acts of one person
_WALL_S = 60.0
_LIMITS = httpx.Limits(keepalive_expiry=3.0)  # the server ends them after 5 s; browsers ask again


class Measured:
    """Seconds of each answer by route, and what failed."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()

    async def take(self, name: str, ask: Callable[[], Awaitable[None]]) -> None:
        began = time.perf_counter()
        try:
            await asyncio.wait_for(ask(), _WALL_S)
        except Exception as error:
            self.failed[f"{name}: {type(error).__name__} {error}"[:200]] += 1
        self.seconds[name].append(time.perf_counter() - began)

    def p95(self, name: str) -> float:
        return float(np.percentile(self.seconds[name], 95))


class Session:
    """One person's browser on Explore."""

    def __init__(self, port: int, db: Database, measured: Measured, rng: Random) -> None:
        self._port, self._measured, self._rng = port, measured, rng
        self._clusterings = [one.id for one in analyses.clusterings_of(db, _RUN)]
        self._projections = [one.id for one in analyses.projections_of(db, _RUN)]
        self._frames = [(video.id, video.frames) for video in videos.ready(db)]

    async def live(self, seconds: float) -> None:
        """Open the page, load the map, and act until the time is over."""
        until = time.monotonic() + seconds
        origin = f"http://127.0.0.1:{self._port}"
        socket = f"ws://127.0.0.1:{self._port}/_stcore/stream"
        async with (
            httpx.AsyncClient(base_url=origin, timeout=_WALL_S, limits=_LIMITS) as web,
            connect(socket, subprotocols=["streamlit"], origin=origin, max_size=None) as page,
        ):
            await self._measured.take("page, opened", lambda: self._draw(page, ""))
            for name, path in self._map():
                await self._ask(web, name, path)
            while time.monotonic() < until:
                await asyncio.sleep(self._rng.uniform(*_PAUSE_S))
                await self._act(web, page)

    def _map(self) -> list[tuple[str, str]]:
        run = f"/api/runs/{_RUN}"
        return [
            ("rows", f"{run}/rows"),
            ("captions", f"{run}/captions"),
            ("figure", f"{run}/figures/{self._projections[0]}"),
            ("clustering", f"{run}/clusterings/{self._clusterings[0]}"),
            ("cards", f"{run}/clusterings/{self._clusterings[0]}/cards"),
            ("shots", f"{run}/shots"),
            ("atlas of the run", f"{run}/atlas/0.webp"),
            ("atlas of a video", f"/api/videos/{self._frames[0][0]}/atlas/0.webp"),
        ]

    async def _act(self, web: httpx.AsyncClient, page: ClientConnection) -> None:
        video, frames = self._rng.choice(self._frames)
        index = self._rng.randrange(frames)
        run = f"/api/runs/{_RUN}"
        act = self._rng.random()
        if act < 0.35:  # a click: the panel's text and its two pictures
            panel = f"{run}/points/{video}/{index}?clustering={self._clusterings[0]}"
            await self._ask(web, "point", panel)
            await self._ask(web, "frame", f"/api/videos/{video}/frames/{index}.jpg")
            await self._ask(web, "keyframe", f"{run}/keyframes/{video}/{index}.jpg")
        elif act < 0.7:  # the pointer over empty space
            x, y = self._rng.uniform(-2, 2), self._rng.uniform(-2, 2)
            place = f"projection={self._projections[0]}&x={x}&y={y}"
            await self._ask(web, "decode a place", f"{run}/decode?{place}")
        elif act < 0.8:
            ends = f"from={video}:{index}&to={self._frames[0][0]}:0"
            await self._ask(web, "walk", f"{run}/walk?projection={self._projections[0]}&{ends}")
        elif act < 0.85:  # the cards, the parts that a nearer look names, the map's quality
            division = f"{run}/clusterings/{self._clusterings[0]}"
            name, path = self._rng.choice(
                [
                    ("cards", f"{division}/cards"),
                    ("parts", f"{division}/parts"),
                    ("quality", f"{run}/figures/{self._projections[0]}/quality"),
                ]
            )
            await self._ask(web, name, path)
        else:  # another colour, or a frame in the address: the page is drawn anew
            chosen = self._rng.choice(("colour=Video", "colour=Time", f"frame={video}:{index}"))
            await self._measured.take("page, drawn again", lambda: self._draw(page, chosen))

    async def _ask(self, web: httpx.AsyncClient, name: str, path: str) -> None:
        async def ask() -> None:
            answer = await web.get(path)
            answer.raise_for_status()
            if answer.headers["content-type"].startswith("text/html"):
                raise RuntimeError("Streamlit answered: no route of ours has this address")

        await self._measured.take(name, ask)

    async def _draw(self, page: ClientConnection, query: str) -> None:
        """Have the page's script run, and hear it to its end."""
        wish = BackMsg()
        wish.rerun_script.query_string = f"run={_RUN}&projection=pca&{query}"
        wish.rerun_script.page_name = "explore"
        await page.send(wish.SerializeToString())
        while True:
            said = ForwardMsg.FromString(bytes(await page.recv()))
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(said.delta.new_element.exception.message)
            if kind == "script_finished":
                if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"the script ended with {said.script_finished}")
                return


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="sessions-"))
    from benchmarks.explore_library import make_library

    db = make_library(folder / "data", options.frames)
    web = Web(db.files.folder)
    web.keep()
    measured = Measured()
    try:
        if not web.answers():
            raise SystemExit("The app did not start.")
        job_id = _train(db) if not options.idle else None
        asyncio.run(_all(options, web.port, db, measured))
        if job_id is not None:
            print(f"The training was {jobs.get(db, job_id).state} at the end.")
            jobs.cancel(db, job_id)
    finally:
        web.end()
        jobs.stop_worker(db)
    shutil.rmtree(folder, ignore_errors=True)
    return _print(measured)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--idle", action="store_true", help="without a training beside")
    return parser.parse_args()


def _train(db: Database) -> str:
    """A training that lasts longer than the measurement, and is at work when this returns."""
    config = preset("compact", "fast", {"steps": "1000000", "held_out": "none"})
    run, job_id = jobs.submit_training(db, config, [video.id for video in videos.ready(db)])
    until = time.monotonic() + 120
    while "step" not in jobs.get(db, job_id).message and time.monotonic() < until:
        time.sleep(0.5)
    print(f"Training {run.id}: {jobs.get(db, job_id).message}")
    return job_id


async def _all(options: argparse.Namespace, port: int, db: Database, measured: Measured) -> None:
    """The sessions open one after the other within 10 s, and live on together."""

    async def one(number: int) -> None:
        await asyncio.sleep(10.0 * number / options.sessions)
        await Session(port, db, measured, Random(number)).live(options.seconds)

    await asyncio.gather(*(one(number) for number in range(options.sessions)))


def _print(measured: Measured) -> int:
    print(f"{'answer':<20}{'number':>8}{'median, ms':>12}{'p95, ms':>10}{'worst, ms':>11}")
    for name, seconds in measured.seconds.items():
        figures = (np.median(seconds), measured.p95(name), max(seconds))
        cells = "".join(f"{1000 * s:>{w}.0f}" for s, w in zip(figures, (12, 10, 11), strict=True))
        print(f"{name:<20}{len(seconds):>8}{cells}")
    for what, times in measured.failed.items():
        print(f"FAILED {times} times: {what}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")
    late = [name for name in measured.seconds if measured.p95(name) >= _GOAL_S]
    return int(bool(measured.failed or late))


if __name__ == "__main__":
    sys.exit(main())
