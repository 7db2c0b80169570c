"""The content block: its posterior by hand, what unknown features give, and very few frames."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.affinity.content import ContentBlock
from models.affinity.neighbourhood import shared_content
from models.affinity.shots import shot_starts

FEATURES, SIZE = 24, 5
SHOTS, LONG = 12, 6  # 12 shots of 6 frames
FOLLOWS = torch.arange(SHOTS * LONG) % LONG > 0


def features(seed: int = 0) -> Tensor:
    """(72, F) of length 1: three kinds of shot, each shot its own, each frame by chance."""
    generator = torch.Generator().manual_seed(seed)

    def some(count: int) -> Tensor:
        return normalize(torch.randn(count, FEATURES, generator=generator), dim=1)

    kind = some(3)[torch.arange(SHOTS) % 3]
    shot = (2 + kind + 0.5 * some(SHOTS)).repeat_interleave(LONG, dim=0)
    return normalize(shot + 0.5 * some(SHOTS * LONG), dim=1)


def fitted(given: Tensor, follows: Tensor = FOLLOWS, size: int = SIZE) -> ContentBlock:
    block = ContentBlock(given.shape[1], size)
    block.prepare(given, follows)
    return block


def shots(given: Tensor) -> Tensor:
    """(N,) the number of each row's shot."""
    starts = shot_starts(given.numpy(), given.mean(dim=0).numpy(), FOLLOWS.numpy())
    return torch.from_numpy(starts).cumsum(0) - 1


def spread(latents: Tensor, shot: Tensor) -> Tensor:
    """Mean distance from the own shot's middle, as a share of that from the middle of all."""
    middles = torch.stack([latents[shot == number].mean(dim=0) for number in shot.unique()])
    within = (latents - middles[shot]).norm(dim=1).mean()
    return within / (latents - latents.mean(dim=0)).norm(dim=1).mean()


def test_the_deviation_is_that_of_probabilistic_pca() -> None:
    given = features()
    block = fitted(given)
    found, deviation = block.encode(given)
    seen = normalize(given - given.mean(dim=0), dim=1)
    aimed = shared_content(seen, shots(given))
    missed = float((aimed - block.decode(found)).square().mean())  # sigma^2
    # Tipping and Bishop (1999), section 3.3, with W = basis x std and z = x / std: the covariance
    # of x | t is std M^-1 sigma^2 std, where M = W' W + sigma^2 I; the basis is orthonormal.
    scaled = block.basis * block.std
    inner = scaled.T @ scaled + missed * torch.eye(SIZE)
    covariance = missed * torch.linalg.inv(inner) * block.std * block.std[:, None]
    torch.testing.assert_close(deviation[0], covariance.diagonal().sqrt(), rtol=1e-3, atol=1e-6)
    assert torch.equal(deviation, deviation[:1].expand_as(deviation))
    torch.testing.assert_close(found.std(dim=0), block.std, rtol=1e-4, atol=1e-6)
    assert (deviation[0] < block.std).all()


def test_the_mean_aims_at_the_shared_content() -> None:
    given = features()
    block = fitted(given)
    seen = normalize(given - given.mean(dim=0), dim=1)
    aimed = shared_content(seen, shots(given))
    of_block = (block.decode(block.encode(given)[0]) - aimed).square().sum()
    plainly = (seen - block.centre) @ block.basis @ block.basis.T + block.centre - aimed
    assert of_block < 0.5 * plainly.square().sum()  # the reader does better than projecting
    assert of_block < 0.3 * (aimed - aimed.mean(dim=0)).square().sum()
    torch.testing.assert_close(block.basis.T @ block.basis, torch.eye(SIZE), atol=1e-4, rtol=0)


def test_unknown_features_give_the_prior() -> None:
    given = features()
    block = fitted(given)
    mixed = given[:6].clone()
    mixed[2:4] = 0
    mean, deviation = block.encode(mixed)
    assert not mean[2:4].any() and torch.equal(deviation[2:4], block.std.expand(2, SIZE))
    alone, narrow = block.encode(given[:6])
    for row in (0, 1, 4, 5):
        torch.testing.assert_close(mean[row], alone[row])
        assert torch.equal(deviation[row], narrow[row])


def test_unknown_features_are_not_fitted_to() -> None:
    given = features()
    gaps = torch.cat([given[:36], torch.zeros(5, FEATURES), given[36:]])
    follows = torch.cat([FOLLOWS[:36], torch.zeros(5, dtype=torch.bool), FOLLOWS[36:]])
    for name, tensor in fitted(gaps, follows).state_dict().items():
        assert torch.equal(tensor, fitted(given).state_dict()[name]), name


def test_frames_of_one_shot_lie_nearer_than_before() -> None:
    given = features()
    shot = torch.arange(SHOTS).repeat_interleave(LONG)
    found = fitted(given).encode(given)[0]
    assert spread(found, shot) < 0.6 * spread(given, shot)
    kinds = torch.arange(SHOTS) % 3
    other = torch.cdist(found, found).masked_fill(shot[:, None] == shot, torch.inf)
    assert (kinds[shot[other.argmin(dim=1)]] == kinds[shot]).all()


def test_a_rotation_of_the_features_does_not_matter() -> None:
    given = features()
    turn = torch.linalg.qr(
        torch.randn(FEATURES, FEATURES, generator=torch.Generator().manual_seed(9))
    )[0]
    plain, turned = fitted(given), fitted(given @ turn)
    first, second = plain.encode(given)[0], turned.encode(given @ turn)[0]
    torch.testing.assert_close(
        torch.cdist(first, first), torch.cdist(second, second), atol=1e-3, rtol=0
    )
    torch.testing.assert_close(plain.std, turned.std, atol=1e-4, rtol=0)
    torch.testing.assert_close(plain.noise, turned.noise, atol=1e-4, rtol=0)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_very_few_frames(count: int) -> None:
    block = fitted(features()[:count], FOLLOWS[:count])
    for name, tensor in block.state_dict().items():
        assert torch.isfinite(tensor).all(), name
    assert (block.std > 0).all() and (block.noise > 0).all()
    mean, deviation = block.encode(features())
    assert torch.isfinite(mean).all() and (deviation > 0).all()
    assert torch.isfinite(block.decode(mean)).all()
    if count < 2:
        assert not mean.any() and (deviation == 1).all()  # the prior, whatever is shown


@pytest.mark.parametrize("count", [1, 3])
def test_frames_all_alike(count: int) -> None:
    block = fitted(features()[:1].repeat(6, 1), FOLLOWS[:6])
    mean, deviation = block.encode(features()[:count])
    assert torch.isfinite(mean).all() and (deviation > 0).all()


def test_no_known_frame_leaves_the_prior() -> None:
    block = fitted(torch.zeros(10, FEATURES), FOLLOWS[:10])
    assert (block.std == 1).all() and (block.noise == 1).all()
    assert not block.encode(torch.zeros(2, FEATURES))[0].any()


def test_half_precision_features_are_taken() -> None:
    given = features()
    exact, rounded = fitted(given), fitted(given.half())
    assert rounded.basis.dtype == torch.float32
    first, second = exact.encode(given)[0], rounded.encode(given)[0]
    torch.testing.assert_close(
        torch.cdist(first, first), torch.cdist(second, second), atol=0.02, rtol=0
    )
