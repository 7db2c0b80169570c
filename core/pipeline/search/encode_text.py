"""The child process that turns words into a point among a run's picture features: torch lives here.

Asked for {"backbone": ..., "text": ...} it says {"vector": [...], "key": ...}, the point (F,) and
the key of the features' files.
"""

from __future__ import annotations

import sys
from typing import Any

from core import child


def _encode(request: dict[str, Any], _data: bytes, say: child.Say) -> None:
    from core.video.features.choose import open_text_backbone

    network = open_text_backbone(request["backbone"])
    say(vector=network.of_texts([request["text"]])[0].tolist(), key=network.key)


if __name__ == "__main__":
    sys.exit(child.serve(_encode))
