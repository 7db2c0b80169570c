"""Where on the map each of two groups spends its airtime: kernel densities, subtracted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

CELLS = 160  # along the longer side of the grid
_SCOTT = 0.5  # of Scott's bandwidth, which is meant for a single hump; a map has many
_REACH = 4.0  # bandwidths: the grid goes on beyond the points, so that no density is cut off


@dataclass(frozen=True)
class DensityGrid:
    """Two densities on one grid; each sums to 1 over the cells times their area."""

    x: np.ndarray  # (W,) middles of the cells, in the map's units
    y: np.ndarray  # (H,)
    first: np.ndarray  # (H, W)
    second: np.ndarray  # (H, W)

    @property
    def difference(self) -> np.ndarray:
        """(H, W): first less second; the whole sums to 0."""
        return self.first - self.second

    @property
    def overlap(self) -> float:
        """The part of the two densities that they share: 0 for none, 1 for the same."""
        area = (self.x[1] - self.x[0]) * (self.y[1] - self.y[0])
        return float(np.minimum(self.first, self.second).sum() * area)


def densities(
    places: np.ndarray, side: np.ndarray, weights: np.ndarray, cells: int = CELLS
) -> DensityGrid | None:
    """Gaussian kernel densities of (N, 2) `places` whose (N,) `side` is 0 or 1.

    (N,) `weights` are seconds of airtime. Both sides get the same bandwidth, half of Scott's for
    all points together, so that a difference is never one of smoothing. Points are counted in
    cells and the cells smoothed: 50,000 points cost what 500 do. None where a side has no points.
    Source: Scott, "Multivariate Density Estimation" (1992), section 6.3.
    """
    if not all((side == which).any() for which in (0, 1)):
        return None
    bandwidth = _bandwidth(places, weights)  # (2,)
    low = places.min(axis=0) - _REACH * bandwidth
    high = places.max(axis=0) + _REACH * bandwidth
    counts = np.maximum(8, np.round(cells * (high - low) / (high - low).max())).astype(int)
    edges = [np.linspace(low[a], high[a], counts[a] + 1) for a in (0, 1)]
    size = (high - low) / counts
    smooth = [
        _density(places, weights * (side == which), edges, bandwidth, size) for which in (0, 1)
    ]
    middles = [(edge[:-1] + edge[1:]) / 2 for edge in edges]
    return DensityGrid(middles[0], middles[1], *smooth)


def _bandwidth(places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    share = weights / weights.sum()
    spread = np.sqrt(share @ np.square(places - share @ places))  # (2,)
    spread = np.where(spread > 0, spread, spread.max() or 1.0)
    effective = 1 / np.square(share).sum()
    return _SCOTT * spread * effective ** (-1 / 6)


def _density(
    places: np.ndarray,
    weights: np.ndarray,
    edges: list[np.ndarray],
    bandwidth: np.ndarray,
    size: np.ndarray,
) -> np.ndarray:
    """(H, W), normalised to 1."""
    counted, _, _ = np.histogram2d(places[:, 1], places[:, 0], edges[::-1], weights=weights)
    sigma = (bandwidth / size)[::-1]
    smooth = ndimage.gaussian_filter(counted, sigma, mode="constant", truncate=_REACH)
    return smooth / (smooth.sum() * size.prod())
