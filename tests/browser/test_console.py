"""The console stays empty: an address that is opened directly asks only for what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages.parts.shell import routes

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console") / "data"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        *(pytest.param(path, marks=pytest.mark.thorough) for path in routes.paths()),
        "/explore?k=4",
    ],
)
def test_an_address_opened_directly_logs_no_error(
    page: Any, folder: Path, serve: Callable[[Path], str], path: str
) -> None:
    errors: list[str] = []
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    page.on("response", lambda answer: answer.status >= 400 and errors.append(answer.url))
    page.goto(f"{serve(folder)}{path}")
    page.get_by_test_id("stAppViewContainer").get_by_role("heading").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert errors == []
