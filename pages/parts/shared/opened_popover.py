"""A popover that is filled when it is opened: what it costs is not paid for at every drawing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from core.errors import AffinityError
from pages.parts.shared.wording import plain


@contextmanager
def opened_popover(label: str, key: str, **looks: Any) -> Iterator[bool]:
    """Whether it is open, to be asked before it is filled; an error in it is said in it."""
    with st.popover(label, width="content", key=key, on_change="rerun", **looks) as drawn:
        try:
            yield bool(drawn.open)
        except AffinityError as error:
            st.error(plain(str(error)))
