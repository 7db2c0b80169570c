"""Downloads YouTube videos with yt-dlp under fixed options; every refusal becomes one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed
from core.video import limits
from core.video.addresses import MAX_ADDRESSES, Address

MAX_BYTES = 2 * 1024**3
MAX_DURATION_S = 6 * 3600.0
_HEIGHT = 720
_EXTRACTORS = ["youtube", "youtube:tab", "youtube:playlist"]
_INSTEAD = "Upload the video file instead."

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Download:
    """A video as it arrived."""

    file: Path
    title: str


def download(youtube_id: str, folder: Path, report: Report) -> Download:
    """Download one video into the private `folder`. Raises DownloadFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    address = Address("video", youtube_id)
    say = _Hook(youtube_id, report)
    report(0.0, "Asking YouTube")
    with _session(_options(folder) | {"progress_hooks": [say]}) as session:
        info = _asked(session, address, process=False)  # facts first: a live stream fails later
        _check(info, youtube_id)
        try:
            done = session.process_ie_result(info, download=True)
        except _errors() as error:
            raise say.failure or _failed(address, error) from error
    return Download(_file(done, folder, youtube_id), _title(done))


def playlist(address: Address) -> list[Address]:
    """The videos of a playlist, at most 200. Raises DownloadFailed."""
    options = _options(Path(os.devnull)) | {"extract_flat": "in_playlist", "noplaylist": False}
    with _session(options | {"playlistend": MAX_ADDRESSES}) as session:
        info = _asked(session, address, process=True)
    ids = [str((entry or {}).get("id")) for entry in info.get("entries") or []]
    videos = [Address("video", found) for found in ids if re.fullmatch(r"[\w-]{11}", found, re.A)]
    if not videos:
        raise DownloadFailed(
            f"The playlist {address.id} holds no videos that can be seen; "
            "make it public, or add its videos one by one."
        )
    return list(dict.fromkeys(videos))[:MAX_ADDRESSES]


def _options(folder: Path) -> dict[str, Any]:
    """No configuration files, cookies, netrc, plugins, post-processing or other programs."""
    return {
        "allowed_extractors": _EXTRACTORS,
        "paths": {"home": str(folder)},
        "outtmpl": {"default": "%(id)s.%(ext)s"},
        "format": _format(),
        "max_filesize": MAX_BYTES,
        "noplaylist": True,
        "playlistend": 1,
        "cachedir": False,
        "usenetrc": False,
        "cookiefile": None,
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
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "no_color": True,
        "logger": _Silence(),
    }


def _format() -> str:
    """One plain file that needs no merging: pictures alone will do, at most 720 lines."""
    plain = f"[height<={_HEIGHT}][protocol=https]"
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


class _Silence:
    """What yt-dlp prints goes nowhere: its errors arrive as exceptions."""

    def debug(self, _message: str) -> None: ...
    def info(self, _message: str) -> None: ...
    def warning(self, _message: str) -> None: ...
    def error(self, _message: str) -> None: ...


class _Hook:
    """Passes progress on, and stops a download that grows past the limit."""

    def __init__(self, youtube_id: str, report: Report) -> None:
        self._id, self._report = youtube_id, report
        self.failure: DownloadFailed | None = None

    def __call__(self, status: dict[str, Any]) -> None:
        done = float(status.get("downloaded_bytes") or 0)
        total = float(status.get("total_bytes") or status.get("total_bytes_estimate") or 0)
        if done > MAX_BYTES:
            from yt_dlp.utils import DownloadCancelled

            self.failure = DownloadFailed(
                f"{self._id} is larger than {MAX_BYTES // 1024**3} GB; "
                "upload a smaller version of the file instead."
            )
            raise DownloadCancelled
        self._report(min(1.0, done / total) if total else 0.0, f"Downloading, {done / 1e6:.0f} MB")


def _session(options: dict[str, Any]) -> Any:
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    from yt_dlp import YoutubeDL

    return YoutubeDL(options, auto_init=True)


def _errors() -> tuple[type[BaseException], ...]:
    from yt_dlp.utils import YoutubeDLError

    return (YoutubeDLError, OSError)


def _asked(session: Any, address: Address, process: bool) -> dict[str, Any]:
    try:
        info = session.extract_info(address.url, download=False, process=process)
    except _errors() as error:
        raise _failed(address, error) from error
    if not isinstance(info, dict):
        raise DownloadFailed(f"YouTube says nothing about {address.id}. {_INSTEAD}")
    return info


def _check(info: dict[str, Any], youtube_id: str) -> None:
    if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming", "post_live"):
        raise DownloadFailed(
            f"{youtube_id} is a live stream; add it when it has ended and YouTube shows it whole."
        )
    duration_s = float(info.get("duration") or 0)
    if duration_s > MAX_DURATION_S:
        raise DownloadFailed(
            f"{youtube_id} lasts {duration_s / 3600:.1f} hours, more than "
            f"{MAX_DURATION_S / 3600:.0f}; upload the part you need as a file."
        )


def _file(done: Any, folder: Path, youtube_id: str) -> Path:
    """The file that arrived. A video filtered out ends well too, but without one."""
    downloads = done.get("requested_downloads") if isinstance(done, dict) else None
    file = Path((downloads or [{}])[0].get("filepath") or "")
    inside = file.is_file() and file.resolve().is_relative_to(folder.resolve())
    if not inside:
        raise DownloadFailed(
            f"YouTube offers no file of {youtube_id} that can be used "
            f"(at most {_HEIGHT} lines and {MAX_BYTES // 1024**3} GB). {_INSTEAD}"
        )
    kind = limits.container_of(file)
    return file.rename(folder / f"video.{kind.extension}") if kind else file


def _title(done: dict[str, Any]) -> str:
    title = "".join(c for c in str(done.get("title") or "") if c.isprintable())
    return title.strip()[:200]


_REASONS = (
    (r"private video", "is private"),
    (r"age[- ]restricted|confirm your age", "is age-restricted"),
    (r"not a bot|429|too many requests", "was refused: YouTube takes this computer for a robot"),
    (r"members[- ]only|join this channel", "is for the channel's members only"),
    (r"available in your country|geo|blocked it in", "may not be seen in this country"),
    (r"requested format is not available", "comes in no format that can be used"),
    (r"live event|premieres? in", "has not been shown yet"),
    (r"http error 40[13]|forbidden", "was refused by YouTube"),
    (r"unavailable|removed|terminated|does not exist|not exist", "is not available"),
    (
        r"unable to (?:download|connect)|resolve|timed out|connection|network|transport",
        "cannot be reached: the connection to YouTube failed",
    ),
)


def _failed(address: Address, error: BaseException) -> DownloadFailed:
    said = str(error).lower().replace("\n", " ")
    for pattern, reason in _REASONS:
        if re.search(rf"\b(?:{pattern})", said):
            return DownloadFailed(f"{address.id} {reason}. {_INSTEAD}")
    return DownloadFailed(f"YouTube refused {address.id}. {_INSTEAD}")
