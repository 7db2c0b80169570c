"""Many small pictures on few WebP pages: 16 x 16 tiles of 100 x 60, in the order given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from core.video.picture import letterboxed

TILE_WIDTH, TILE_HEIGHT, TILES_ACROSS, TILES_DOWN = 100, 60, 16, 16
TILES = TILES_ACROSS * TILES_DOWN
_QUALITY = 80


def place(index: int) -> tuple[int, int, int]:
    """(page, left, top) of picture `index`; left and top in pixels."""
    page, tile = divmod(index, TILES)
    row, column = divmod(tile, TILES_ACROSS)
    return page, column * TILE_WIDTH, row * TILE_HEIGHT


def write_atlas(pictures: Iterable[np.ndarray], path_of_page: Callable[[int], Path]) -> int:
    """Write (H, W, 3) uint8 RGB pictures onto pages as they come; returns the number of pages.

    Tiles without a picture are black; every page has the same size.
    """
    page = np.zeros((TILES_DOWN * TILE_HEIGHT, TILES_ACROSS * TILE_WIDTH, 3), np.uint8)
    index = -1
    for index, picture in enumerate(pictures):
        number, left, top = place(index)
        page[top : top + TILE_HEIGHT, left : left + TILE_WIDTH] = letterboxed(
            picture, TILE_WIDTH, TILE_HEIGHT
        )
        if (index + 1) % TILES == 0:
            _write(page, path_of_page(number))
            page[:] = 0
    if (index + 1) % TILES:
        _write(page, path_of_page(index // TILES))
    return -(-(index + 1) // TILES)


def _write(page: np.ndarray, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    bgr = cv2.cvtColor(page, cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])[1].tobytes()
    temporary = path.with_name(f".{path.name}")
    temporary.write_bytes(data)
    temporary.replace(path)
