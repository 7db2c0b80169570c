"""A link to another page is followed behind what is told; the rest of the store Node tests."""

from __future__ import annotations

from typing import Any

import pytest

from core.browser_modules import modules

pytestmark = pytest.mark.browser
# As Streamlit: the link leads on without a load, and what is told is sent in a task of its own.
_BODY = (
    """<a href='/train' target='' onclick='event.preventDefault(); sent.push("train")'>Train</a>"""
)
_BEGIN = """async () => {
  window.sent = [];
  const { choices } = await import("/pages/parts/browser/choices.js");
  choices.connect((message) => setTimeout(() => sent.push(message)));
  choices.hear({ frame: "", selection: "", pins: "", colour: "", session: "s", version: 0 });
  choices.choose({ frame: "a:1" });
}"""


def test_what_is_chosen_is_told_before_another_page_is_asked_for(page: Any) -> None:
    def answer(asked: Any) -> None:
        text = modules().get(asked.request.url.removeprefix("http://app.test/"))
        kind = "text/html" if text is None else "text/javascript"
        asked.fulfill(content_type=kind, body=_BODY if text is None else text)

    page.route("http://app.test/**", answer)
    page.goto("http://app.test/explore")
    page.evaluate(_BEGIN)
    page.get_by_role("link").click()
    page.wait_for_function("sent.length === 2")
    assert page.evaluate("sent") == [{"version": 1, "frame": "a:1"}, "train"]
