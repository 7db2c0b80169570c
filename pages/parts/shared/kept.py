"""Keeps what a page computed, apart for each project: the same id may name another thing there."""

from __future__ import annotations

import functools

import streamlit as st

from core.storage import Database

# A function's first argument is the library; the others say when its answer is another.
kept = functools.partial(
    st.cache_data,
    show_spinner=False,
    hash_funcs={Database: lambda db: str(db.files.folder)},
)
