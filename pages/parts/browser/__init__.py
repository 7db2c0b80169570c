"""What every part that is drawn in the browser shares: its scripts, and what travels to them."""

from __future__ import annotations

from pathlib import Path

from core.format import SCRIPT as FORMAT

_SHARED = ("choices", "elements", "data", "pictures")


def scripts(folder: Path, *names: str) -> str:
    """The shared scripts and those of `folder`, as the text of one module of the browser."""
    files = [FORMAT, *(Path(__file__).with_name(f"{name}.js") for name in _SHARED)]
    files += [folder / f"{name}.js" for name in names]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
