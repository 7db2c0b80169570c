"""Measures Explore in a real browser at several numbers of points: opening, hover, click, colour.

    python -m benchmarks.explore_latency --points 500 5000 50000
    python -m benchmarks.explore_latency --url http://127.0.0.1:8501   # an app that runs already

Numbers to read, never a test: they depend on the machine and on what else it does. The libraries
are drawn, nothing is trained. Each latency is taken inside the page, from the event of pointer or
key to the picture of the screen in which the answer shows.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

_ROOT = Path(__file__).parents[1]
_SERVE = [sys.executable, "-m", "streamlit", "run", "benchmarks/explore_app.py", "--server.port"]
READY = ".vab-explorer[data-ready]"
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    # WebGL where there is no graphics card; the page is put together without it, as a browser does
    # there. With --use-gl=angle it is too, in the same software: 180 ms for each picture.
    "--enable-unsafe-swiftshader",
]
TARGETS_MS = {  # up to 5,000 points, and above
    "first plot": (2000, 3000),
    "hover card": (50, 50),
    "click panel": (150, 200),
    "recolour": (120, 300),
    "grey out": (120, 350),
    "move the map": (60, 150),
    "zoom by key": (60, 150),
    "decode a place": (100, 100),
}

_WATCH = """
() => {
  const shown = (node, name, key) => {
    const note = () => requestAnimationFrame(() => {
      window.latency[key] ??= performance.now() - window.latency.began;
    });
    new MutationObserver(note).observe(node, { attributes: true, attributeFilter: [name] });
  };
  window.latency = {};
  shown(document.querySelector(".vab-card:not(.vab-place-card)"), "data-frame", "hover");
  shown(document.querySelector(".vab-place-card"), "data-place", "decode");
  shown(document.querySelector(".vab-panel"), "data-complete", "click");
  shown(document.querySelector(".vab-explorer"), "data-ready", "recolour");
  const begin = () => { window.latency = { began: performance.now() }; };
  let last = "";
  window.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (last === `${clientX} ${clientY}`) return; // repeated by the browser when the page changes
    last = `${clientX} ${clientY}`;
    begin();
  }, { capture: true });
  window.addEventListener("pointerdown", begin, { capture: true });
}
"""
# From the request for the page: until the screen shows the picture behind the drawn map.
_OPENED = f"""
new MutationObserver((_, observer) => {{
  if (!document.querySelector("{READY}")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => {{ window.opened = performance.now(); }}));
}}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-ready"] }});
"""
_BARE = """
const bare = ([x, y]) => {
  const there = document.elementFromPoint(x, y); // null outside the window
  return there?.closest(".vab-map .draglayer"); // its margins have no place behind them
};
"""
_PLACES = f"""
({{ view }}) => {{
  {_BARE}
  const box = view.map.getBoundingClientRect();
  return [...view.order].map((row) => view.pixel(row)).map(([x, y]) => [box.left + x, box.top + y])
    .filter(bare);
}}
"""
_EMPTY = f"""
({{ view }}) => {{
  {_BARE}
  const box = view.map.getBoundingClientRect(), found = [];
  const near = (x, y) => view.order.some((row) => {{ // pointed at from 14 pixels and its radius
    const [px, py] = view.pixel(row);
    return Math.hypot(px - x, py - y) < 22;
  }});
  for (let x = 30; x < box.width; x += 23) {{
    for (let y = 30; y < box.height; y += 23) {{
      if (bare([box.left + x, box.top + y]) && !near(x, y)) found.push([box.left + x, box.top + y]);
    }}
  }}
  return found;
}}
"""
# Until the screen shows it: the next picture but one begins when this one is done.
_TIMED = """
async ({ view }, act) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const pressed = (key) =>
    view.map.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const began = performance.now();
  if (act === "grey") view.chooseCluster(1 + (view.focus ?? 0) % view.division.k);
  else pressed(view.zoomedIn = view.zoomedIn === "+" ? "-" : "+");
  await drawn();
  const took = performance.now() - began;
  await new Promise((done) => setTimeout(done, 250));
  return took;
}
"""
# From the pointer's event, which may have waited, to the picture behind it.
_DRAGGED = """
() => {
  window.dragged = [];
  window.addEventListener("mousemove", ({ buttons, timeStamp }) => {
    const shown = () => window.dragged.push(performance.now() - timeStamp);
    if (buttons) requestAnimationFrame(() => setTimeout(shown));
  }, { capture: true });
}
"""
_CHOOSE = """(colour) => {
  const list = document.querySelector(".vab-colours");
  window.latency = { began: performance.now() };
  list.value = colour;
  list.dispatchEvent(new Event("change"));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[500, 5000, 50_000])
    parser.add_argument("--libraries", type=Path, help="where the libraries are kept; else thrown")
    parser.add_argument("--url", help="measure this app instead")
    parser.add_argument("--times", type=int, default=30, help="how often each thing is done")
    options = parser.parse_args()
    if options.url:
        print_table({"": measure(options.url, options.times)})
        return
    found = {}
    with contextlib.ExitStack() as stack:
        kept = options.libraries or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for points in options.points:
            with served(library(kept, points)) as url:
                found[f"{points:,}"] = measure(url, options.times)
    print_table(found)


def library(kept: Path, points: int) -> Path:
    """The library with so many points, made unless it is there."""
    folder = kept / f"{points}"
    if not folder.exists():
        from benchmarks.explore_library import make_library

        print(f"Drawing {points:,} frames", file=sys.stderr)
        make_library(folder, points)
    return folder


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The app on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*_SERVE, str(port)],
        env={**os.environ, "AFFINITY_DATA": str(folder), "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2)  # noqa: S310
                break
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def measure(url: str, times: int) -> dict[str, list[float]]:
    """Milliseconds of everything in TARGETS_MS, `times` of each (opening: 5)."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.add_init_script(_OPENED)
        address = f"{url}/explore?projection=pca"
        opened = [_open_ms(page, address) for _ in range(6)][1:]
        page.evaluate(_WATCH)
        page.locator(".vab-map").scroll_into_view_if_needed()
        view = page.locator(".vab-map")
        found = {"first plot": opened, **_pointed(page, view, times)}
        found["recolour"] = _recoloured(page, times)
        for name, act in (("grey out", "grey"), ("zoom by key", "zoom")):
            found[name] = [view.evaluate(_TIMED, act) for _ in range(times)]
        found["move the map"] = _moved(page, view, times)
        found["decode a place"] = _decoded(page, view, times)
        browser.close()
    return found


def print_table(found: dict[str, dict[str, list[float]]]) -> None:
    """Medians and worst of each thing, a column per number of points."""
    print(
        f"{'median (worst), ms':<20}" + "".join(f"{name:>18}" for name in found) + f"{'target':>14}"
    )
    for name, target in TARGETS_MS.items():
        cells = [
            f"{statistics.median(times[name]):.0f} ({max(times[name]):.0f})"
            for times in found.values()
        ]
        print(
            f"{name:<20}"
            + "".join(f"{cell:>18}" for cell in cells)
            + f"{'/'.join(map(str, target)):>14}"
        )


def _open_ms(page: Any, address: str) -> float:
    """From asking for the page to the drawn map, with the server warm."""
    page.goto(address)
    opened = page.wait_for_function("() => window.opened", timeout=120_000).json_value()
    page.wait_for_load_state("networkidle", timeout=120_000)  # what comes behind the map
    return float(opened)


def _pointed(page: Any, view: Any, times: int) -> dict[str, list[float]]:
    places = view.evaluate(_PLACES)
    chosen = random.Random(0).sample(places, min(times, len(places)))
    hovers, clicks = [], []
    for x, y in chosen:
        page.mouse.move(5, 5)
        page.mouse.move(x, y)
        hovers.append(_said(page, "hover"))
        page.mouse.down()
        page.mouse.up()
        clicks.append(_said(page, "click"))
        page.wait_for_timeout(400)
    return {"hover card": hovers, "click panel": clicks}


def _recoloured(page: Any, times: int) -> list[float]:
    """From choosing another colour to the drawn points."""
    found = []
    names = ("group", "video", "time", "cluster")
    for i in range(min(times, 16)):
        page.evaluate(_CHOOSE, names[i % 4])
        found.append(_said(page, "recolour"))
        page.wait_for_timeout(500)
    return found


def _moved(page: Any, view: Any, times: int) -> list[float]:
    """From each move of the pointer that drags the map to the moved points."""
    page.evaluate(_DRAGGED)
    x, y = view.evaluate(_EMPTY)[0]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, times + 1):
        page.mouse.move(x + 8 * (step % 9), y + 5 * (step % 7))
        page.wait_for_timeout(60)
    page.mouse.up()
    page.wait_for_timeout(500)
    return [float(one) for one in page.evaluate("window.dragged")]


def _decoded(page: Any, view: Any, times: int) -> list[float]:
    """From a move over empty space to the picture; without the first, which opens the model."""
    places = view.evaluate(_EMPTY)
    found = []
    for x, y in random.Random(1).choices(places, k=times + 1):
        page.mouse.move(5, 5)
        page.mouse.move(x, y)
        found.append(_said(page, "decode"))
        page.wait_for_timeout(50)
    return found[1:]


def _said(page: Any, key: str) -> float:
    handle = page.wait_for_function(f"() => window.latency.{key}", timeout=60_000)
    return float(handle.json_value())


if __name__ == "__main__":
    main()
