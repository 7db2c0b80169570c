"""What a browser sends by the clock carries no widget's value; what somebody did carries all."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from pages.parts.shell.timed_drawing import carry_no_input


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """As much of a browser's session as a request goes through, while a page is being drawn."""
    monkeypatch.setattr(app_session, "RerunData", RerunData)
    carry_no_input()
    carry_no_input()
    yield SimpleNamespace(
        _state=AppSessionState.APP_NOT_RUNNING,
        _scriptrunner=ScriptRequests(),
        _client_state=ClientState(),
        has_fragment=lambda _fragment: True,
    )


def _sent(by_the_clock: bool) -> ClientState:
    fragment = "side bar" if by_the_clock else "clusters"
    asked = ClientState(fragment_id=fragment, query_string="k=4", is_auto_rerun=by_the_clock)
    asked.widget_states.widgets.add(id="clusters", int_value=2 if by_the_clock else 3)
    return asked


def _drawn_next(session: SimpleNamespace) -> RerunData:
    return session._scriptrunner.on_scriptrunner_ready().rerun_data


def test_only_what_somebody_did_has_values(session: SimpleNamespace) -> None:
    AppSession.request_rerun(session, _sent(by_the_clock=True))
    timed = _drawn_next(session)
    assert timed.is_auto_rerun and timed.fragment_id_queue == ["side bar"]
    assert timed.widget_states is None
    AppSession.request_rerun(session, _sent(by_the_clock=False))
    assert [one.int_value for one in _drawn_next(session).widget_states.widgets] == [3]


@pytest.mark.parametrize("clock_first", [True, False])
def test_the_clock_takes_nothing_from_a_click_that_waits(
    session: SimpleNamespace, clock_first: bool
) -> None:
    for by_the_clock in (clock_first, not clock_first):
        AppSession.request_rerun(session, _sent(by_the_clock))
    both = _drawn_next(session)
    assert sorted(both.fragment_id_queue) == ["clusters", "side bar"]
    assert [one.int_value for one in both.widget_states.widgets] == [3]
