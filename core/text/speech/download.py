"""Brings a Whisper model from the hub where none is installed; only when somebody consented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.format import size
from core.storage.files import remove_tree
from core.text.vectors.transfer import transfer

ADDRESS = "https://huggingface.co/Systran/faster-whisper-base/resolve/main"
BYTES = 148_000_000  # of all files, about
_FILES = {  # and how large each may be
    "config.json": 1_000_000,
    "vocabulary.txt": 10_000_000,
    "tokenizer.json": 20_000_000,
    "model.bin": 400_000_000,
}


def download(
    folder: Path, report: Callable[[float, str], None], address: str | None = None
) -> None:
    """Bring the files at `address` (the hub's) into `folder`, which is there when all of them are.

    Goes on where it broke off. Raises DownloadFailed, StorageFailed.
    """
    arriving = folder.with_name(f"{folder.name}.part")
    for name, most in _FILES.items():
        if not (arriving / name).exists():
            part = arriving / f"{name}.part"
            transfer(f"{address or ADDRESS}/{name}", part, most, _pace(name, report))
            part.rename(arriving / name)
    remove_tree(folder)
    arriving.rename(folder)


def _pace(
    name: str, report: Callable[[float, str], None]
) -> Callable[[int, int | None, float | None], None]:
    def pace(done: int, _of: int | None, _left_s: float | None) -> None:
        share = min(1.0, done / BYTES) if name == "model.bin" else 0.0
        report(share, f"Fetching the speech model, {size(done)} of {size(BYTES)}")

    return pace
