"""The browser's store of choices by itself: who hears of what, and which answers are overtaken."""

from __future__ import annotations

from typing import Any

import pytest

from core.config import PROJECT

pytestmark = pytest.mark.browser
_SCRIPT = PROJECT / "pages" / "parts" / "browser" / "choices.js"
# As Streamlit: the link leads on without a load, and what is told is sent in a task of its own.
_BODY = (
    """<a href='/train' target='' onclick='event.preventDefault(); sent.push("train")'>Train</a>"""
)
_SAID = '{ frame: "", selection: "", pins: "", colour: "cluster"'


@pytest.fixture
def store(page: Any) -> Any:
    """A page with the store alone; `sent` and `heard` list what it told the server, the parts."""
    page.route(
        "http://app.test/**", lambda asked: asked.fulfill(content_type="text/html", body=_BODY)
    )
    page.goto("http://app.test/explore")
    page.add_script_tag(content=_SCRIPT.read_text())
    page.evaluate(
        f"""() => {{
          window.sent = []; window.heard = [];
          vabChoices.connect((message) => sent.push(message));
          vabChoices.subscribe((names) => heard.push(names.join()));
          vabChoices.hear({_SAID}, session: "s", version: 0 }});
        }}"""
    )
    return page


def test_one_message_says_all_that_the_server_has_not_heard_of(store: Any) -> None:
    store.evaluate('vabChoices.choose({ frame: "a:1" })')
    store.evaluate('vabChoices.choose({ colour: "group" })')
    store.evaluate('vabChoices.choose({ colour: "group" })')  # nothing new
    store.wait_for_function("sent.length === 1")
    assert store.evaluate("sent") == [{"version": 2, "frame": "a:1", "colour": "group"}]
    assert store.evaluate("heard") == ["colour", "frame", "colour"]


def test_an_older_answer_does_not_undo_what_was_chosen_since(store: Any) -> None:
    store.evaluate('vabChoices.choose({ frame: "a:1" })')
    store.evaluate(f'vabChoices.hear({_SAID}, session: "s", version: 0, selection: "a:5" }})')
    assert store.evaluate("vabChoices.now.frame") == "a:1"
    assert store.evaluate("vabChoices.now.selection") == "a:5"  # which nobody chose here meanwhile
    store.evaluate(f'vabChoices.hear({_SAID}, session: "s", version: 1, frame: "b:2" }})')
    assert store.evaluate("vabChoices.now.frame") == "b:2"


def test_a_server_that_began_anew_is_believed(store: Any) -> None:
    store.evaluate('vabChoices.choose({ frame: "a:1" })')
    store.wait_for_function("sent.length === 1")
    store.evaluate(f'vabChoices.hear({_SAID}, session: "t", version: 0, frame: "b:2" }})')
    assert store.evaluate("vabChoices.now.frame") == "b:2"
    store.evaluate('vabChoices.choose({ frame: "b:3" })')
    store.wait_for_function("sent.length === 2")
    assert store.evaluate("sent[1]") == {"version": 1, "frame": "b:3"}


def test_what_is_chosen_on_the_way_to_another_page_is_told_on_the_way_back(store: Any) -> None:
    store.evaluate('vabChoices.choose({ frame: "a:1" })')
    store.evaluate("vabChoices.connect((message) => setTimeout(() => sent.push(message)))")
    store.get_by_role("link").click()
    store.wait_for_function("sent.length === 2")
    assert store.evaluate("sent") == [{"version": 1, "frame": "a:1"}, "train"]
    store.evaluate('vabChoices.choose({ selection: "a:1-5" })')
    store.wait_for_function("vabChoices.telling === undefined")
    assert store.evaluate("sent.length") == 2
    store.evaluate("vabChoices.connect(null)")
    store.evaluate("vabChoices.connect((message) => sent.push(message))")
    store.wait_for_function("sent.length === 3")
    assert store.evaluate("sent[2].selection") == "a:1-5"


def test_what_is_chosen_while_nobody_listens_is_told_later(store: Any) -> None:
    store.evaluate("vabChoices.connect(null)")
    store.evaluate('vabChoices.choose({ colour: "time" })')
    store.wait_for_function("vabChoices.telling === undefined")
    assert store.evaluate("sent") == []
    store.evaluate("vabChoices.connect((message) => sent.push(message))")
    store.wait_for_function("sent.length === 1")
