"""Draws latents such as frames have: scenes of twenty like frames, of kinds that come again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_SCENE = 20  # frames
_SCENES_A_KIND = 40
_AT_ONCE = 2_000  # scenes


def latents(frames: int, numbers: int, folder: Path) -> np.ndarray:
    """(frames, numbers) float32 in the folder's latents-FRAMES-NUMBERS.npy, drawn when missing.

    Directions have less spread the later they come, as principal components have. Frames of a scene
    move slowly; a scene lies about one of the kinds, of which there are one for 40 scenes.
    """
    path = folder / f"latents-{frames}-{numbers}.npy"
    if not path.exists():
        temporary = path.with_suffix(".part")
        out = np.lib.format.open_memmap(temporary, "w+", np.float32, (frames, numbers))
        _draw(out)
        out.flush()
        temporary.replace(path)
    return np.load(path)


def _draw(out: np.ndarray) -> None:
    generator, numbers = np.random.default_rng(0), out.shape[1]
    scenes = -(-len(out) // _SCENE)
    kinds = max(8, scenes // _SCENES_A_KIND)
    spread = (np.arange(1, numbers + 1) ** -0.8).astype(np.float32)

    def noise(*shape: int) -> np.ndarray:
        return generator.standard_normal((*shape, numbers), np.float32) * spread

    of_kind = 10 * noise(kinds)
    kind = generator.integers(0, kinds, scenes)
    steps = np.arange(_SCENE, dtype=np.float32)[:, None]
    for first in range(0, scenes, _AT_ONCE):
        count = min(_AT_ONCE, scenes - first)
        begins = of_kind[kind[first : first + count]] + 4 * noise(count)
        moved = begins[:, None] + 0.1 * noise(count)[:, None] * steps  # (S, 20, D)
        moved += 0.5 * noise(count, _SCENE)
        rows = moved.reshape(-1, numbers)[: len(out) - first * _SCENE]
        out[first * _SCENE : first * _SCENE + len(rows)] = rows
