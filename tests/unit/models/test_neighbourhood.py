"""What a frame shows: shots found in time, and content shared between shots, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.affinity import neighbourhood, shots
from models.affinity.neighbourhood import shared_content


def unit(angles: list[float]) -> Tensor:
    """(N, 2) directions in the plane, by their angles in degrees."""
    radians = torch.deg2rad(torch.tensor(angles))
    return torch.stack([radians.cos(), radians.sin()], dim=1)


def drawn(count: int, size: int = 12, seed: int = 0) -> Tensor:
    return normalize(torch.randn(count, size, generator=torch.Generator().manual_seed(seed)), dim=1)


def by_loop(features: Tensor, shot: Tensor) -> Tensor:
    """The docstring of shared_content, one shot after another."""
    numbers = range(int(shot.max()) + 1)
    means = [normalize(features[shot == number].mean(dim=0), dim=0) for number in numbers]
    content = []
    for number in numbers:
        others = [(float(means[number] @ means[o]), o) for o in numbers if o != number]
        nearest = sorted(others, reverse=True)[:5]
        weights = torch.tensor([40.0 * cosine for cosine, _ in nearest]).softmax(dim=0)
        friends = sum(
            (w * means[other] for w, (_, other) in zip(weights, nearest, strict=True)),
            torch.zeros(features.shape[1]),
        )
        content.append(normalize(0.5 * means[number] + 0.5 * friends, dim=0))
    return torch.stack([content[int(number)] for number in shot])


@pytest.mark.parametrize("at_once", [1024, 2])
def test_shots_by_hand(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Neighbours 50 degrees apart (cosine .64) are one shot, 60 degrees apart (.50) are two,
    # however far the shot has turned since it began.
    monkeypatch.setattr(shots, "_AT_ONCE", at_once)
    features, middle = unit([0, 50, 100, 160, 160, 20]).numpy() + 1, np.ones(2, np.float32)
    assert shots.SAME_SHOT == 0.55
    starts = shots.shot_starts(features, middle)
    assert starts.tolist() == [True, False, False, True, False, True]
    assert shots.shot_starts(features.astype(np.float16), middle).tolist() == starts.tolist()


def test_a_jump_is_a_new_shot_whatever_it_looks_like() -> None:
    features, middle = unit([0, 0, 0, 0]).numpy(), np.zeros(2, np.float32)
    for first in (False, True):  # what is said of the first row does not matter
        follows = np.array([first, True, False, True])
        found = shots.shot_starts(features, middle, follows)
        assert found.tolist() == [True, False, True, False]


def test_a_frame_without_features_begins_no_shot() -> None:
    features = np.eye(4, dtype=np.float32)[[0, 0, 1, 1]]
    features[1] = 0
    begins = shots.shot_starts(features, np.full(4, 0.25, np.float32))
    assert begins.tolist() == [True, False, False, False]


@pytest.mark.parametrize("batch", [1024, 3])
def test_shared_content_is_what_a_loop_gives(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood, "_BATCH", batch)
    features = drawn(40)
    shot = torch.arange(40) // 4  # 10 shots of 4 frames
    shot[39] = 10  # and one of a single frame
    found = shared_content(features, shot)
    torch.testing.assert_close(found, by_loop(features, shot), atol=1e-5, rtol=0)
    torch.testing.assert_close(found.norm(dim=1), torch.ones(40))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_fewer_shots_than_neighbours(count: int) -> None:
    features = drawn(3 * count)
    shot = torch.arange(count).repeat_interleave(3)
    found = shared_content(features, shot)
    torch.testing.assert_close(found, by_loop(features, shot), atol=1e-5, rtol=0)


def test_one_shot_is_its_own_mean() -> None:
    found = shared_content(unit([0, 90]), torch.tensor([0, 0]))
    torch.testing.assert_close(found, unit([45, 45]))


def test_shots_of_one_kind_come_together_and_kinds_stay_apart() -> None:
    kinds = torch.arange(12) % 2  # two kinds of shot by turns, each shot a little of its own
    features = normalize(drawn(2, 40, 1)[kinds] + 0.7 * drawn(12, 40, 2), dim=1)
    found = shared_content(features, torch.arange(12))
    alike = kinds[:, None] == kinds
    before, after = features @ features.T, found @ found.T
    assert after[alike].mean() > before[alike].mean() + 0.1
    assert after[alike].min() > after[~alike].max()
