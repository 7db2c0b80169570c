"""The web application: its pages, its own routes under /api/, and the workers that it brings along.

`streamlit run app.py` serves it; `python -m core app` does the same after a few checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.api import plotly_js, routes
from core.api.no_delay import send_at_once
from core.errors import AffinityError
from core.jobs import keep_workers
from core.storage import acting
from pages.parts.shared.wording import plain
from pages.parts.shell import signed_in
from pages.parts.shell.library_access import (
    libraries_in_use,
    open_those_with_work,
    shared_library,
)
from pages.parts.shell.routes import paths
from pages.parts.shell.timed_drawing import carry_no_input
from pages.parts.shell.warm_up import warm_up

_EXPLORE = "/explore"
_INDEX = Path(st.__file__).with_name("static") / "index.html"
# Streamlit's own script looks for its server below the page's address first, at
# /explore/_stcore/health, and logs two 404s at each load (streamlit issue 7074, open since 2023;
# getPossibleBaseUris of its frontend). Told where the server is, it does not look for it.
_SERVER = "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location).href}</script>"
# A browser that waits for Streamlit's first words has the time to read plotly.js; see loadPlotly.
_PLOTLY = f'<script async src="{plotly_js.ADDRESS}" onerror="this.remove()"></script>'


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open (and migrate) the library; keep a worker beside each project that somebody opened, and
    that has work, for as long as the server runs."""
    send_at_once()
    carry_no_input()
    acting.told_by(signed_in.at_page)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await asyncio.to_thread(open_those_with_work)
            await stack.enter_async_context(keep_workers(libraries_in_use))
            waiting = asyncio.create_task(warm_up())
            stack.callback(waiting.cancel)
        except AffinityError as error:  # the pages say the same sentence; the server stays up
            logging.getLogger(__name__).error("%s", error)
        yield


def said_in_a_sentence(error: Exception) -> bool:
    """Where a page did not expect a refusal, its sentence stands there, and no fault of ours."""
    if isinstance(error, AffinityError):
        st.error(plain(str(error)))
    return isinstance(error, AffinityError)


async def opened_directly(request: Request) -> HTMLResponse:
    """Streamlit's page for the address of one of ours."""
    first = _SERVER + (_PLOTLY if request.url.path == _EXPLORE else "")
    html = _INDEX.read_text(encoding="utf-8").replace("<head>", f"<head>{first}", 1)
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


app = st.App(
    Path(__file__).parent / "pages" / "parts" / "shell" / "navigation.py",
    routes=[
        *routes(shared_library, signed_in.asking),
        *(Route(path, opened_directly) for path in paths()),
    ],
    lifespan=lifespan,
    on_script_error=said_in_a_sentence,
)
