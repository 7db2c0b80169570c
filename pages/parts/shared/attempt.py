"""A change that a click asks for: made, or refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import AffinityError
from pages.parts.shared.wording import plain


def attempt(make: Callable[[], object]) -> None:
    """Make the change and draw the whole page again; where it is refused, say why and stay."""
    try:
        make()
    except AffinityError as error:
        st.error(plain(str(error)))
    else:
        st.rerun()
