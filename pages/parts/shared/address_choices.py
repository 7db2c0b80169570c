"""Choices kept in the page's address, so that it can be shared: widgets begin with what it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import streamlit as st

Option = TypeVar("Option", str, int)


def begin_with(key: str, options: Iterable[Option], default: Option) -> None:
    """Before the widget `key` is drawn: the address's choice, else the last one, else `default`.

    What the address says and `options` has not is passed over.
    """
    known = {str(option): option for option in options}
    if str(st.session_state.get(key)) in known:
        return
    remembered = st.session_state.setdefault("choices", {}).get(key)
    for wish in (st.query_params.get(key), remembered):
        if str(wish) in known:
            st.session_state[key] = known[str(wish)]
            return
    st.session_state[key] = default


def keep(key: str, chosen: Option, default: Option) -> Option:
    """After the widget is drawn: put its choice into the address, unless it is the default."""
    st.session_state["choices"][key] = chosen
    if chosen != default:
        if st.query_params.get(key) != str(chosen):
            st.query_params[key] = str(chosen)
    elif key in st.query_params:
        del st.query_params[key]
    return chosen
