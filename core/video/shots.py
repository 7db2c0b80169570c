"""What the pictures of a video say of its shots: cuts, light and colour, whatever found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shots:
    """What was seen between `from_s` and `until_s`; times on the video's clock."""

    from_s: float
    until_s: float
    pictures: int
    cuts_s: list[float]
    seconds: list[int]  # of the video, those with a picture
    brightness: list[float]  # of each: mean CIELAB lightness, 0 to 100
    colour: list[float]  # of each: mean CIELAB chroma; 0 is grey, 100 about as strong as it gets

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Shots:
        """Raises TypeError for what is none."""
        return cls(**plain)

    @property
    def length_s(self) -> float:
        return self.until_s - self.from_s
