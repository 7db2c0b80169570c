"""Fixtures for the browser's tests: the app on a free port, and pages that must log no error."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.config import PROJECT
from core.jobs.lock import WorkerLock
from core.storage import open_library

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ROOT = PROJECT
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",  # WebGL without a graphics card
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization",  # pages are drawn without it: a third of the work
    "--disable-gpu-compositing",
]

# In a page: `clocks[ms]` asks at once for what draws itself again every so many milliseconds.
KEEPS_CLOCKS = """
  const { setInterval } = window;
  window.clocks = {};
  window.setInterval = (strike, ms, ...given) => {
    window.clocks[ms] = strike;
    return setInterval(strike, ms, ...given);
  };
"""


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """serve(data_folder) gives the address of the app on a folder, the one that runs now.

    Another folder's app ends first: one at a time is enough for two cores. There is no worker
    unless `worker` is said: on a library that has all it needs it would only take time.
    """
    running: dict[Path, tuple[subprocess.Popen[bytes], str]] = {}
    port = _free_port()  # one for all: the browser knows the app's scripts again
    logs = tmp_path_factory.mktemp("server-logs")

    def start(folder: Path, worker: bool = False) -> str:
        if folder not in running:
            _end(running)
            if not worker:
                lock = WorkerLock(open_library(folder))  # held until this process ends
                if lock.acquire():
                    lock.announce()
            log = logs / f"{folder.parent.name}.log"
            words = ["streamlit", "run", "app.py", "--server.port", str(port)]
            running[folder] = _start(folder, words, log), f"http://127.0.0.1:{port}"
            _wait_until_up(running[folder][1], running[folder][0], log)
        return running[folder][1]

    yield start
    _end(running)


@pytest.fixture
def server(data: Path, serve: Callable[..., str]) -> str:
    """The address of an app on this test's own, empty data folder, whose jobs are worked on."""
    return serve(data, worker=True)


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Debian's Chromium, skipped where it is not installed: what all windows of 1500 x 950 share.

    Its profile is on disk: only so are the app's scripts kept as they were compiled.
    """
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=_CHROMIUM,
            args=_FLAGS,
            viewport={"width": 1500, "height": 950},
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        yield context
        context.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    """A failed test says what its window showed."""
    outcome = yield
    report, window = outcome.get_result(), getattr(item, "funcargs", {}).get("page")
    if report.failed and window is not None and not window.is_closed():
        try:
            seen = window.locator("body").inner_text(timeout=5_000)[:4000]
        except playwright.Error as error:  # a page that hangs or crashed; the failure stands
            seen = str(error)
        report.sections.append(("The page", f"{window.url}\n{seen}"))


@pytest.fixture
def page(windows: Any) -> Iterator[Any]:
    """A window that remembers nothing; the test fails when a script of the page throws."""
    opened = windows.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    windows.set_offline(False)
    opened.evaluate("() => { try { localStorage.clear(); } catch { /* a file has none */ } }")
    opened.close()
    windows.clear_cookies()
    assert thrown == []


@pytest.fixture(scope="module")
def standing(windows: Any) -> Iterator[Any]:
    """A window of a whole file, for tests that leave its page as they found it (`put_back`)."""
    opened = windows.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    opened.close()
    assert thrown == []


def put_back(page: Any) -> None:
    """On Explore: nothing pointed at, open or chosen any more, and the page at its head."""
    page.mouse.move(5, 5)
    page.locator(".vab-map").evaluate("(map) => map.focus({ preventScroll: true })")
    for key in ("Escape",) * 5 + ("0",):
        page.keyboard.press(key)
    page.get_by_test_id("stMain").evaluate("(main) => main.scrollTo(0, 0)")
    page.wait_for_selector(".vab-panel-empty")


def _end(running: dict[Path, tuple[subprocess.Popen[bytes], str]]) -> None:
    while running:
        process, _ = running.popitem()[1]
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _start(folder: Path, words: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, "AFFINITY_DATA": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"The app did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
