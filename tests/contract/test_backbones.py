"""What every backbone keeps to: rows of length 1, the same however the pictures are batched."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from core.video.features import Backbone, open_backbone
from tests.fake_packages import (
    OPEN_CLIP,
    TIMM,
    TORCHVISION,
    put_open_clip,
    put_timm,
    put_torchvision,
)


@pytest.fixture(
    scope="module",
    params=["efficientnet-lite2", "efficientnet-lite0", TORCHVISION, TIMM, OPEN_CLIP],
)
def backbone(request: pytest.FixtureRequest) -> Iterator[Backbone]:
    """The real network that is installed; the others over stand-ins for their packages."""
    open_backbone.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        put_torchvision(patch)
        put_timm(patch)
        put_open_clip(patch)
        yield open_backbone(request.param)
    open_backbone.cache_clear()


def _pictures(count: int, height: int = 90, width: int = 160) -> np.ndarray:
    """Blocks of colour, other ones in each picture: (count, height, width, 3) uint8."""
    coarse = np.random.default_rng(7).integers(0, 256, (count, 3, 4, 3), np.uint8)
    tiled = np.kron(coarse, np.ones((1, -(-height // 3), -(-width // 4), 1), np.uint8))
    return tiled[:, :height, :width]


def test_rows_have_length_one(backbone: Backbone) -> None:
    rows = backbone.features(_pictures(6))
    assert rows.shape == (6, backbone.size)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.linalg.norm(rows[0] - rows[1]) > 0.01


def test_the_same_pictures_give_the_same_rows(backbone: Backbone) -> None:
    pictures = _pictures(3)
    first = backbone.features(pictures)
    np.testing.assert_array_equal(backbone.features(pictures.copy()), first)


def test_a_row_does_not_depend_on_its_batch(backbone: Backbone) -> None:
    pictures = _pictures(7)
    together = backbone.features(pictures)
    for number in range(len(pictures)):
        alone = backbone.features(pictures[number : number + 1])
        np.testing.assert_allclose(alone[0], together[number], atol=1e-4)


def test_no_pictures(backbone: Backbone) -> None:
    assert backbone.features(_pictures(0)).shape == (0, backbone.size)


@pytest.mark.parametrize("size", [(160, 90), (64, 64), (30, 400), (1, 1)])
def test_pictures_of_other_proportions(backbone: Backbone, size: tuple[int, int]) -> None:
    rows = backbone.features(_pictures(2, *size))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_view_with_gaps_is_a_picture_too(backbone: Backbone) -> None:
    pictures = _pictures(2, 180, 320)[:, ::2, ::-2]
    np.testing.assert_array_equal(
        backbone.features(pictures), backbone.features(np.ascontiguousarray(pictures))
    )


def test_other_arrays_are_refused(backbone: Backbone) -> None:
    for wrong in (_pictures(1)[0], _pictures(1)[..., :1], _pictures(1).astype(np.float32)):
        with pytest.raises(ValueError, match=r"pictures are \(B, H, W, 3\) uint8"):
            backbone.features(wrong)


def test_it_has_a_name_and_a_key_for_a_file(backbone: Backbone) -> None:
    assert backbone.name
    assert re.fullmatch(r"[\w-]{5,100}", backbone.key, re.ASCII)
