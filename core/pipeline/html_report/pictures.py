"""A report's pictures as WebP inside the page: tiles for the map, single ones for the cards."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core.records import FrameId
from core.storage import Database, results
from core.video.picture import letterboxed

_ACROSS = 16  # tiles across and down a page
_LARGE_TILES = 1_000  # points up to which tiles are large: then a page stays under some 10 MB
_LARGE, _SMALL = 160, 100  # pixels wide
_QUALITY = 72


def tile_size(aspects: Sequence[float], points: int) -> tuple[int, int, int]:
    """Width and height of a tile in the videos' usual shape, and how many stand across a page."""
    width = _LARGE if points <= _LARGE_TILES else _SMALL
    usual = float(np.median(aspects)) if aspects else 5 / 3
    return width, round(width / min(max(usual, 0.6), 2.4)), _ACROSS


def data_uri(data: bytes, kind: str) -> str:
    """A picture as an address of its own; "" where there is none."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}" if data else ""


def atlas_pages(paths: Sequence[Path], tile: tuple[int, int, int]) -> list[str]:
    """The pictures at `paths` as pages of tiles, in their order; one that is not there is black.

    A page is 16 tiles across and as many down as it needs, at most 16.
    """
    width, height, across = tile
    pages = []
    for first in range(0, len(paths), across * across):
        of_page = paths[first : first + across * across]
        page = np.zeros((-(-len(of_page) // across) * height, across * width, 3), np.uint8)
        for place, path in enumerate(of_page):
            picture = _read(path, 2 * width)
            if picture is not None:
                top, left = place // across * height, place % across * width
                page[top : top + height, left : left + width] = letterboxed(picture, width, height)
        pages.append(_webp(page))
    return pages


def webp(path: Path, width: int) -> str:
    """One picture, at most `width` pixels wide; "" where it is not there or cannot be read."""
    picture = _read(path, 2 * width)
    if picture is None:
        return ""
    scale = min(1.0, width / picture.shape[1])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return _webp(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def decoded(db: Database, run_id: str, frame: FrameId) -> Path:
    """The frame decoded from its latent."""
    return results.keyframe(db, run_id, frame)


def _read(path: Path, enough: int) -> np.ndarray | None:
    """(H, W, 3) uint8 BGR; a JPEG far wider than `enough` pixels is read at half its size."""
    if not path.is_file():
        return None
    picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_2)
    if picture is not None and picture.shape[1] >= enough:
        return picture
    return cv2.imread(str(path), cv2.IMREAD_COLOR)


def _webp(picture: np.ndarray) -> str:
    packed = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])[1]
    return data_uri(packed.tobytes(), "webp")
