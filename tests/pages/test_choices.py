"""One choice, one value: from the address, from the session, and back into both."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.annotations.link_texts import id_of
from pages.parts.transcripts import segment_list

LONG = "video:1," + ",".join(str(2 * i) for i in range(900))


def _page() -> None:
    import streamlit as st

    from pages.parts.shared.choices import SELECTION, VIDEO, K, open_view, view_now

    k = K.among(range(2, 21), 8, lambda key: st.slider("k", 2, 20, key=key))
    VIDEO.among(["a", "b"], "a", lambda key: st.selectbox("Video", ["a", "b"], key=key))
    typed = st.text_area("Select", key="to-select")
    if typed:
        SELECTION.write(typed)
    st.button("Open", on_click=lambda: open_view({"k": 3, "selection": "a:1-5", "frame": ["no"]}))
    st.text(str(view_now().get("selection")))
    st.caption(str(k))


def _open(**query: str) -> AppTest:
    page = AppTest.from_function(_page)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("said", "shown"), [("5", 5), ("99", 8), ("<b>", 8), ("", 8), ("1e9", 8)])
def test_a_widget_begins_with_the_address_where_that_is_possible(said: str, shown: int) -> None:
    page = _open(k=said)
    assert page.slider(key="k").value == shown
    assert ("k" in page.query_params) is (shown != 8)


def test_what_is_chosen_is_in_the_address_unless_it_is_the_default() -> None:
    page = _open()
    assert "k" not in page.query_params
    assert page.query_params["video"] in ("a", ["a"])  # always said
    page.slider(key="k").set_value(5).run()
    assert page.query_params["k"] in ("5", ["5"])
    page.slider(key="k").set_value(8).run()
    assert "k" not in page.query_params


def test_a_long_text_is_in_the_address_by_its_id() -> None:
    page = _open()
    page.text_area(key="to-select").set_value("a:1").run()
    assert page.query_params["selection"] in ("a:1", ["a:1"])
    page.text_area(key="to-select").set_value(LONG).run()
    assert page.query_params["selection"] in (f"~{id_of(LONG)}", [f"~{id_of(LONG)}"])
    assert page.text[0].value == LONG


def test_a_view_takes_the_place_of_every_choice() -> None:
    page = _open(k="5", frame="a:7")
    page.button[0].click().run()
    assert page.slider(key="k").value == 3
    assert page.text[0].value == "a:1-5"
    assert "frame" not in page.query_params


def _left_page() -> None:
    import streamlit as st

    from pages.parts import map as frame_map
    from pages.parts.explore import cluster_sweep
    from pages.parts.transcripts import segment_list

    st.button("Map", on_click=frame_map._hear)
    st.button("Chart", on_click=cluster_sweep._clicked, args=("sweep-sizes",))
    st.button("Form", on_click=lambda: segment_list._hear(None, "", "page"))


@pytest.mark.parametrize("label", ["Map", "Chart", "Form"])
def test_what_comes_from_a_page_that_was_left_changes_nothing(label: str) -> None:
    page = AppTest.from_function(_left_page)
    page.run()
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    assert not page.query_params
    assert segment_list._ANSWER not in page.session_state


def _slider_of_two_pages() -> None:
    import streamlit as st

    from pages.parts.shared.choices import K, open_page

    page, highest = st.session_state.get("where", ("one", 20))
    open_page(page)
    chosen = K.among(range(2, highest + 1), 8, lambda key: st.slider("k", 2, highest, key=key))
    st.text(f"chosen {chosen}")


@pytest.mark.parametrize("where", [("one", 19), ("two", 19), ("two", 20)])
def test_another_slider_of_a_key_begins_with_what_was_chosen(where: tuple[str, int]) -> None:
    page = AppTest.from_function(_slider_of_two_pages).run()
    page.slider[0].set_value(7).run()
    assert page.text[0].value == "chosen 7"
    page.session_state["where"] = where
    page.run()
    assert page.text[0].value == "chosen 7"
    assert page.slider[0].value == 7
