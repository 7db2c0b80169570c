"""Cosines as strong as they are in pictures: their lengths, their colours, their covariance."""

from __future__ import annotations

import math

import torch

from models.cosines import cosine_rows

HEIGHT, WIDTH = 8, 12
VALUES = 3 * HEIGHT * WIDTH


def wave(rows: int, columns: int) -> torch.Tensor:
    """(H, W) of length 1: so many half turns down and across."""
    down = (math.pi * rows * (torch.arange(HEIGHT) + 0.5) / HEIGHT).cos()
    across = (math.pi * columns * (torch.arange(WIDTH) + 0.5) / WIDTH).cos()
    both = down[:, None] * across
    return both / both.norm()


def test_all_of_them_have_the_pictures_power_and_are_orthogonal() -> None:
    pictures = torch.randn(70, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    rows = cosine_rows(pictures, 10 * VALUES)
    assert rows.shape == (VALUES, VALUES)
    power = pictures.square().flatten(1).sum(dim=1).mean()
    torch.testing.assert_close(rows.square().sum(), power)
    products = rows @ rows.T
    torch.testing.assert_close(products, products.diagonal().diag(), atol=1e-5, rtol=0)


def test_the_covariance_of_cosines_is_found_again() -> None:
    colours = torch.linalg.qr(torch.tensor([[1.0, 2, 0], [1, -1, 1], [1, 0, -1]]))[0]
    kinds = [(3.0, 0, (1, 2)), (2.0, 0, (0, 4)), (1.0, 1, (3, 0)), (0.5, 2, (2, 2))]
    every = [
        strength * (colours[:, colour][:, None, None] * wave(*turns)).flatten()
        for strength, colour, turns in kinds
    ]
    shown = torch.stack([sign * 2 * one for one in every for sign in (1, -1)])
    rows = cosine_rows(shown.view(-1, 3, HEIGHT, WIDTH), 4)
    torch.testing.assert_close(rows.norm(dim=1), torch.tensor([3.0, 2.0, 1.0, 0.5]))
    wanted = shown.T @ shown / len(shown)
    torch.testing.assert_close(rows.T @ rows, wanted, atol=1e-4, rtol=1e-4)
