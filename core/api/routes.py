"""Which address answers what. Ids are matched against a pattern before anything is looked up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.api import (
    browser_modules,
    cluster_cards,
    decode,
    difference,
    map_data,
    map_values,
    pictures,
    plotly_js,
    point,
    sieve,
)
from core.api.answers import answer
from core.storage import Database

DatabaseProvider = Callable[[], Database]
Handler = Callable[[Database, Request], Response]

_HANDLERS: dict[str, Handler] = {
    "/api/videos/{video}/frames/{index}.jpg": pictures.frame,
    "/api/videos/{video}/atlas/{page}.webp": pictures.video_atlas,
    "/api/videos/{video}/media": pictures.media,
    "/api/runs/{run}/keyframes/{video}/{index}.jpg": pictures.keyframe,
    "/api/runs/{run}/atlas/{page}.webp": pictures.run_atlas,
    "/api/runs/{run}/clusterings/{clustering}/{number}-{mode}.jpg": pictures.centre,
    "/api/runs/{run}/clusterings/{clustering}/{number}.jpg": pictures.centre,
    "/api/runs/{run}/comparisons/{comparison}/{number}-{group}.jpg": pictures.group_centre,
    "/api/runs/{run}/reconstructions/{step}.jpg": pictures.reconstruction,
    "/api/runs/{run}/rows": map_data.rows,
    "/api/runs/{run}/shots": map_data.shots,
    "/api/runs/{run}/captions": map_data.captions,
    "/api/runs/{run}/figures/{projection}": map_data.figure,
    "/api/runs/{run}/figures/{projection}/quality": map_values.quality,
    "/api/runs/{run}/figures/{projection}/agreement": map_values.agreement,
    "/api/runs/{run}/tags": map_values.tagged,
    "/api/runs/{run}/columns": map_values.column,
    "/api/runs/{run}/measures/{measure}": map_values.measured,
    "/api/runs/{run}/sieve": sieve.sieve,
    "/api/runs/{run}/clusterings/{clustering}": map_data.clustering,
    "/api/runs/{run}/clusterings/{clustering}/cards": cluster_cards.cards,
    "/api/runs/{run}/clusterings/{clustering}/parts": cluster_cards.parts,
    "/api/runs/{run}/difference": difference.differences,
    "/api/runs/{run}/difference/centres": difference.centres,
    "/api/runs/{run}/difference.csv": difference.table,
    "/api/runs/{run}/decode": decode.decode,
    "/api/runs/{run}/walk": decode.walk,
    "/api/runs/{run}/points/{video}/{index}": point.point,
}


def routes(database: DatabaseProvider) -> list[Route]:
    """Every route of ours, for the web application; the library is asked for at each request."""
    of_library = [
        Route(path, _endpoint(database, handler), methods=["GET"], name=Path(path).stem)
        for path, handler in _HANDLERS.items()
    ]
    scripts = [
        Route("/api/modules/{version}/{path:path}", _answered(browser_modules.module)),
        Route("/api/plotly/{version}.js", _answered(plotly_js.script)),
    ]
    return [*scripts, *of_library]


def _answered(handle: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return answer(lambda: handle(request))

    return endpoint


def _endpoint(database: DatabaseProvider, handler: Handler) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:  # not async: it runs in a thread
        return answer(lambda: handler(database(), request))

    return endpoint
