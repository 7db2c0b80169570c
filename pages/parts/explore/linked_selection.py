"""Puts a selection that is too long for an address into the link all the same."""

from __future__ import annotations

import streamlit as st

from core.errors import AffinityError
from core.storage import Database
from core.storage.annotations import link_texts
from pages.parts.shared.choices import PINS, SELECTION
from pages.parts.shared.wording import plain

_KEPT = "linked-selection"  # the id that this session has kept, so that not each drawing writes it


def open_linked(db: Database) -> None:
    """Before the page is drawn: the selection that the address names by its id is chosen."""
    if SELECTION.id is None or SELECTION.address is not None:
        return
    try:
        SELECTION.write(link_texts.get(db, SELECTION.id))
    except AffinityError as error:
        SELECTION.write("")
        st.warning(plain(str(error)))


def keep_linked(db: Database) -> str | None:
    """The address says selection and kept places; the library keeps what it says by an id.

    Gives the selection's id, None where it has none.
    """
    for choice in (SELECTION, PINS):
        choice.write(choice.text)
    if SELECTION.id is None or st.session_state.get(_KEPT) == SELECTION.id:
        return SELECTION.id
    try:
        st.session_state[_KEPT] = link_texts.keep(db, SELECTION.text)
    except AffinityError as error:
        st.toast(plain(str(error)))
        return None
    return SELECTION.id
