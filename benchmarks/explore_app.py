"""The app without its worker, so that no job takes the time that is measured."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.api import routes
from pages.parts.shell.library_access import shared_library

app = st.App(
    Path(__file__).parents[1] / "pages" / "parts" / "shell" / "navigation.py",
    routes=routes(shared_library),
)
