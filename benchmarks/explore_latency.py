"""Measures the Explore page in a real browser: first page, hover card, click panel, as medians.

    python -m core app &
    python benchmarks/explore_latency.py --url http://127.0.0.1:8501

Numbers to read, never a test: they depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import time
from typing import Any

from playwright.sync_api import sync_playwright

READY = ".vab-explorer[data-ready]"
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-gl=angle",  # WebGL without a graphics card
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
TARGETS_MS = {"first page": 3000, "hover card": 100, "click panel": 300}

# Each measures inside the page, from the pointer's event to the frame in which the answer shows.
_WATCH = """
() => {
  const shown = (node, name, key) => {
    const note = () => requestAnimationFrame(() => {
      window.latency[key] = performance.now() - window.latency.began;
    });
    new MutationObserver(note).observe(node, { attributes: true, attributeFilter: [name] });
  };
  window.latency = {};
  shown(document.querySelector(".vab-card"), "data-frame", "hover");
  shown(document.querySelector(".vab-panel"), "data-complete", "click");
  const begin = () => { window.latency = { began: performance.now() }; };
  window.addEventListener("pointermove", begin, { capture: true });
  window.addEventListener("pointerdown", begin, { capture: true });
}
"""
_PLACES = """
(plot) => {
  const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
  const [{ x, y }] = plot.data;
  return Array.from(x, (place, row) => [
    box.left + xaxis._offset + xaxis.l2p(place), box.top + yaxis._offset + yaxis.l2p(y[row])]);
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--times", type=int, default=40, help="how many points are tried")
    parser.add_argument("--pages", type=int, default=5, help="how often the page is opened")
    options = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        opened = [_open_ms(page, f"{options.url}/explore") for _ in range(options.pages + 1)]
        hovers, clicks, points = _point_ms(page, options.times)
        browser.close()
    print(f"{points} points, {options.times} of them tried; medians in ms")
    for name, times in (
        ("first page", opened[1:]),
        ("hover card", hovers),
        ("click panel", clicks),
    ):
        median, worst = statistics.median(times), max(times)
        print(f"{name:<12} {median:7.0f}   worst {worst:7.0f}   target {TARGETS_MS[name]}")


def _open_ms(page: Any, address: str) -> float:
    """From asking for the page to the drawn map, with the server warm."""
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(READY)
    return 1000 * (time.perf_counter() - began)


def _point_ms(page: Any, times: int) -> tuple[list[float], list[float], int]:
    """Hover and click latencies of some points, the same ones each time; and how many there are."""
    page.evaluate(_WATCH)
    places = page.locator(".vab-plot").evaluate(_PLACES)
    chosen = random.Random(0).sample(places, min(times, len(places)))
    hovers, clicks = [], []
    for x, y in chosen:
        page.mouse.move(5, 5)
        page.mouse.move(x, y)
        hovers.append(_said(page, "hover"))
        page.mouse.down()
        page.mouse.up()
        clicks.append(_said(page, "click"))
        page.wait_for_timeout(100)
    return hovers, clicks, len(places)


def _said(page: Any, key: str) -> float:
    handle = page.wait_for_function(f"() => window.latency.{key}", timeout=10_000)
    return float(handle.json_value())


if __name__ == "__main__":
    main()
