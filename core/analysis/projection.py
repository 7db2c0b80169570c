"""Lays latents out on a plane: t-SNE, UMAP or principal components. For display only. Pure."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.analysis import limits
from core.analysis.neighbours import nearest_among
from core.analysis.pca_scores import pca_scores
from core.analysis.threads import threads_for
from core.errors import InvalidSetting
from core.machine import threads

METHODS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}
PERPLEXITY = 15  # the published choice for cn; 5 to 50 is offered
SMALLEST_PERPLEXITY, LARGEST_PERPLEXITY = 5, 50
_FEWEST_FRAMES = 4
_TREE_UP_TO = 20_000  # frames: of more, t-SNE's repulsion is interpolated on a grid
# Frames: of more, UMAP starts from principal components. A graph of thousands of parts, as scenes
# far apart make it, has a spectral layout of its parts that took more than 15 minutes.
_SPECTRAL_UP_TO = 10_000
_PLACED_BY = 5  # fitted frames that another one is placed by


def largest_perplexity(frames: int) -> int:
    """The largest perplexity that makes sense for `frames` points: a third of the others."""
    return max(1, min(LARGEST_PERPLEXITY, (frames - 1) // 3))


def settings_of(
    method: str,
    frames: int,
    perplexity: float | None = None,
    weights: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The settings of one layout, complete and in one form, so that a layout has one name.

    A perplexity that is not given is 15, or what the number of frames allows. `landmarks` are said
    where not all frames are fitted (core.analysis.limits). `weights` are normalised ones
    (core.analysis.weighting); those of the plain distance are not mentioned.
    Raises InvalidSetting for an unknown method or a perplexity that cannot be used.
    """
    if method not in METHODS:
        raise InvalidSetting(
            f"There is no projection {method!r}; choose from {', '.join(METHODS)}."
        )
    weighed: dict[str, Any] = {"weights": dict(weights)} if weights else {}
    if method != "pca" and not limits.exact(frames):
        weighed["landmarks"] = limits.EXACT_UP_TO
    if method != "tsne":
        return weighed
    if perplexity is None:
        perplexity = min(PERPLEXITY, largest_perplexity(frames))
    if not (math.isfinite(perplexity) and 1 <= perplexity < frames):
        raise InvalidSetting(
            f"Perplexity {perplexity:g} cannot be used with {frames} frames; "
            f"choose {min(SMALLEST_PERPLEXITY, largest_perplexity(frames))} "
            f"to {largest_perplexity(frames)}."
        )
    whole = float(perplexity).is_integer()
    return {"perplexity": int(perplexity) if whole else float(perplexity), **weighed}


def project(
    latents: np.ndarray, method: str, settings: dict[str, Any] | None = None, seed: int = 0
) -> np.ndarray:
    """Lay (N, D) latents out as (N, 2) float32, around the origin. Same seed, same layout.

    t-SNE and UMAP lay out 50,000 of more frames than that and place each other one among its
    nearest of those. UMAP of more than 10,000 starts from principal components.

    Raises InvalidSetting for an unknown method, a bad perplexity, or fewer than 4 frames.
    """
    given = settings or {}
    complete = settings_of(method, len(latents), given.get("perplexity"))
    if len(latents) < _FEWEST_FRAMES:
        raise InvalidSetting(
            f"This run has {len(latents)} frames; a map needs at least {_FEWEST_FRAMES}."
        )
    points = np.asarray(latents, dtype=np.float32)  # (N, D)
    if points.shape[1] < 2:
        points = np.hstack([points, np.zeros((len(points), 1), np.float32)])  # (N, 2)
    with threads_for(len(points)):
        if "landmarks" in complete:
            placed = _on_landmarks(points, method, complete, seed)
        else:
            placed = _LAYOUTS[method](points, complete, seed)  # (N, 2)
    return np.ascontiguousarray(placed - placed.mean(axis=0), dtype=np.float32)


def _on_landmarks(
    points: np.ndarray, method: str, settings: dict[str, Any], seed: int
) -> np.ndarray:
    """(N, 2): the landmarks as laid out, another point at the middle of its nearest landmarks.

    Each coordinate is the median of theirs, which keeps to the side where most of them are. Nearest
    is meant in the directions that hold 90 % of the variance. Source: Policar, Strazar and Zupan,
    "Embedding to reference t-SNE space addresses batch effects" (2021).
    """
    rows = limits.drawn(len(points), settings["landmarks"])
    fitted = _LAYOUTS[method](points[rows], settings, seed)
    placed = np.empty((len(points), 2), np.float32)
    others = np.setdiff1d(np.arange(len(points)), rows, assume_unique=True)
    placed[rows] = fitted
    scores = pca_scores(points)
    for part in limits.slices(len(others)):
        nearest, _ = nearest_among(scores[rows], scores[others[part]], _PLACED_BY)
        placed[others[part]] = np.median(fitted[nearest], axis=1)
    return placed


def _tsne(points: np.ndarray, settings: dict[str, Any], seed: int) -> np.ndarray:
    if len(points) > _TREE_UP_TO:
        return _tsne_on_grid(points, settings, seed)
    from sklearn.manifold import TSNE

    init = "pca" if np.ptp(points, axis=0).max() > 0 else "random"
    model = TSNE(perplexity=settings["perplexity"], init=init, random_state=seed)
    return model.fit_transform(points)


def _tsne_on_grid(points: np.ndarray, settings: dict[str, Any], seed: int) -> np.ndarray:
    """Linderman et al., "Fast interpolation-based t-SNE for improved visualization" (2019)."""
    from openTSNE import TSNE

    model = TSNE(
        perplexity=settings["perplexity"],
        initialization="pca" if np.ptp(points, axis=0).max() > 0 else "random",
        neighbors="exact",
        negative_gradient_method="fft",
        random_state=seed,
        n_jobs=threads(),
    )
    return np.asarray(model.fit(points))


def _umap(points: np.ndarray, settings: dict[str, Any], seed: int) -> np.ndarray:
    from umap import UMAP

    neighbours = min(15, len(points) - 1)
    init = "spectral" if len(points) > 3 * neighbours else "random"
    if len(points) > _SPECTRAL_UP_TO:
        init = "pca"
    model = UMAP(n_neighbors=neighbours, min_dist=0.1, init=init, random_state=seed, n_jobs=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a graph in several parts is no fault
        return model.fit_transform(points)


def _pca(points: np.ndarray, _settings: dict[str, Any], seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA

    if np.ptp(points, axis=0).max() == 0:
        return np.zeros((len(points), 2))  # all alike: one place for all
    return PCA(n_components=2, random_state=seed).fit_transform(points)


_LAYOUTS = {"tsne": _tsne, "umap": _umap, "pca": _pca}
