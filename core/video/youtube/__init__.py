"""Downloads YouTube videos with yt-dlp under fixed options; every refusal becomes one sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.config import data_folder
from core.errors import DownloadFailed
from core.format import clock, day_and_time
from core.video import limits
from core.video.addresses import Address
from core.video.part import WHOLE, Part
from core.video.youtube import part_download
from core.video.youtube.pacing import Pace
from core.video.youtube.refusals import INSTEAD as _INSTEAD
from core.video.youtube.refusals import failed as _failed
from core.video.youtube.session import HEIGHT, MAX_BYTES, warnings
from core.video.youtube.session import asked as _asked
from core.video.youtube.session import errors as _errors
from core.video.youtube.session import options as _options
from core.video.youtube.session import session as _session

MAX_DURATION_S = 6 * 3600.0  # of the part that is asked for
_SOUND = "ba[ext=m4a][protocol=https]/ba[protocol=https]/ba"
_AFTER_END_S = 2 * 3600.0  # until YouTube shows the whole of what was live
_PROCESSING_S = 3 * 3600.0
_HOUR_S = 3600.0

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Download:
    """A video as it arrived."""

    file: Path
    title: str
    info: dict[str, Any]  # what yt-dlp says of it


def download(
    youtube_id: str, folder: Path, report: Report, part: Part = WHOLE, pace: Pace | None = None
) -> Download:
    """Download one video into the private `folder`, when it is its turn by `pace`.

    Of a `part` only what it needs, on the whole's clock, where YouTube's file can be cut; else the
    whole. Raises DownloadFailed, Postponed, InvalidSetting.
    """
    wanted = _options(folder)
    done, file = _paced(youtube_id, folder, report, wanted, part, pace)
    kind = limits.container_of(file)
    kept = file.rename(folder / f"video.{kind.extension}") if kind else file
    return Download(kept, _title(done), done)


def download_sound(youtube_id: str, folder: Path, report: Report, pace: Pace | None = None) -> Path:
    """Download the smallest sound of one video into the private `folder`, as `download` does."""
    wanted = _options(folder) | {"format": _SOUND, "format_sort": ["+size", "+br"]}
    return _paced(youtube_id, folder, report, wanted, WHOLE, pace)[1]


def _paced(
    youtube_id: str,
    folder: Path,
    report: Report,
    wanted: dict[str, Any],
    part: Part,
    pace: Pace | None,
) -> tuple[dict[str, Any], Path]:
    """What yt-dlp says of a download and its file; one that breaks off is begun once more."""
    folder.mkdir(parents=True, exist_ok=True)
    turns = pace or Pace(data_folder())
    turns.wait(youtube_id, report)
    try:
        try:
            return _fetched(youtube_id, folder, report, wanted, part)
        except DownloadFailed as error:
            if error.kind != "broken off":
                raise
            turns.wait(youtube_id, report)
            return _fetched(youtube_id, folder, report, wanted, part)
    except DownloadFailed as error:
        if error.kind == "pause" and error.retry_after_s:
            turns.hold(error.retry_after_s)
        raise


def _fetched(
    youtube_id: str, folder: Path, report: Report, wanted: dict[str, Any], part: Part
) -> tuple[dict[str, Any], Path]:
    address = Address("video", youtube_id)
    say = _Hook(youtube_id, report)
    report(0.0, "Asking YouTube")
    with _session(wanted | {"progress_hooks": [say]}) as session:
        info = _facts(session, address)
        _check(info, youtube_id, part)
        try:
            if not part.whole:
                cut = folder / f"{youtube_id}.mp4"
                if chosen := part_download.fetch(session, info, cut, part, report):
                    return chosen, cut
                cut.unlink(missing_ok=True)
            done = session.process_ie_result(info, download=True)
        except _errors() as error:
            raise say.failure or _failed(address, error, warnings(session)) from error
    return done, _file(done, folder, youtube_id)


def _facts(session: Any, address: Address) -> dict[str, Any]:
    """What YouTube says of a video before anything is downloaded.

    What is yet to come is refused without its facts; asked again, they tell when it begins.
    """
    try:
        return _asked(session, address, process=False)
    except DownloadFailed as error:
        if error.kind != "upcoming":
            raise
        session.params["ignore_no_formats_error"] = True
        return {"live_status": "is_upcoming"} | _asked(session, address, process=False)


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


def _check(info: dict[str, Any], youtube_id: str, part: Part) -> None:
    _check_live(info, youtube_id)
    duration_s = float(info.get("duration") or 0)
    if duration_s and part.from_s >= duration_s:
        raise DownloadFailed(
            f"{youtube_id} lasts {clock(duration_s)}; the part {part} lies beyond its end."
        )
    length_s = part.length_s(duration_s)
    if length_s > MAX_DURATION_S:
        raise DownloadFailed(
            f"{youtube_id} lasts {length_s / 3600:.1f} hours, more than "
            f"{MAX_DURATION_S / 3600:.0f}; add the part you need (from and until), or upload it."
        )


def _check_live(info: dict[str, Any], youtube_id: str) -> None:
    state = info.get("live_status")
    if state == "is_upcoming":
        raise _upcoming(info, youtube_id)
    if info.get("is_live") or state == "is_live":
        raise DownloadFailed(
            f"{youtube_id} is live now; it can be had some time after its end.",
            retry_after_s=_AFTER_END_S,
        )
    if state == "post_live":
        raise DownloadFailed(
            f"{youtube_id} has just ended, and YouTube still works on the recording; "
            "it can be had in some hours.",
            retry_after_s=_PROCESSING_S,
        )


def _upcoming(info: dict[str, Any], youtube_id: str) -> DownloadFailed:
    starts_at = info.get("release_timestamp")
    if not starts_at:
        return DownloadFailed(
            f"{youtube_id} has not been shown yet; it can be had some time after its end.",
            retry_after_s=_AFTER_END_S,
        )
    length_s = float(info.get("duration") or _HOUR_S)
    wait_s = max(0.0, float(starts_at) - time.time()) + length_s + _AFTER_END_S
    return DownloadFailed(
        f"{youtube_id} starts {day_and_time(float(starts_at))}; "
        "it can be had some time after its end.",
        retry_after_s=wait_s,
    )


def _file(done: Any, folder: Path, youtube_id: str) -> Path:
    """The file that arrived. A video filtered out ends well too, but without one."""
    downloads = done.get("requested_downloads") if isinstance(done, dict) else None
    file = Path((downloads or [{}])[0].get("filepath") or "")
    inside = file.is_file() and file.resolve().is_relative_to(folder.resolve())
    if not inside:
        raise DownloadFailed(
            f"YouTube offers no file of {youtube_id} that can be used "
            f"(at most {HEIGHT} lines and {MAX_BYTES // 1024**3} GB). {_INSTEAD}"
        )
    return file


def _title(done: dict[str, Any]) -> str:
    title = "".join(c for c in str(done.get("title") or "") if c.isprintable())
    return title.strip()[:200]
