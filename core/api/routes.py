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
from core.api.addresses import OF_FIRST, OF_OTHERS
from core.api.allowance import Allowance
from core.api.answers import answer, identifier
from core.storage import Database
from core.storage.acting import Person, acting_as
from core.storage.project import FIRST

DatabaseProvider = Callable[[str], Database]  # of a project's id
SignedIn = Callable[[Request], Person | None]  # who asks; raises NotAllowed
Handler = Callable[[Database, Request], Response]

_HANDLERS: dict[str, Handler] = {
    "/archives/{archive}.zip": pictures.archive,
    "/videos/{video}/frames/{index}.jpg": pictures.frame,
    "/videos/{video}/atlas/{page}.webp": pictures.video_atlas,
    "/videos/{video}/media": pictures.media,
    "/runs/{run}/keyframes/{video}/{index}.jpg": pictures.keyframe,
    "/runs/{run}/atlas/{page}.webp": pictures.run_atlas,
    "/runs/{run}/clusterings/{clustering}/{number}-{mode}.jpg": pictures.centre,
    "/runs/{run}/clusterings/{clustering}/{number}.jpg": pictures.centre,
    "/runs/{run}/comparisons/{comparison}/{number}-{group}.jpg": pictures.group_centre,
    "/runs/{run}/reconstructions/{step}.jpg": pictures.reconstruction,
    "/runs/{run}/stretches": map_data.stretches,
    "/runs/{run}/shots": map_data.shots,
    "/runs/{run}/captions": map_data.captions,
    "/runs/{run}/figures/{projection}": map_data.figure,
    "/runs/{run}/figures/{projection}/quality": map_values.quality,
    "/runs/{run}/figures/{projection}/agreement": map_values.agreement,
    "/runs/{run}/tags": map_values.tagged,
    "/runs/{run}/columns": map_values.column,
    "/runs/{run}/measures/{measure}": map_values.measured,
    "/runs/{run}/sieve": sieve.sieve,
    "/runs/{run}/clusterings/{clustering}": map_data.clustering,
    "/runs/{run}/clusterings/{clustering}/cards": cluster_cards.cards,
    "/runs/{run}/clusterings/{clustering}/parts": cluster_cards.parts,
    "/runs/{run}/difference": difference.differences,
    "/runs/{run}/difference/centres": difference.centres,
    "/runs/{run}/difference.csv": difference.table,
    "/runs/{run}/decode": decode.decode,
    "/runs/{run}/walk": decode.walk,
    "/runs/{run}/points/{video}/{index}": point.point,
}

# A pointer that never rests asks for 16 places a second.
_DECODING = Allowance("places are decoded", per_s=20, at_once=60)


def routes(database: DatabaseProvider, signed_in: SignedIn = lambda _: None) -> list[Route]:
    """Every route of ours, for the web application; the library is asked for at each request.

    Each is there twice: of the first project, and of the one that the address names. `signed_in`
    says who asks, None where nobody has to say; of those who do, each may have so many places
    decoded in a second.
    """
    of_library = [
        Route(
            begin + path,
            _endpoint(database, signed_in, handler),
            methods=["GET"],
            name=Path(path).stem,
        )
        for begin in (OF_FIRST, OF_OTHERS)
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


def _endpoint(
    database: DatabaseProvider, signed_in: SignedIn, handler: Handler
) -> Callable[[Request], Response]:
    limited = handler in (decode.decode, decode.walk)

    def handle(request: Request) -> Response:
        person = signed_in(request)
        if limited and person is not None:
            _DECODING.take(person.name)
        with acting_as(person):
            return handler(database(_project(request)), request)

    def endpoint(request: Request) -> Response:  # not async: it runs in a thread
        return answer(lambda: handle(request))

    return endpoint


def _project(request: Request) -> str:
    return identifier(request, "project") if "project" in request.path_params else FIRST
