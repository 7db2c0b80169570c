"""From vectors back to words: against a plain loop, in pieces, and the first of equals."""

from __future__ import annotations

import pytest
import torch

from models import interface
from models.interface import nearest_words


def test_one_product_finds_what_a_loop_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(0)
    table = torch.randn(200, 30, generator=generator)
    table *= torch.rand(200, 1, generator=generator) + 0.2
    vectors = torch.randn(101, 30, generator=generator)
    far = (table.double()[None] - vectors.double()[:, None]).square().sum(dim=2)
    assert torch.equal(nearest_words(vectors, table), far.argmin(dim=1))
    monkeypatch.setattr(interface, "_SCORES", 700)  # three vectors at a time
    assert torch.equal(nearest_words(vectors, table), far.argmin(dim=1))
    assert torch.equal(
        nearest_words(vectors[:100].view(4, 25, 30), table).flatten(), far[:100].argmin(dim=1)
    )


def test_the_first_of_equals() -> None:
    table = torch.randn(300, generator=torch.Generator().manual_seed(1)).repeat(77, 1)
    table[0] = 0
    assert nearest_words(table[5:6] * 1.01, table).tolist() == [1]
    assert nearest_words(torch.zeros(2, 300), torch.zeros(5, 300)).tolist() == [0, 0]


def test_nothing_to_do() -> None:
    assert nearest_words(torch.zeros(0, 3), torch.eye(3)).tolist() == []
    assert nearest_words(torch.zeros(0, 4, 3), torch.eye(3)).shape == (0, 4)
