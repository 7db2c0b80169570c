"""The compact model's linear path: as many directions as asked for, of however few frames."""

from __future__ import annotations

import pytest
import torch

from models import compact_config
from models.compact import Compact
from models.compact_config import CompactConfig


@pytest.mark.parametrize("latent", [320, pytest.param(1000, marks=pytest.mark.thorough)])
def test_every_size_that_is_allowed_can_be_had(
    latent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact_config, "_ROWS", 2)  # the fewest: more take longer
    config = CompactConfig(width=48, height=32, latent_size=latent, channels=4, maps=1)
    drawn = torch.Generator().manual_seed(0)
    frames = torch.randint(0, 256, (12, 3, 32, 48), generator=drawn, dtype=torch.uint8)
    model = Compact(config)
    model.prepare(frames, torch.Generator().manual_seed(0))
    torch.testing.assert_close(model.basis.T @ model.basis, torch.eye(latent), atol=1e-4, rtol=0)
    shown = frames.float() / 255
    assert (model.decode(model.encode(shown).mode()) - shown).square().mean() < 1e-3
