"""What was changed of a run's clusters and of what is left out, and the step back."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from core.storage import Database, changes
from pages.parts.shared.attempt import attempt
from pages.parts.shared.wording import plain

_SHOWN = 12


def change_history(db: Database, run_id: str) -> None:
    """The newest changes, with who made them; a button takes them back, one after the other."""
    every = changes.every(db, run_id)
    if not every:
        st.caption("Nothing was changed yet: names, merges, moved frames and what is left out.")
        return
    last = next((one for one in every if not one.undone), None)
    if last is not None and st.button(
        "Undo the newest", icon=":material/undo:", key="undo-change", help=plain(last.said)
    ):
        attempt(lambda: changes.undo(db, run_id))
    for one in every[:_SHOWN]:
        when = datetime.fromtimestamp(one.at).astimezone().strftime("%d %b %H:%M")
        said = f"{when} · {one.who} · {one.said}" if one.who else f"{when} · {one.said}"
        st.caption(f"~~{plain(said)}~~" if one.undone else plain(said))
