"""Pictures that browsers fetch from the bucket: shown, copied, and saved with the map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.storage import Database
from core.storage.moving import move_into
from core.storage.progress import Progress
from tests.object_store import Store
from tests.synthetic import make_run

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.thorough]

ADDRESS = "s3://films/study"
COPIED = """async () => {
  const [item] = await navigator.clipboard.read();
  const picture = await createImageBitmap(await item.getType("image/png"));
  return [picture.width, picture.height];
}"""


def test_every_picture_is_shown_and_can_be_taken_along(
    db: Database,
    store: Store,
    endpoint: str,
    page: Any,
    serve: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_run(db, (24, 36), latent=8)
    move_into(db, ADDRESS, Progress(None))
    monkeypatch.setenv("AFFINITY_FILES", ADDRESS)
    monkeypatch.setenv("AFFINITY_PICTURES", "bucket")
    server = serve(tmp_path / "web", worker=True)  # which on PostgreSQL runs elsewhere
    amiss: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda said: said.type == "error" and amiss.append(said.text))
    page.on("response", lambda answer: answer.status >= 400 and amiss.append(answer.url))
    page.on("request", lambda asked: fetched.append(asked.url))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    page.goto(f"{server}/explore")
    page.wait_for_selector(".vab-explorer[data-ready]")
    box = page.locator(".vab-map-label[data-number='1']").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20)
    panel = page.locator(".vab-panel[data-complete]")
    panel.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.vab-panel img')].every((one) => one.naturalWidth)"
    )
    ours = [url for url in fetched if url.startswith(endpoint)]
    assert any("/frames/" in url for url in ours) and any("/keyframes/" in url for url in ours)
    panel.get_by_text("Copy", exact=True).click()
    panel.get_by_text("Copied", exact=True).wait_for()
    wide, high = page.evaluate(COPIED)
    assert wide > high > 0
    page.get_by_text("Frames", exact=True).click()
    with page.expect_download() as saved:
        page.locator(".modebar-btn[data-title='Save the map as PNG']").first.click()
    assert Path(saved.value.path()).stat().st_size > 10_000
    assert amiss == []
