"""CRVAE's training step beside a slow one, written token by token.

The slow decoder is the published one: a bidirectional cell of two layers that is called once for
each token. The slow reader is written out gate by gate.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from models.config import CrvaeConfig
from models.losses import distortion, published
from models.published.crvae import Crvae
from tests.by_hand import LEARNING_RATE, TOLERANCES, Weights, check_step, draw, see

HIDDEN, WORDS, WORD_SIZE, LENGTH, BATCH = 8, 11, 12, 7, 5
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def crvae(cell: str, dtype: torch.dtype = torch.float32, seed: int = 1) -> Crvae:
    torch.manual_seed(seed)
    config = CrvaeConfig(
        width=40,
        height=24,
        latent_size=6,
        channels=4,
        dense=20,
        cell=cell,
        hidden=HIDDEN,
        word_size=WORD_SIZE,
    )
    model = Crvae(config)
    vectors = torch.randn(WORDS, WORD_SIZE, generator=torch.Generator().manual_seed(3))
    vectors[0] = 0
    model.use_words(vectors, LENGTH)
    return model.to(dtype).train()


def batch(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Frames, and captions of 7, 4, 1, 0 and 7 tokens."""
    generator = torch.Generator().manual_seed(4)
    frames = torch.rand(BATCH, 3, 24, 40, generator=generator).to(dtype)
    words = torch.randint(1, WORDS, (BATCH, LENGTH), generator=generator)
    for row, length in enumerate((7, 4, 1, 0, 7)):
        words[row, length:] = 0
    return frames, words


def one_token(cell: str, x: Tensor, h: Tensor, c: Tensor, at: list[Tensor]) -> tuple:
    """One token through one cell: (B, E), (B, hidden) twice -> hidden and cell after it."""
    seen, kept = linear(x, at[0], at[2]), linear(h, at[1], at[3])
    if cell == "rnn":
        return torch.tanh(seen + kept), c
    if cell == "lstm":
        i, f, g, o = (seen + kept).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    r, z, _ = (seen + kept).sigmoid().chunk(3, dim=1)
    n = torch.tanh(seen.chunk(3, dim=1)[2] + r * kept.chunk(3, dim=1)[2])
    return (1 - z) * n + z * h, c


def read_slowly(cell: str, w: Weights, vectors: Tensor) -> Tensor:
    hidden_states, cell_states, x = [], [], vectors
    for layer in (0, 1):
        sides = []
        for suffix, order in (("", range(LENGTH)), ("_reverse", reversed(range(LENGTH)))):
            kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            at = [w[f"reader.cells.{kind}_l{layer}{suffix}"] for kind in kinds]
            h = c = x.new_zeros(BATCH, HIDDEN)
            outputs: dict[int, Tensor] = {}
            for token in order:
                h, c = one_token(cell, x[:, token], h, c, at)
                outputs[token] = h
            hidden_states.append(h)
            cell_states.append(c)
            sides.append(torch.stack([outputs[token] for token in range(LENGTH)], dim=1))
        x = torch.cat(sides, dim=2)
    return torch.cat(hidden_states + (cell_states if cell == "lstm" else []), dim=1)


def slow_writer(cell: str, model: Crvae) -> nn.Module:
    """The published decoder's cell, with the model's weights."""
    writer = CELLS[cell](WORD_SIZE, HIDDEN, num_layers=2, bidirectional=True, batch_first=True)
    weights = {
        f"{kind}_l{place // 2}{'_reverse' if place % 2 else ''}": getattr(
            model.writer.cells[place], f"{kind}_l0"
        )
        for place in range(4)
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    writer.to(next(model.parameters()).dtype).load_state_dict(weights)
    return writer


def write_slowly(
    cell: str, writer: nn.Module, leave: Any, states: Tensor, true: Tensor | None
) -> Tensor:
    """Token by token; each step sees `true` of the step before, or what it predicted itself."""
    kinds = [
        torch.stack([states[:, n * HIDDEN : (n + 1) * HIDDEN] for n in range(start, start + 4)])
        for start in range(0, states.shape[1] // HIDDEN, 4)
    ]
    state: Any = tuple(kinds) if cell == "lstm" else kinds[0]
    vector, spoken = states.new_zeros(BATCH, 1, WORD_SIZE), []
    for token in range(LENGTH):
        output, state = writer(vector, state)
        predicted = leave(output)
        spoken.append(predicted[:, 0])
        vector = predicted if true is None else true[:, token : token + 1]
    return torch.stack(spoken, dim=1)


def normalised(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    variance = ((x - x.mean(dim=0)) ** 2).mean(dim=0)
    return (x - x.mean(dim=0)) / (variance + 1e-5).sqrt() * weight + bias


def by_hand(
    model: Crvae, w: Weights, writer: nn.Module, frames: Tensor, words: Tensor, forced: bool
) -> Tensor:
    """The loss of one step: image MSE + 3 x text MSE, padding included."""
    cell, vectors, x = model.config.cell, model.embedding[words], see(w, frames)
    seen = normalised(x.reshape(BATCH, -1), w["image_norm.weight"], w["image_norm.bias"])
    read = read_slowly(cell, w, vectors)
    read = normalised(read, w["text_norm.weight"], w["text_norm.bias"])
    joined = linear(torch.cat([read, seen], dim=1), w["join.weight"], w["join.bias"]).clamp_min(0)
    both = linear(joined, w["posterior.weight"], w["posterior.bias"])
    noise = torch.randn(BATCH, 6, generator=torch.Generator().manual_seed(2)).to(frames)
    latents = both[:, :6] + (both[:, 6:] / 2).exp() * noise
    parted = linear(latents, w["expand.weight"], w["expand.bias"]).clamp_min(0)
    parted = linear(parted, w["split_head.weight"], w["split_head.bias"])
    states, folded = parted[:, : read.shape[1]], parted[:, read.shape[1] :]
    decoded = draw(w, folded.reshape(BATCH, 4, 3, 5))

    def leave(output: Tensor) -> Tensor:
        return linear(output, w["writer.leave.weight"], w["writer.leave.bias"])

    spoken = write_slowly(cell, writer, leave, states, vectors if forced else None)
    return ((decoded - frames) ** 2).mean() + 3 * ((spoken - vectors) ** 2).mean()


def slow_gradient(name: str, slow: Weights, writer: nn.Module) -> Tensor:
    """Of the fast model's parameter `name`, in the slow formulation."""
    if not name.startswith("writer.cells."):
        return slow[name].grad
    _, _, place, kind = name.split(".")
    suffix = "_reverse" if int(place) % 2 else ""
    kind = kind.removesuffix("_l0")
    return getattr(writer, f"{kind}_l{int(place) // 2}{suffix}").grad


def step(model: Crvae, optimizer: torch.optim.Optimizer, seed: int, forced: bool) -> Tensor:
    frames, words = batch(model.prior_std.dtype)
    posterior = model.encode(frames, words)
    latents = posterior.sample(torch.Generator().manual_seed(seed))
    decoded, spoken = model.decode_both(latents, words if forced else None)
    error = distortion(frames, decoded, model.embedding[words], spoken, model.config.text_weight)
    loss = published(error, posterior, model.prior_std).total
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@pytest.mark.parametrize(
    ("dtype", "of_gradient", "of_weight"), TOLERANCES, ids=["float32", "float64"]
)
@pytest.mark.parametrize("forced", [True, False], ids=["forced", "free"])
@pytest.mark.parametrize("cell", sorted(CELLS))
def test_a_step_is_the_step_token_by_token(
    cell: str, forced: bool, dtype: torch.dtype, of_gradient: float, of_weight: float
) -> None:
    model = crvae(cell, dtype)
    slow = {name: p.detach().clone().requires_grad_() for name, p in model.named_parameters()}
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    writer = slow_writer(cell, model)
    slow_loss = by_hand(model, slow, writer, *batch(dtype), forced)
    slow_loss.backward()

    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    loss = step(model, optimizer, 2, forced)

    assert loss.item() == pytest.approx(slow_loss.item(), abs=of_weight)
    for name, weight in model.named_parameters():
        gradient = slow_gradient(name, slow, writer)
        check_step(name, before[name], gradient, weight, (of_gradient, of_weight))


@pytest.mark.parametrize("forced", [True, False], ids=["forced", "free"])
@pytest.mark.parametrize("cell", sorted(CELLS))
def test_whole_sequences_are_the_tokens_one_by_one(cell: str, forced: bool) -> None:
    model, (_, words) = crvae(cell), batch()
    states = torch.randn(BATCH, model.config.state_size, generator=torch.Generator().manual_seed(6))
    true = model.embedding[words]
    writer = slow_writer(cell, model)
    slow = write_slowly(cell, writer, model.writer.leave, states, true if forced else None)
    fast = model._spoken(states, words if forced else None)
    assert (fast - slow).abs().max() <= 1e-6


@pytest.mark.parametrize("cell", [*sorted(CELLS), "transformer"])
def test_the_same_seed_gives_the_same_weights(cell: str) -> None:
    def trained(seed: int) -> dict[str, Tensor]:
        model = crvae(cell, seed=seed)
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
        for n in range(2):
            step(model, optimizer, seed + n, forced=True)
        return model.state_dict()

    first, again, other = trained(5), trained(5), trained(6)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["join.weight"], other["join.weight"])
