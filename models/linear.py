"""Principal components: exact up to 4,096 pictures, by subspace iteration above."""

from __future__ import annotations

import torch
from torch import Tensor

EXACT_UP_TO = 4096  # pictures; the Gram matrix of more no longer fits a laptop
_BATCH = 256


def mean_picture(frames: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 -> (P,) float32 in [0, 1], P = 3 H W."""
    total = torch.zeros(frames[0].numel(), dtype=torch.float64)
    for batch in frames.split(_BATCH // 16):  # each is copied as float64
        total += batch.flatten(1).sum(dim=0, dtype=torch.float64)
    return (total / (255.0 * len(frames))).float()


def principal_components(frames: Tensor, mean: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` directions of most variance around `mean`, (P, count), and their std, (count,).

    `frames` is (N, 3, H, W) uint8. Columns are orthonormal, largest variance first. At most
    N - 1 directions carry variance, so `count` may come back smaller.
    """
    count = min(count, max(1, len(frames) - 1))
    if len(frames) <= EXACT_UP_TO:
        return components_of_rows(_centred(frames, mean), count)
    return _by_subspace_iteration(frames, mean, count)


def components_of_rows(
    rows: Tensor, count: int, precision: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    """Exact components of centred rows (N, P) by the N x N Gram matrix (the "snapshot" method).

    Single `precision` is enough for those of most variance and takes half the time.
    Source: Sirovich, "Turbulence and the dynamics of coherent structures" (1987), part I.
    """
    gram = _gram(rows).to(precision)  # (N, N)
    values, vectors = torch.linalg.eigh(gram)
    values, vectors = values.flip(0)[:count].clamp_min(1e-12), vectors.flip(1)[:, :count]
    basis = rows.T @ (vectors / values.sqrt()).float()  # (P, count)
    return _orthonormal(basis), (values / len(rows)).sqrt().float()


def principal_components_of_rows(rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Components of centred rows (N, P), at most N - 1 and P of them; their std, (count,).

    By the smaller of the two Gram matrices: for rows that are few or short.
    """
    count = min(count, len(rows) - 1, rows.shape[1])
    if len(rows) <= rows.shape[1]:
        return components_of_rows(rows, count)
    values, vectors = torch.linalg.eigh((rows.T @ rows).double())  # (P, P)
    variances = (values.flip(0)[:count] / len(rows)).clamp_min(0.0)
    return vectors.flip(1)[:, :count].float(), variances.sqrt().float()


def ridge(inputs: Tensor, outputs: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Ridge regression of (N, Q) outputs on (N, P) inputs: weights (P, Q) and a level (Q,).

    `penalty` adds to the squared length of the inputs around their mean. Solved for the smaller of
    N and P unknowns. Source: Hoerl and Kennard, "Ridge Regression" (1970).
    """
    middle, level = inputs.mean(dim=0), outputs.mean(dim=0)
    x, y = (inputs - middle).double(), (outputs - level).double()
    if len(x) <= x.shape[1]:
        gram = x @ x.T + penalty * torch.eye(len(x), dtype=x.dtype)
        weights = x.T @ torch.linalg.solve(gram, y)
    else:
        gram = x.T @ x + penalty * torch.eye(x.shape[1], dtype=x.dtype)
        weights = torch.linalg.solve(gram, x.T @ y)
    return weights.float(), (level - middle @ weights.float()).float()


def _gram(rows: Tensor) -> Tensor:
    """(N, P) -> (N, N); half of it is computed, the other half is its mirror image."""
    gram = rows.new_zeros(len(rows), len(rows))
    for start in range(0, len(rows), _BATCH):
        gram[start : start + _BATCH, start:] = rows[start : start + _BATCH] @ rows[start:].T
    return gram.triu() + gram.triu(1).T


def _orthonormal(basis: Tensor) -> Tensor:
    """The nearest thing to `basis` with exactly orthonormal columns; keeps order and sign."""
    q, r = torch.linalg.qr(basis)
    return q * torch.sign(torch.diagonal(r))


def _centred(frames: Tensor, mean: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 -> (N, P) float32 around `mean`."""
    return frames.flatten(1).float().div_(255.0).sub_(mean)


def _by_subspace_iteration(frames: Tensor, mean: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Halko, Martinsson and Tropp, "Finding structure with randomness" (2011), algorithm 4.4."""
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(len(mean), count + 16, generator=generator)
    basis = torch.linalg.qr(start)[0]
    for _ in range(4):
        image = torch.zeros_like(basis)
        for batch in frames.split(_BATCH):
            rows = _centred(batch, mean)
            image += rows.T @ (rows @ basis)  # (P, count + 16)
        basis = torch.linalg.qr(image)[0]
    small = torch.cat([_centred(batch, mean) @ basis for batch in frames.split(_BATCH)])
    _, values, rotation = torch.linalg.svd(small, full_matrices=False)
    kept = basis @ rotation.T[:, :count]
    return kept, values[:count] / len(frames) ** 0.5
