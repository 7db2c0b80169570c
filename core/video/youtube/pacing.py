"""Spaces what all processes of one installation ask of YouTube, and holds it when YouTube asks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from core.errors import Postponed
from core.storage.files import read_json, write_json
from core.storage.project import Project
from core.video.youtube import settings

DOWNLOADS, CAPTIONS = "youtube", "youtube-captions"  # files in the data folder, with their locks
_PATIENCE_S = 30.0
_WORTH_WAITING_S = 120.0  # a longer hold is left to a retry: nobody keeps a worker's place for it
_LOOK_S = 0.5

Report = Callable[[float, str], None]


class Pace:
    """When the next of its kind may be asked for; times in seconds since the epoch.

    `folder` is a project's: YouTube does not know them apart, and all have one pace.
    """

    def __init__(self, folder: Path, kind: str = DOWNLOADS) -> None:
        home = Project.at(folder).home
        self._file = home / f"{kind}.json"
        self._lock = FileLock(home / f"{kind}.lock", timeout=_PATIENCE_S)

    def wait(self, youtube_id: str, report: Report) -> None:
        """Wait for this video's turn, and say so.

        Raises Postponed where YouTube asked for a longer pause, InvalidSetting.
        """
        waits_s = self._take_turn(youtube_id) - time.time()
        turn = time.monotonic() + waits_s  # a clock that nobody sets
        while (left_s := turn - time.monotonic()) > 0:
            report(0.0, f"Waits {left_s:.0f} s, as YouTube asks")
            time.sleep(min(_LOOK_S, left_s))

    def hold(self, seconds: float) -> None:
        """Let nothing be asked for for so long."""
        with self._lock:
            known = self._read()
            until = max(known["held_until"], time.time() + seconds)
            write_json(self._file, {**known, "held_until": until})

    def held_s(self) -> float:
        """For how long still nothing may be asked for; 0 for none."""
        return max(0.0, self._read()["held_until"] - time.time())

    def _take_turn(self, youtube_id: str) -> float:
        least_s, most_s = settings.pause_s()
        with self._lock:
            known, now = self._read(), time.time()
            if (held_s := known["held_until"] - now) > _WORTH_WAITING_S:
                raise Postponed(
                    f"YouTube asked for a pause before {youtube_id} was asked for.",
                    retry_after_s=held_s,
                )
            turn = max(now, known["next_at"], known["held_until"])
            pause_s = random.uniform(least_s, most_s)  # noqa: S311  # no secret
            write_json(self._file, {**known, "next_at": turn + pause_s})
        return turn

    def _read(self) -> dict[str, float]:
        """What was agreed on; a clock that was set back makes nobody wait for longer than meant."""
        known = {"next_at": 0.0, "held_until": 0.0, **(read_json(self._file) or {})}
        limits = {"next_at": 3600.0, "held_until": 24 * 3600.0}
        now = time.time()
        return {name: at if at - now < limits[name] else 0.0 for name, at in known.items()}
