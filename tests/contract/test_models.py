"""What every model must do, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config import RunConfig
from core.storage import checkpoints
from models.config import CompactConfig, ModelConfig, PcaConfig
from models.factory import build
from models.interface import FrameModel

SMALL: dict[str, ModelConfig] = {
    "pca": PcaConfig(width=48, height=32, latent_size=6),
    "compact": CompactConfig(
        width=48, height=32, latent_size=12, own_components=6, channels=8, maps=4
    ),
}


@pytest.fixture(params=sorted(SMALL))
def config(request: pytest.FixtureRequest) -> ModelConfig:
    return SMALL[request.param]


@pytest.fixture
def frames() -> torch.Tensor:
    """(20, 3, 32, 48) uint8: a disc that moves over a coloured ground."""
    rows, columns = np.mgrid[0:32, 0:48]
    pictures = np.zeros((20, 3, 32, 48), np.uint8)
    for index in range(20):
        disc = (rows - 16) ** 2 + (columns - 4 - 2 * index) ** 2 < 36
        pictures[index] = (40 + 8 * index, 90, 200 - 6 * index)[0]
        pictures[index, 1] += np.uint8(3 * index)
        pictures[index][:, disc] = 230
    return torch.from_numpy(pictures)


def prepared(config: ModelConfig, frames: torch.Tensor, seed: int = 0) -> FrameModel:
    torch.manual_seed(seed)
    model = build(config)
    model.prepare(frames, torch.Generator().manual_seed(seed))
    return model


def test_shapes(config: ModelConfig, frames: torch.Tensor) -> None:
    model = prepared(config, frames)
    posterior = model.encode(frames[:5].float() / 255)
    assert posterior.mean.shape == posterior.log_variance.shape == (5, config.latent_size)
    assert model.prior_std.shape == (config.latent_size,)
    assert (model.prior_std > 0).all()
    assert model.decode(posterior.mode()).shape == (5, 3, config.height, config.width)
    assert model.sample(3).shape == (3, 3, config.height, config.width)


def test_parameters_are_counted_right(config: ModelConfig) -> None:
    counted = sum(tensor.numel() for tensor in build(config).state_dict().values())
    assert config.parameters() == counted


def test_default_parameters_are_counted_right(config: ModelConfig) -> None:
    default = type(config)()
    counted = sum(tensor.numel() for tensor in build(default).state_dict().values())
    assert default.parameters() == counted


def test_preparing_already_reconstructs(config: ModelConfig, frames: torch.Tensor) -> None:
    model = prepared(config, frames)
    shown = frames.float() / 255
    spread = float((shown - shown.mean(0)).square().mean())
    error = (model.decode(model.encode(shown).mode()) - shown).square().mean().item()
    assert error < 0.2 * spread


def test_same_seed_same_weights(config: ModelConfig, frames: torch.Tensor) -> None:
    first, second = prepared(config, frames, 3), prepared(config, frames, 3)
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name]), name


def test_a_saved_model_decodes_the_same(
    config: ModelConfig, frames: torch.Tensor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("checkpoint")
    model = prepared(config, frames).eval()
    checkpoints.save_model(folder, model, RunConfig(config))
    again = checkpoints.open_model(folder)
    latents = model.encode(frames.float() / 255).mode()
    assert torch.equal(model.decode(latents), again.decode(latents))


def test_encoding_one_frame_is_encoding_it_among_others(
    config: ModelConfig, frames: torch.Tensor
) -> None:
    model = prepared(config, frames).eval()
    shown = frames.float() / 255
    together = model.encode(shown).mode()
    alone = model.encode(shown[7:8]).mode()
    assert torch.allclose(together[7:8], alone, atol=1e-4)


def test_refuses_pictures_it_cannot_have(config: ModelConfig) -> None:
    with pytest.raises(ValueError, match="multiples of 8"):
        replace(config, width=50)
