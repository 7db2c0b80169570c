"""The browser's modules by their version: an address never gets another text, and may be kept."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from core import browser_modules
from core.api.answers import FOREVER
from core.errors import NotFound

_AT = "/api/modules"


def address(path: str) -> str:
    """Where a module is served, by its path in the project."""
    return f"{_AT}/{browser_modules.version()}/{path}"


def module(request: Request) -> Response:
    """A module's text; what it imports lies beside it."""
    text = browser_modules.modules().get(request.path_params["path"])
    if text is None or request.path_params["version"] != browser_modules.version():
        raise NotFound("This version has no such module: reload the page.")
    return Response(text, media_type="text/javascript", headers=FOREVER)
