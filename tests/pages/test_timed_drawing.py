"""What a browser sends by the clock carries no widget's value; what somebody did carries all."""

from __future__ import annotations

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

from pages.parts.shell.timed_drawing import carry_no_input


def _sent(by_the_clock: bool) -> ClientState:
    asked = ClientState(fragment_id="side bar", query_string="k=4", is_auto_rerun=by_the_clock)
    asked.widget_states.widgets.add(id="clusters", int_value=3)
    return asked


def test_only_what_somebody_did_has_values(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[ClientState | None] = []
    monkeypatch.setattr(AppSession, "request_rerun", lambda _session, asked: heard.append(asked))
    carry_no_input()
    carry_no_input()
    for asked in (_sent(True), _sent(False), None):
        AppSession.request_rerun(None, asked)
    timed, done, neither = heard
    assert (timed.fragment_id, timed.query_string) == ("side bar", "k=4")
    assert len(timed.widget_states.widgets) == 0
    assert done == _sent(False)
    assert neither is None
