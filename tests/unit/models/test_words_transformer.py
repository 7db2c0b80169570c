"""The Transformer of captions: what a token may see, and what padding must not change."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.published.words_transformer import TransformerReader, TransformerWriter, positions

WORD_SIZE, HIDDEN = 12, 16


@pytest.fixture
def reader() -> TransformerReader:
    torch.manual_seed(0)
    return TransformerReader(WORD_SIZE, HIDDEN).eval()


@pytest.fixture
def writer() -> TransformerWriter:
    torch.manual_seed(0)
    return TransformerWriter(WORD_SIZE, HIDDEN).eval()


@pytest.fixture
def states() -> Tensor:
    return drawn(3, 4 * HIDDEN)


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def test_a_token_changes_no_output_before_it(writer: TransformerWriter, states: Tensor) -> None:
    seen = drawn(3, 9, WORD_SIZE)
    spoken = writer.forced(states, seen)
    for token in range(9):
        other = seen.clone()
        other[:, token] += 1.0
        changed = writer.forced(states, other)
        assert torch.allclose(changed[:, :token], spoken[:, :token], atol=1e-6)
        assert not torch.allclose(changed[:, token], spoken[:, token], atol=1e-3)


def test_the_states_change_every_output(writer: TransformerWriter, states: Tensor) -> None:
    seen = drawn(3, 5, WORD_SIZE)
    changed = (writer.forced(states + 1, seen) - writer.forced(states, seen)).abs()
    assert (changed.amax(dim=2) > 1e-3).all()


def test_forced_is_stepping_with_the_true_words(writer: TransformerWriter, states: Tensor) -> None:
    seen = drawn(3, 9, WORD_SIZE)
    stepped = [writer.forced(states, seen[:, : n + 1])[:, -1] for n in range(9)]
    assert torch.allclose(torch.stack(stepped, dim=1), writer.forced(states, seen), atol=1e-5)


def test_free_running_sees_its_own_words(writer: TransformerWriter, states: Tensor) -> None:
    spoken = writer.free(states, 6)
    seen = torch.cat([torch.zeros(3, 1, WORD_SIZE), spoken[:, :-1]], dim=1)
    assert torch.allclose(writer.forced(states, seen), spoken, atol=1e-5)
    assert torch.allclose(writer.free(states, 4), spoken[:, :4], atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_padding_is_not_read(reader: TransformerReader, training: bool) -> None:
    reader.train(training)
    vectors, words = drawn(3, 4, WORD_SIZE), torch.ones(3, 4, dtype=torch.int64)
    short = reader(vectors, words)
    padded = torch.cat([vectors, 9 * torch.ones(3, 5, WORD_SIZE)], dim=1)
    long = reader(padded, torch.cat([words, torch.zeros(3, 5, dtype=torch.int64)], dim=1))
    assert torch.allclose(short, long, atol=1e-5)
    assert not torch.allclose(short, reader(vectors.flip(1), words), atol=1e-3)


def test_a_caption_of_nothing_is_a_learned_vector(reader: TransformerReader) -> None:
    vectors = drawn(3, 4, WORD_SIZE)
    words = torch.tensor([[1, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    found = reader(vectors, words)
    assert found.isfinite().all()
    assert torch.allclose(found[1], found[2], atol=1e-6)
    assert torch.allclose(found[1], reader(vectors[1:2, :1], words[1:2, :1])[0], atol=1e-6)
    found[1].sum().backward()
    assert reader.nothing.grad.abs().max() > 0
    assert all(p.grad is None or p.grad.isfinite().all() for p in reader.parameters())


def test_only_an_empty_caption_sees_the_learned_vector(reader: TransformerReader) -> None:
    vectors, words = drawn(1, 4, WORD_SIZE), torch.tensor([[1, 2, 3, 0]])
    before = reader(vectors, words)
    with torch.no_grad():
        reader.nothing += drawn(HIDDEN)  # not a constant: the norms would take that out
    assert torch.allclose(reader(vectors, words), before, atol=1e-6)


def test_positions_have_no_greatest_length() -> None:
    far = positions(3000, torch.zeros(1, HIDDEN))
    assert far.shape == (3000, HIDDEN)
    assert torch.allclose(far[:40], positions(40, torch.zeros(1, HIDDEN)))
    assert torch.pdist(far[:200]).min() > 0.1
    assert far.abs().max() <= 1.0


def test_it_learns_to_say_what_it_read(
    reader: TransformerReader, writer: TransformerWriter
) -> None:
    """Eight captions of four words, from the states alone after a short training."""
    vectors = drawn(10, WORD_SIZE)
    words = torch.randint(1, 10, (8, 4), generator=torch.Generator().manual_seed(2))
    true = vectors[words]
    seen = torch.cat([torch.zeros(8, 1, WORD_SIZE), true[:, :-1]], dim=1)
    optimizer = torch.optim.Adam([*reader.parameters(), *writer.parameters()], lr=3e-3)
    for _ in range(120):
        loss = (writer.forced(reader(true, words), seen) - true).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    spoken = writer.free(reader(true, words), 4)
    nearest = torch.cdist(spoken.flatten(0, 1), vectors).argmin(dim=1).view(8, 4)
    assert (nearest == words).float().mean() > 0.8
