"""The app without its worker, so that no job takes the time that is measured, its pages loaded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from core.api import routes
from core.api.no_delay import send_at_once
from pages.parts.shell.library_access import shared_library
from pages.parts.shell.warm_up import load_pages


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    send_at_once()
    load_pages()
    yield


app = st.App(
    Path(__file__).parents[1] / "pages" / "parts" / "shell" / "navigation.py",
    routes=routes(shared_library),
    lifespan=lifespan,
)
