"""On a team's server people sign in with a provider, and see and do what their role lets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.records import Run
from core.storage import acting, acts, open_library, people, videos
from tests.browser.conftest import KEEPS_CLOCKS, _end, _free_port, _start, _wait_until_up
from tests.identity_provider import Provider, provider
from tests.synthetic import make_run

pytestmark = pytest.mark.browser

_SECRET = "0123456789abcdef" * 4


@pytest.fixture
def run(data: Path) -> Run:
    db = open_library(data)
    made = make_run(db, (8, 8), every_k=(2,), layouts=("pca",))
    db.close()
    return made


@pytest.fixture
def signing_in() -> Iterator[Provider]:
    with provider() as server:
        yield server


@pytest.fixture
def team(data: Path, run: Run, signing_in: Provider, tmp_path: Path) -> Iterator[str]:
    """The address of the app, where people sign in."""
    port = _free_port()
    origin = f"http://127.0.0.1:{port}"
    file = tmp_path / "sign-in.toml"
    file.write_text(
        f'[auth]\nredirect_uri = "{origin}/oauth2callback"\ncookie_secret = "{_SECRET}"\n'
        'client_id = "films"\nclient_secret = "known to both"\n'
        f'server_metadata_url = "{signing_in.issuer}/.well-known/openid-configuration"\n'
    )
    log = tmp_path / "app.log"
    process = _start(data, ["core", "app", "--port", str(port), "--sign-in", str(file)], log)
    _wait_until_up(origin, process, log)
    yield origin
    _end({data: (process, origin)})


@pytest.mark.thorough
def test_a_reader_signs_in_looks_and_is_refused_a_write(
    team: str, page: Any, data: Path, run: Run, signing_in: Provider
) -> None:
    page.set_default_timeout(120_000)
    page.add_init_script(KEEPS_CLOCKS)
    rows = f"{team}/api/runs/{run.id}/stretches"
    assert httpx.get(rows).status_code == 403
    assert httpx.get(rows, cookies={"_streamlit_user": "ada"}).status_code == 403

    page.goto(team)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("ada@example.org is not among the people").wait_for()
    assert page.get_by_role("link", name="Explore").count() == 0
    assert page.request.get(rows).status == 403

    people.put(data, "Ada@example.org", "reader")
    page.goto(f"{team}/explore")
    page.wait_for_selector(".vab-explorer[data-ready]")
    assert page.request.get(rows).status == 200

    page.goto(team)
    page.get_by_role("button", name="ada@example.org · reader").click()
    page.get_by_text(acting.MAY["reader"]).wait_for()
    assert page.get_by_text(acting.MAY["analyst"]).count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit").first.click()
    page.get_by_role("textbox", name="Title").fill("Another title")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("ada@example.org is here as reader").wait_for()
    db = open_library(data)
    assert "Another title" not in {video.title for video in videos.every(db)}

    people.put(data, "ada@example.org", "analyst")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Another title").first.wait_for()
    with db.read() as connection:
        (act, *_) = acts.newest(connection, 1)
    assert (act.who, act.did) == ("ada@example.org", "changed videos")
    db.close()
    page.goto(f"{team}/projects")
    page.get_by_text("Who did what").click()
    page.get_by_role("button", name="CSV of all").wait_for()

    signing_in.claims["email_verified"] = False  # anybody can say that an address is theirs
    page.get_by_role("button", name="ada@example.org").click()
    page.route("**/auth/logout", lambda route: route.fulfill(status=204))  # nobody leaves
    page.evaluate("setInterval(clocks[1500], 60)")  # the side bar is asked for, which is gone
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    page.unroute("**/auth/logout")
    page.goto(f"{team}/auth/logout")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("1 is not among the people").wait_for()
