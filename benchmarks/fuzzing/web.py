"""Addresses under /api/: hostile ids, numbers, queries, methods and ranges."""

from __future__ import annotations

import re
from random import Random
from urllib.parse import quote

from httpx import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core.api import routes
from core.api.routes import _HANDLERS
from core.errors import NotFound
from core.storage import analyses

_EXPECTED = {200, 206, 304, 307, 400, 404, 405, 416, 503}
_PART = re.compile(r"\{(\w+)\}")
_RANGES = ("bytes=0-10", "bytes=-5", "bytes=9-1", "bytes=0-", "bytes=a-b", "x=1", "bytes=0-1,4-5")


def attempt(place: Place, rng: Random) -> None:
    """One request: a good answer, or one sentence with a code that says whose fault it is."""
    known = _known(place)
    path = _PART.sub(
        lambda part: _segment(rng, known.get(part[1], "0")), rng.choice(list(_HANDLERS))
    )
    if rng.random() < 0.08:
        path = mutate.data(rng, path.encode()).decode("latin-1")
        path = "/" + quote(path, safe="/%").lstrip("/")
    query = _query(rng, known)
    with client(place) as asking:
        answer = asking.request(
            rng.choice(("GET",) * 8 + ("HEAD", "POST", "PUT")),
            path + (f"?{query}" if query else ""),
            headers=_headers(rng),
            follow_redirects=False,
        )
    check(path, answer)


def client(place: Place) -> TestClient:
    """A browser's end of the routes; what they raise comes out here."""
    return TestClient(Starlette(routes=routes(lambda _: place.db)))


def check(path: str, answer: Response) -> None:
    """Raises NotFound where the answer is a refusal, AssertionError where it should not be."""
    assert answer.status_code in _EXPECTED, f"{answer.status_code} of {path}"
    if answer.status_code >= 400:
        text = answer.content.decode()
        if text in ("Not Found", "Method Not Allowed") or "Range" in text:  # by Starlette
            text += "."
        assert len(text.splitlines()) <= 1 and len(text) < 1000, f"{path}: {text[:300]}"
        assert "Traceback" not in text
        raise NotFound(text or f"There is no {path} here.")


def _known(place: Place) -> dict[str, str]:
    division, layout = (
        analyses.clusterings_of(place.db, RUN)[0].id,
        analyses.projections_of(place.db, RUN)[0].id,
    )
    return {"run": RUN, "video": VIDEO, "clustering": division, "projection": layout}


def _segment(rng: Random, good: str) -> str:
    if rng.random() < 0.85:
        return good
    text = rng.choice((*mutate.TEXTS, good + "x", good[:-1], "-1", "1" * 12))[:3000]
    raw = text.encode("utf-8", "surrogatepass") or b"%"
    once = quote(raw, safe=rng.choice(("", "/", "%./")))
    return quote(once, safe="") if rng.random() < 0.1 else once


def _query(rng: Random, known: dict[str, str]) -> str:
    given = {
        "projection": known["projection"],
        "clustering": known["clustering"],
        "x": "0.5",
        "y": "-1.5",
        "from": f"{VIDEO}:1",
        "to": "0.1,0.2",
    }
    for _ in range(rng.choice((0, 0, 1, 2))):
        given[rng.choice((*given, "v"))] = rng.choice(
            (*mutate.TEXTS, "1e308", "video0:99", "1,nan")
        )
    kept = [name for name in given if rng.random() < 0.9]
    return "&".join(
        f"{name}={quote(given[name].encode('utf-8', 'surrogatepass'), safe='')[:6000]}"
        for name in kept
    )


def _headers(rng: Random) -> dict[str, str]:
    found = {"Range": rng.choice(_RANGES)} if rng.random() < 0.15 else {}
    if rng.random() < 0.05:
        found["If-None-Match"] = rng.choice(("*", '"x"', "\x7f"))
    return found
