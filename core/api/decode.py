"""The answers for places where no frame is: decoded pictures and words, and walks between them."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from core.api.answers import FRESH, identifier, json
from core.api.run_rows import run_rows
from core.errors import InvalidSetting, NotFound
from core.pipeline.comparison.words_nearby import words_nearby
from core.records import FrameId
from core.storage import Database, runs
from models.config import says_typical_words

if TYPE_CHECKING:
    from core.analysis.inverse_layout import Mix
    from core.pipeline.decoding.map_decoder import Decoded, MapDecoder

_QUALITY = 85


def decode(db: Database, request: Request) -> Response:
    """What the model makes of ?x=&y= of ?projection=: see `_said`."""
    run = identifier(request, "run")
    decoder = opened_decoder(db, request)
    place = decoder.place(*_two_numbers(asked(request, "x"), asked(request, "y")))
    (decoded,) = decoder.decode([place])
    return json(_said(db, run, decoded), FRESH)


def walk(db: Database, request: Request) -> Response:
    """`steps`: what lies on the straight line in latent space ?from= one place ?to= another.

    Each is a frame, VIDEO:INDEX, or a place of ?projection=, X,Y.
    """
    run = identifier(request, "run")
    decoder = opened_decoder(db, request)
    start, end = (_end(db, run, decoder, asked(request, name)) for name in ("from", "to"))
    decoded = decoder.decode(decoder.between(start, end))
    return json({"steps": [_said(db, run, step) for step in decoded]}, FRESH)


def opened_decoder(db: Database, request: Request) -> MapDecoder:
    """The run's open model: the first request imports torch, which no page does."""
    from core.pipeline.decoding.map_decoder import map_decoder

    return map_decoder(db, identifier(request, "run"), asked(request, "projection"))


def _said(db: Database, run: str, decoded: Decoded) -> dict[str, Any]:
    """The picture as a WebP data address, and what is known beside it.

    `words` is null for a model without any; `distance`, in usual neighbour distances, is to `row`,
    the nearest real frame, and null where all frames are equal. A model whose words are a code of
    captions says them at frames alone: elsewhere `typical` has phrases that were said about there,
    each with the number of captions behind it, and is null at frames and for the other models.
    """
    typical = None
    if not decoded.on_a_frame and says_typical_words(runs.get(db, run).model):
        said = words_nearby(db, run).of(decoded.near)
        typical = [(line.text, line.captions) for line in said]
    return {
        "picture": data_address(decoded.picture),
        "words": decoded.words if typical is None else None,
        "typical": typical,
        "distance": decoded.distance,
        "row": decoded.row,
        "frame": str(run_rows(db, run).row_of.frame(decoded.row)),
    }


def data_address(picture: np.ndarray) -> str:
    """An (H, W, 3) RGB picture as the address of a WebP that is in it."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    webp = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])[1].tobytes()
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}"


def _end(db: Database, run: str, decoder: MapDecoder, words: str) -> Mix:
    video, _, index = words.rpartition(":")
    if not video:
        return decoder.place(*_two_numbers(*words.partition(",")[::2]))
    row = None
    if index.isdecimal() and len(index) < 10:
        row = run_rows(db, run).row_of.get(FrameId(video, int(index)))
    if row is None:
        raise NotFound("That frame is not in this run.")
    return decoder.frame(row)


def asked(request: Request, name: str) -> str:
    """What ?name= says. Raises InvalidSetting for nothing."""
    value = request.query_params.get(name)
    if not value:
        raise InvalidSetting(f"This needs {name}.")
    return value


def _two_numbers(x: str, y: str) -> tuple[float, float]:
    try:
        numbers = float(x), float(y)
    except ValueError:
        numbers = math.nan, math.nan
    if not all(map(math.isfinite, numbers)):
        raise InvalidSetting("A place of the map is two numbers, x and y.")
    return numbers
