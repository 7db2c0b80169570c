"""How every route answers: its headers, its ids, and one sentence where there is nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import Receive, Scope, Send

from core.errors import AffinityError, NotAllowed, NotFound, TooMany

# Addresses that name content (an id of ours never gets other content; runs carry ?v=). Only the
# browser keeps it: what a proxy kept, it would give to somebody who may not see the project.
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
FRESH = {"Cache-Control": "no-cache"}
_SAFE = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def answer(handle: Callable[[], Response]) -> Response:
    """Answer, or say in one sentence why not.

    404 for what is not there, 403 for whom it is not, 429 for too much at a time, 503 for the rest.
    """
    try:
        response = handle()
    except NotFound as error:
        response = PlainTextResponse(str(error), 404, FRESH)
    except NotAllowed as error:
        response = PlainTextResponse(str(error), 403, FRESH)
    except TooMany as error:
        wait = {"Retry-After": str(math.ceil(error.wait_s))}
        response = PlainTextResponse(str(error), 429, {**FRESH, **wait})
    except AffinityError as error:
        response = PlainTextResponse(str(error), 503, FRESH)
    response.headers.update(_SAFE)
    return response


def identifier(request: Request, name: str) -> str:
    """An id out of the path; what we would not have made is not found."""
    return checked(str(request.path_params[name]), name)


def checked(value: str, name: str) -> str:
    """An id that came with a request. Raises NotFound for what we would not have made."""
    if not _ID.fullmatch(value):
        raise NotFound(f"There is no {name} of that name in this library.")
    return value


def number(request: Request, name: str) -> int:
    """A count out of the path, 0 or more."""
    value = str(request.path_params[name])
    if not _NUMBER.fullmatch(value):
        raise NotFound(f"There is no {name} of that number.")
    return int(value)


def file(path: Path, what: str, headers: Mapping[str, str] = FOREVER) -> Response:
    """The file, or NotFound naming `what`."""
    if not path.is_file():
        raise NotFound(f"There is no {what} here.")
    return _File(path, headers=headers)


def elsewhere(address: str, life_s: float) -> Response:
    """The way to what lies there for `life_s` seconds; the browser keeps it for itself, and less
    long."""
    kept = {"Cache-Control": f"private, max-age={life_s * 0.8:.0f}"}
    return RedirectResponse(address, 302, kept)


class _File(FileResponse):
    """Gives the whole file where a range is in another unit than bytes (RFC 9110, 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = [
            (name, value)
            for name, value in scope["headers"]
            if name != b"range" or value.strip().lower().startswith(b"bytes")
        ]
        await super().__call__({**scope, "headers": asked}, receive, send)


def json(value: Any, headers: Mapping[str, str] = FRESH) -> Response:
    return JSONResponse(value, headers=headers)
