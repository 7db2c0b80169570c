"""Lets parts that draw themselves again by the clock carry nothing that somebody did meanwhile."""

from __future__ import annotations

import functools
from typing import Any

from streamlit.runtime import app_session


def carry_no_input() -> None:
    """Take the widgets' values out of what a browser sends by the clock (`run_every`).

    With each such message a browser sends the values of all widgets, also of one that was touched
    a moment ago and whose own message follows. That message ends what the first began, its callback
    with it, and finds no value changed: the click is lost (Streamlit 1.67). None, not an empty
    list: an empty one takes the place of the values that another message waits with.
    """
    run = app_session.RerunData
    if hasattr(run, "__wrapped__"):
        return  # the application began before in this process

    @functools.wraps(run)
    def without_input(*given: Any, **asked: Any) -> Any:
        if asked.get("is_auto_rerun"):
            asked["widget_states"] = None
        return run(*given, **asked)

    app_session.RerunData = without_input  # type: ignore[assignment,misc]
