"""Small pictures lie on their pages where `place` says, whole and unstretched."""

import cv2
import numpy as np
import pytest

from core.video.atlas import TILES, place, write_atlas
from core.video.picture import letterboxed


def _tile(folder, index) -> np.ndarray:
    page, left, top = place(index)
    return cv2.imread(str(folder / f"{page}.webp"))[top : top + 60, left : left + 100]


def test_each_picture_lies_in_its_place(tmp_path) -> None:
    shades = [(index * 37) % 200 + 40 for index in range(TILES + 3)]
    pictures = (np.full((120, 200, 3), shade, np.uint8) for shade in shades)
    assert write_atlas(pictures, lambda page: tmp_path / f"{page}.webp") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.webp", "1.webp"]
    for index in (0, 1, 17, 255, 256, 258):
        assert abs(_tile(tmp_path, index).mean() - shades[index]) < 4
    assert cv2.imread(str(tmp_path / "1.webp")).shape == (960, 1600, 3)
    assert _tile(tmp_path, 259).mean() < 4


def test_colours_are_not_swapped(tmp_path) -> None:
    red = np.zeros((60, 100, 3), np.uint8)
    red[..., 0] = 220
    write_atlas([red], lambda page: tmp_path / f"{page}.webp")
    blue, _green, seen_red = _tile(tmp_path, 0)[30, 50]
    assert seen_red > 180 > 60 > blue


def test_nothing_gives_no_page(tmp_path) -> None:
    assert write_atlas([], lambda page: tmp_path / f"{page}.webp") == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("height", "width", "inside"), [(200, 100, (60, 30)), (50, 200, (25, 100)), (6, 10, (60, 100))]
)
def test_letterboxed_pictures_keep_their_shape(height, width, inside) -> None:
    fitted = letterboxed(np.full((height, width, 3), 255, np.uint8), 100, 60)
    assert fitted.shape == (60, 100, 3)
    rows, columns = (fitted.max(axis=(1, 2)) > 0).sum(), (fitted.max(axis=(0, 2)) > 0).sum()
    assert (rows, columns) == inside
