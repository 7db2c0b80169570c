"""The speech model that a job uses; where there is none, fetched if somebody consented."""

from __future__ import annotations

from core.errors import CaptionsUnavailable
from core.format import size
from core.storage import Database
from core.storage.progress import Progress
from core.text.speech import download as downloads
from core.text.speech import model as models
from core.text.speech.model import Model


def speech_model(db: Database, report: Progress, consent: bool) -> Model:
    """Raises CaptionsUnavailable where there is none and none may be fetched, DownloadFailed,
    InvalidSetting."""
    folder = db.files.speech_model
    found = models.find(folder)
    if found is None and consent:
        downloads.download(folder, report)
        found = models.find(folder)
    if found is None:
        raise CaptionsUnavailable(
            f"There is no speech model; allow fetching one ({size(downloads.BYTES)}, on the "
            "command line with --download), or name its folder in AFFINITY_WHISPER."
        )
    return found
