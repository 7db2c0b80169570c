"""A yt-dlp session under fixed options; what it warns of is kept for the sentence that explains."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed, InvalidSetting
from core.video.addresses import Address
from core.video.youtube import settings
from core.video.youtube.refusals import INSTEAD, failed

MAX_BYTES = 2 * 1024**3
HEIGHT = 720
BARE = {"quiet": True, "no_warnings": True, "noprogress": True, "no_color": True}
_EXTRACTORS = ["youtube", "youtube:tab", "youtube:playlist"]
_KEPT = 50  # warnings
_FIELDS = 7  # of a line of a cookies file


class Heard:
    """What yt-dlp prints goes nowhere, but its warnings tell why there are no formats."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        if "SABR" in message:  # said aloud for some clients only
            self.warning(message)

    def info(self, _message: str) -> None: ...

    def warning(self, message: str) -> None:
        if len(self.warnings) < _KEPT:
            self.warnings.append(message)

    def error(self, _message: str) -> None: ...  # it arrives as an exception


def options(folder: Path) -> dict[str, Any]:
    """No configuration files, netrc, plugins, post-processing or other programs but the runtime.

    Cookies only from the file that the owner of the machine named; what YouTube sets is forgotten.
    """
    return BARE | {
        "allowed_extractors": _EXTRACTORS,
        "paths": {"home": str(folder)},
        "outtmpl": {"default": "%(id)s.%(ext)s"},
        "format": pictures(),
        "max_filesize": MAX_BYTES,
        "noplaylist": True,
        "playlistend": 1,
        "cachedir": False,
        "usenetrc": False,
        "cookiefile": _cookies(),
        "cookiesfrombrowser": None,
        "enable_file_urls": False,
        "postprocessors": [],
        "fixup": "never",
        "updatetime": False,
        "writesubtitles": False,
        "writeautomaticsub": False,
        "allow_unplayable_formats": False,
        "retries": 3,
        "fragment_retries": 3,
        "extractor_retries": 1,
        "socket_timeout": 20,
        "logger": Heard(),
    }


def pictures() -> str:
    """One plain file that needs no merging: pictures alone will do, at most 720 lines.

    Of those whose size is known the best that is not too large: a long video has fewer lines.
    """
    plain = f"[height<={HEIGHT}][protocol=https][filesize<?{MAX_BYTES}]"
    return "/".join(
        (
            f"bv{plain}[vcodec^=avc1][ext=mp4]",
            f"bv{plain}[ext=webm]",
            f"bv{plain}",
            f"b{plain}",
            "wv[protocol=https]",
            "w[protocol=https]",
        )
    )


def session(options: dict[str, Any]) -> Any:
    """A yt-dlp session, to be used as a context."""
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    from yt_dlp import YoutubeDL

    return YoutubeDL(options, auto_init=True)


def errors() -> tuple[type[BaseException], ...]:
    """What a session raises."""
    from yt_dlp.utils import YoutubeDLError

    return (YoutubeDLError, OSError)


def asked(session: Any, address: Address, process: bool) -> dict[str, Any]:
    """What YouTube says of the address. Raises DownloadFailed."""
    try:
        info = session.extract_info(address.url, download=False, process=process)
    except errors() as error:
        raise failed(address, error, warnings(session)) from error
    if not isinstance(info, dict):
        raise DownloadFailed(f"YouTube says nothing about {address.id}. {INSTEAD}")
    return info


def warnings(session: Any) -> list[str]:
    """What the session has warned of so far."""
    logger = session.params.get("logger")
    return logger.warnings if isinstance(logger, Heard) else []


def _cookies() -> io.StringIO | None:
    """A copy, because yt-dlp writes what YouTube sets back to where cookies came from."""
    kept = settings.cookies()
    if kept is None:
        return None
    lines = kept.decode("utf-8", "replace").splitlines()
    whole = [line for line in lines if line.count("\t") == _FIELDS - 1]
    if not whole:
        raise InvalidSetting(
            f"The file that {settings.COOKIES} names holds no cookies; "
            "export them in the Netscape format (cookies.txt), or unset it."
        )
    return io.StringIO("\n".join(["# Netscape HTTP Cookie File", *whole, ""]))
