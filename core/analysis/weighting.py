"""Weights between the blocks of a latent, moved after training: what distances are made of. Pure.

A weight multiplies a block's squared distances, so 1 everywhere is the plain L2 distance of the
latents as they are exported, and 0 leaves a block out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.config import RunConfig
from core.errors import InvalidSetting
from core.records import Run

Weights = dict[str, float]
LARGEST = 10.0
_AT_ONCE = 1024  # rows of one step: they stay in the cache, and 100,000 are compared in 25 ms


def blocks_of(run: Run) -> dict[str, int]:
    """Name and size of each block of a run's latent; one for a run whose settings name none.

    That one has the size of the latents themselves: a PCA of few frames has fewer components than
    were asked for.
    """
    try:
        blocks = RunConfig.from_json(run.config).model.blocks
    except (InvalidSetting, KeyError):  # of another version's model: its latents have a map still
        blocks = {}
    return blocks if len(blocks) > 1 else {"latent": run.latent_size}


def normalised(blocks: Mapping[str, int], weights: Mapping[str, float]) -> Weights:
    """The weights in one form, so that a view has one name: {} is the plain distance.

    In block order, in thousandths, without those of 1. Raises InvalidSetting for an unknown block,
    a weight outside 0 to 10, and weights that leave nothing to measure.
    """
    if weights and len(blocks) == 1:
        raise InvalidSetting(
            "This run's latent is one block, so there is nothing to weigh; leave the weights out."
        )
    for name, weight in weights.items():
        _check(blocks, name, weight)
    rounded = {name: round(float(weights[name]), 3) + 0.0 for name in blocks if name in weights}
    changed = {name: weight for name, weight in rounded.items() if weight != 1}
    if changed and not any(size and changed.get(name, 1) for name, size in blocks.items()):
        raise InvalidSetting("All weights are 0; leave at least one above.")
    return changed


def weighted(
    latents: np.ndarray, blocks: Mapping[str, int], weights: Mapping[str, float]
) -> np.ndarray:
    """(N, D) latents whose plain L2 distances are the weighted ones: block b times sqrt(w_b).

    Without weights they are given back as they are. Raises InvalidSetting where the blocks are
    not those of the latents.
    """
    if not weights:
        return latents
    roots = np.sqrt(_per_number(latents, blocks, weights))  # (D,)
    return latents * roots.astype(latents.dtype)


def distances(
    latents: np.ndarray, point: np.ndarray, blocks: Mapping[str, int], weights: Mapping[str, float]
) -> np.ndarray:
    """(N,) float32: the weighted distances of (N, D) latents, memory-mapped or not, from a point.

    Raises InvalidSetting where the blocks, or the point (D,), are not those of the latents.
    """
    if point.shape != latents.shape[1:]:
        raise InvalidSetting(
            f"The latents have {latents.shape[1]} numbers and the point {len(point)}; train the "
            "run again."
        )
    factors = _per_number(latents, blocks, weights).astype(np.float32)  # (D,)
    squared = np.empty(len(latents), np.float32)
    for start in range(0, len(latents), _AT_ONCE):
        away = latents[start : start + _AT_ONCE] - point  # (B, D)
        squared[start : start + _AT_ONCE] = np.square(away, out=away) @ factors
    return np.sqrt(squared)


def nearest(
    latents: np.ndarray,
    row: int,
    blocks: Mapping[str, int],
    weights: Mapping[str, float],
    count: int = 8,
) -> np.ndarray:
    """(min(count, N - 1),) int64: the rows nearest to `row`, in order, as `distances` has it."""
    apart = distances(latents, latents[row], blocks, weights)
    apart[row] = np.inf
    return apart.argsort(kind="stable")[: min(count, len(latents) - 1)]


def read(text: str) -> Weights:
    """ "appearance=1,content=2" as weights, "" as none. Raises InvalidSetting for other words."""
    found: Weights = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, number = (word.strip() for word in part.partition("="))
        try:
            weight = float(number)
        except ValueError:
            equals = ""
        if not (name and equals) or name in found:
            raise InvalidSetting(
                f"Weights are written BLOCK=NUMBER, each block once, as in content=2,words=0; "
                f"{part!r} was given."
            )
        found[name] = weight
    return found


def written(weights: Mapping[str, float]) -> str:
    """Normalised weights as `read` reads them."""
    return ",".join(f"{name}={weight:g}" for name, weight in weights.items())


def _check(blocks: Mapping[str, int], name: str, weight: float) -> None:
    if name not in blocks:
        raise InvalidSetting(
            f"This run's latent has no block {name!r}; choose from {', '.join(blocks)}."
        )
    if not 0 <= weight <= LARGEST:  # NaN is neither
        raise InvalidSetting(
            f"The weight of {name} must lie between 0 and {LARGEST:g}; {weight:g} was given."
        )


def _per_number(
    latents: np.ndarray, blocks: Mapping[str, int], weights: Mapping[str, float]
) -> np.ndarray:
    """(D,) float64: each number's factor on its squared difference."""
    sizes = list(blocks.values())
    if sum(sizes) != latents.shape[1]:
        raise InvalidSetting(
            f"The blocks of this run's settings have {sum(sizes)} numbers, its latents "
            f"{latents.shape[1]}; train it again to weigh them."
        )
    return np.repeat([weights.get(name, 1.0) for name in blocks], sizes)
