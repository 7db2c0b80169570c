"""The answer with plotly.js: by its version, so that a browser asks for it once."""

from __future__ import annotations

import gzip
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from core.api.answers import FOREVER
from core.charts.plotly_js import VERSION, source
from core.errors import NotFound

ADDRESS = f"/api/plotly/{VERSION}.js"


def script(request: Request) -> Response:
    """plotly.js, compressed where the browser reads that: 4.8 MB are 1.5."""
    if request.path_params["version"] != VERSION:
        raise NotFound("This version has another plotly.js: reload the page.")
    headers = {**FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(source(), media_type="text/javascript", headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(_compressed(), media_type="text/javascript", headers=headers)


@cache
def _compressed() -> bytes:
    return gzip.compress(source(), 6)
