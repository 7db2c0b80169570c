"""Imports everything the product runs on and prints what came of it as JSON.

A process of its own: importing takes seconds, and a broken package may end the interpreter.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from core.video.limits import CODECS
from core.video.youtube import runtime

PACKAGES = (
    "alembic av cv2 dbos jieba numpy plotly safetensors sklearn sqlalchemy streamlit torch umap "
    "youtube_transcript_api yt_dlp"
)


def main() -> None:
    """Print {"packages": {name: error or ""}, "decoders": [missing], "device": words, "youtube":
    [core.video.youtube.runtime.Part, ...]}."""
    packages = {name: _import(name) for name in PACKAGES.split()}
    decoders = [name for name in sorted(CODECS) if not _decodes(name)]
    said: dict[str, Any] = {"packages": packages, "decoders": decoders, "device": _device()}
    said["youtube"] = [] if packages["yt_dlp"] else runtime.parts()
    sys.stdout.write(json.dumps(said))


def _import(name: str) -> str:
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _decodes(name: str) -> bool:
    try:
        import av

        av.codec.Codec(name, "r")
    except Exception:
        return False
    return True


def _device() -> str:
    try:
        import torch
    except Exception:
        return ""
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
        return ", ".join(names)
    return f"the processor, {torch.get_num_threads()} threads (no GPU)"


if __name__ == "__main__":
    main()
