"""One training step of pure-cvae and dense-cvae beside the same step written out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

from models.config import DenseCvaeConfig, ModelConfig, PureCvaeConfig
from models.factory import build
from models.interface import FrameModel
from models.losses import distortion, published
from models.published.blocks import Dense
from tests.by_hand import LEARNING_RATE, TOLERANCES, Weights, check_step, draw, see

PURE = PureCvaeConfig(width=40, height=24, latent_size=6, channels=4)
DENSE = DenseCvaeConfig(40, 24, latent_size=6, channels=4, first_dense=24, second_dense=16)


def dense(w: Weights, layer: str, x: Tensor) -> Tensor:
    return linear(x, w[f"{layer}.weight"], w[f"{layer}.bias"])


def pure_by_hand(w: Weights, frames: Tensor, noise: Tensor) -> Tensor:
    both = conv2d(see(w, frames), w["posterior.weight"], w["posterior.bias"], padding=1)
    mean, log_variance = both[:, :6], both[:, 6:]
    return draw(w, mean + (log_variance / 2).exp() * noise)


def dense_by_hand(w: Weights, frames: Tensor, noise: Tensor) -> Tensor:
    x = see(w, frames).reshape(len(frames), -1)
    x = dense(w, "posterior.1", x).clamp_min(0)
    x = dense(w, "posterior.3", x).clamp_min(0)
    x = dense(w, "posterior.5", x)
    x = x[:, :6] + (x[:, 6:] / 2).exp() * noise
    for layer in ("expand.0", "expand.2", "expand.4"):
        x = dense(w, layer, x).clamp_min(0)
    return draw(w, x.reshape(len(frames), 8, 3, 5))


def pictures(count: int = 5) -> Tensor:
    return torch.rand(count, 3, 24, 40, generator=torch.Generator().manual_seed(8))


def step(model: FrameModel, optimizer: torch.optim.Optimizer, frames: Tensor, seed: int) -> Tensor:
    posterior = model.encode(frames)
    decoded = model.decode(posterior.sample(torch.Generator().manual_seed(seed)))
    error = distortion(frames, decoded, None, None, 0.0)
    loss = published(error, posterior, model.prior_std).total
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


CASES = [(PURE, pure_by_hand, (5, 6, 3, 5)), (DENSE, dense_by_hand, (5, 6))]


@pytest.mark.parametrize(
    ("dtype", "of_gradient", "of_weight"), TOLERANCES, ids=["float32", "float64"]
)
@pytest.mark.parametrize(("config", "by_hand", "latents"), CASES, ids=["pure-cvae", "dense-cvae"])
def test_a_step_is_the_step_by_hand(
    config: ModelConfig,
    by_hand: Callable[[Weights, Tensor, Tensor], Tensor],
    latents: tuple[int, ...],
    dtype: torch.dtype,
    of_gradient: float,
    of_weight: float,
) -> None:
    torch.manual_seed(1)
    model, frames = build(config).to(dtype).train(), pictures().to(dtype)
    slow = {name: p.detach().clone().requires_grad_() for name, p in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)

    loss = step(model, optimizer, frames, seed=2)
    noise = torch.randn(latents, generator=torch.Generator().manual_seed(2)).to(dtype)
    slow_loss = ((by_hand(slow, frames, noise) - frames) ** 2).mean()
    slow_loss.backward()

    assert loss.item() == pytest.approx(slow_loss.item(), abs=of_weight)
    for name, weight in model.named_parameters():
        before, gradient = slow[name].detach(), slow[name].grad
        check_step(name, before, gradient, weight, (of_gradient, of_weight))


@pytest.mark.parametrize("config", [PURE, DENSE], ids=["pure-cvae", "dense-cvae"])
def test_the_same_seed_gives_the_same_weights(config: ModelConfig) -> None:
    def trained(seed: int) -> dict[str, Tensor]:
        torch.manual_seed(seed)
        model = build(config)
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
        for n in range(2):
            step(model, optimizer, pictures(), seed=seed + n)
        return model.state_dict()

    first, again, other = trained(5), trained(5), trained(6)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["image_encoder.0.weight"], other["image_encoder.0.weight"])


def test_fifty_steps_lose_what_torchs_own_layers_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    def losses() -> list[float]:
        torch.manual_seed(3)
        model = build(DENSE)
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
        return [step(model, optimizer, pictures(16), seed=n).item() for n in range(50)]

    ours = losses()
    monkeypatch.setattr(Dense, "forward", nn.Linear.forward)
    assert ours == pytest.approx(losses(), rel=1e-5)
    assert ours[-1] < ours[0]


@pytest.mark.parametrize("rows", [1, 16])
def test_a_dense_layer_is_a_linear_one(rows: int) -> None:
    torch.manual_seed(4)
    layer, inputs = Dense(40, 24).double(), torch.rand(rows, 40).double().requires_grad_()
    weights = torch.rand(rows, 24).double()
    found = torch.autograd.grad((layer(inputs) * weights).sum(), [inputs, *layer.parameters()])
    same = linear(inputs, layer.weight, layer.bias)
    true = torch.autograd.grad((same * weights).sum(), [inputs, *layer.parameters()])
    assert torch.allclose(layer(inputs), same, rtol=1e-13)
    assert all(
        torch.allclose(one, other, rtol=1e-13) for one, other in zip(found, true, strict=True)
    )
