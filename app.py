"""The web application: its pages, its own routes under /api/, and the worker that it brings along.

`streamlit run app.py` serves it; `python -m core app` does the same after a few checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from core.api import routes
from core.errors import AffinityError
from core.jobs import keep_worker
from pages.parts.shell.library_access import shared_library


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open (and migrate) the library, and keep a worker alive for as long as the server runs."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            library = await asyncio.to_thread(shared_library)
            await stack.enter_async_context(keep_worker(library))
        except AffinityError as error:  # the pages say the same sentence; the server stays up
            logging.getLogger(__name__).error("%s", error)
        yield


app = st.App(
    Path(__file__).parent / "pages" / "parts" / "shell" / "navigation.py",
    routes=routes(shared_library),
    lifespan=lifespan,
)
