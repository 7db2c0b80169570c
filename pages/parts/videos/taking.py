"""Takes in what was asked for; what the library has already is asked about first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core import jobs
from core.errors import AffinityError, AlreadyThere
from core.format import count
from core.records import Video
from core.storage import Database
from pages.parts.shared.wording import plain
from pages.parts.shell.notices import say

_HELD = "held-duplicates"


@dataclass(frozen=True)
class Wish:
    """One video that is to be added."""

    shown: str  # what people typed or uploaded
    add: Callable[[bool], Video]  # called with whether it may be there already


@dataclass(frozen=True)
class _Held:
    reason: str
    wish: Wish


def take(db: Database, wishes: Sequence[Wish], again: bool = False) -> list[str]:
    """Record and queue each, and say how many; those that are there already wait for an answer.

    Gives what was refused, "what was typed: the reason".
    """
    added, refused = 0, []
    held: list[_Held] = []
    for wish in wishes:
        try:
            with st.spinner(f"Taking {plain(wish.shown)}", show_time=True):
                video = wish.add(again)
            jobs.submit_ingest(db, video.id)
            added += 1
        except AlreadyThere as error:
            held.append(_Held(str(error), wish))
        except AffinityError as error:
            refused.append(f"{wish.shown}: {error}")
    if held:
        st.session_state[_HELD] = [*st.session_state.get(_HELD, []), *held]
    if added:
        say("success", f"{count(added, 'video')} added; reading begins now.")
    return refused


def say_refused(refused: Sequence[str]) -> None:
    """What was not taken, and why."""
    if refused:
        say("warning", f"{len(refused)} could not be added:", list(refused))


def ask_again(db: Database) -> None:
    """The question about what is there already, while there is one."""
    held: list[_Held] = st.session_state.get(_HELD, [])
    if not held:
        return
    with st.container(border=True, key="add-again"):
        st.markdown(f"**{count(len(held), 'video')} the library has already:**")
        st.text("\n".join(one.reason for one in held))
        with st.container(horizontal=True):
            if st.button("Leave out", type="primary", help="Nothing is added."):
                del st.session_state[_HELD]
                st.rerun()
            if st.button("Add once more"):
                del st.session_state[_HELD]
                say_refused(take(db, [one.wish for one in held], again=True))
                st.rerun()
