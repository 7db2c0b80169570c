"""Lets parts that draw themselves again by the clock carry nothing that somebody did meanwhile."""

from __future__ import annotations

import functools

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession


def carry_no_input() -> None:
    """Take the widgets' values out of what a browser sends by the clock (`run_every`).

    With each such message a browser sends the values of all widgets, also of one that was touched
    a moment ago and whose own message follows. That message ends what the first began, its callback
    with it, and finds no value changed: the click is lost (Streamlit 1.67).
    """
    if hasattr(AppSession.request_rerun, "__wrapped__"):
        return  # the application began before in this process
    draw_again = AppSession.request_rerun

    @functools.wraps(draw_again)
    def without_input(session: AppSession, asked: ClientState | None) -> None:
        if asked is not None and asked.is_auto_rerun:
            asked.ClearField("widget_states")
        draw_again(session, asked)

    AppSession.request_rerun = without_input
