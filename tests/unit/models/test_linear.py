"""Principal components against NumPy's singular value decomposition."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models import linear
from models.config import PcaConfig
from models.pca import Pca


@pytest.fixture
def frames() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    scale = torch.linspace(60, 1, 40).view(40, 1, 1, 1)
    pictures = 128 + scale * torch.randn(40, 3, 24, 40, generator=generator)
    return pictures.clamp(0, 255).byte()


def by_numpy(frames: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = frames.flatten(1).numpy().astype(np.float64) / 255
    mean = rows.mean(axis=0)
    _, values, directions = np.linalg.svd(rows - mean, full_matrices=False)
    return mean, values / np.sqrt(len(rows)), directions


def test_exact_components_are_those_of_the_svd(frames: torch.Tensor) -> None:
    mean, std, directions = by_numpy(frames)
    ours = linear.mean_picture(frames)
    basis, spread = linear.principal_components(frames, ours, 10)
    assert np.allclose(ours, mean, atol=1e-6)
    assert np.allclose(spread, std[:10], rtol=1e-3)
    assert np.allclose(np.abs(directions[:10] @ basis.numpy()), np.eye(10), atol=2e-2)


def test_subspace_iteration_finds_the_same_subspace(
    frames: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mean = linear.mean_picture(frames)
    exact, spread = linear.principal_components(frames, mean, 5)
    monkeypatch.setattr(linear, "EXACT_UP_TO", 10)
    near, near_spread = linear.principal_components(frames, mean, 5)
    assert torch.allclose(near_spread, spread, rtol=1e-2)
    overlap = torch.linalg.svdvals(exact.T @ near)
    assert overlap.min() > 0.99


def test_pca_of_all_components_loses_nothing(frames: torch.Tensor) -> None:
    model = Pca(PcaConfig(width=40, height=24, latent_size=60))
    model.prepare(frames, torch.Generator())
    shown = frames.float() / 255
    assert torch.allclose(model.decode(model.encode(shown).mode()), shown, atol=2e-3)
    assert torch.equal(model.encode(shown).mode()[:, 39:], torch.zeros(40, 21))
