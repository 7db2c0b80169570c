"""The browser's modules as they are served, and joined for a page that loads nothing."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import routes
from core.api.browser_modules import address
from core.browser_modules import joined, modules, needed

MAP = "pages/parts/map/js/main.js"
_TOP = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(lambda _: pytest.fail("needs no library"))))


def test_each_module_is_served_for_ever_with_what_it_imports_beside_it(client: TestClient) -> None:
    for path in needed(MAP):
        answer = client.get(address(path))
        assert answer.content == modules()[path]
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("asked", ["../app.py", "core/config.py", "core/none.js"])
def test_nothing_else_is_served(client: TestClient, asked: str) -> None:
    assert client.get(address(MAP).replace(MAP, asked)).status_code == 404


def test_another_version_is_not_found(client: TestClient) -> None:
    answer = client.get(f"/api/modules/0123456789abcdef/{MAP}")
    assert (answer.status_code, answer.text) == (
        404,
        "This version has no such module: reload the page.",
    )


@pytest.mark.parametrize("path", ["core/pipeline/html_report/report.js"])
def test_a_joined_script_declares_each_name_once_and_imports_nothing(path: str) -> None:
    script = joined(path)
    names = _TOP.findall(script)
    assert len(names) == len(set(names))
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    order = needed(path)
    assert order[-1] == path
    assert len(order) == len(set(order))
