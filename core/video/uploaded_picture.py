"""Reads a picture from outside: known formats, bounded sizes, upright. For a child process."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import VideoUnreadable
from core.video import limits

MAX_BYTES = 20_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
EXTENSIONS = ("jpg", "jpeg", "png", "webp")  # for upload boxes
_TOO_LARGE = (
    "The picture says it has more pixels than can be read; "
    f"choose one of at most {limits.MAX_PIXELS / 1e6:.0f} million."
)


def uploaded_picture(data: bytes) -> np.ndarray:
    """(H, W, 3) uint8 RGB, no side longer than that of a kept frame; what is clear is white.

    Only the decoders of FORMATS are tried. Raises VideoUnreadable: the text is one sentence.
    """
    check_bytes(len(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are judged below, by our own limit
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
        _check(*opened.size)
        opened.draft("RGB", (2 * limits.MAX_DISPLAY_SIDE,) * 2)  # JPEG: decodes no more than needed
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError as error:  # Pillow's own limit, far above ours
        raise VideoUnreadable(_TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise VideoUnreadable(
            "That file is no picture that can be read; choose a JPEG, PNG or WebP."
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises for damage
        raise VideoUnreadable(
            "The picture is damaged or cut off; save it again as a JPEG or PNG."
        ) from error
    upright.thumbnail((limits.MAX_DISPLAY_SIDE,) * 2)
    white = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(white, upright).convert("RGB"))


def check_bytes(size: int) -> None:
    """Raises VideoUnreadable for a file that is too large to be looked at."""
    if size > MAX_BYTES:
        raise VideoUnreadable(
            f"The picture has more than {MAX_BYTES / 1e6:.0f} MB; save it smaller and try again."
        )


def _check(width: int, height: int) -> None:
    if width * height > limits.MAX_PIXELS:
        raise VideoUnreadable(_TOO_LARGE)
