"""The child process that reads the text in a video's picture: `python -m ...burned_in.looking`.

Asked for {"file", "name", "part": [from, until]} it says {"done": n, "of": n} as it goes and last
{"captions": [[start_s, end_s, text, sure], ...], "on_screen": [...]}.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2

from core import child
from core.video.burned_in.band import Band, Seen, find_band
from core.video.burned_in.merging import Shown
from core.video.burned_in.reader import Reader
from core.video.burned_in.sorting import sort_lines
from core.video.burned_in.strokes import printed
from core.video.burned_in.watching import Watch
from core.video.named_faults import named_faults
from core.video.part import Part
from core.video.probe import Scan, scan
from core.video.sampling import Sample, sample, times

LOOK_S = 0.4  # between two looks at the rows of the subtitles
_SURVEY = 5  # looks between two at the whole picture; fewer in a short video
_FEWEST_SURVEYED = 60  # looks at the whole picture, as far as there are so many
_MOST_LOOKS = 90_000  # of a video of ten hours; a longer one is looked at less often
_SIDE = 960  # pixels: no side of a picture is looked at larger
_WHOLE_SIDE = 768  # the same where text is looked for in the whole picture
_COST = 4  # looks at the rows that take as long as one at the whole picture
_AT_ONCE = 2  # processors that are used
_FEWEST_LOOKS = 30  # at the whole picture: a share that is worth a processor


def _answer(request: dict[str, Any], _data: bytes, say: child.Say) -> None:
    """Raises VideoUnreadable, whose text begins with the video's name."""
    cv2.setNumThreads(1)
    with named_faults(request["name"]):
        say(**_texts(Path(request["file"]), Part(*request["part"]), say))


def _texts(file: Path, part: Part, say: child.Say) -> dict[str, Any]:
    measured = scan(file)
    step_s = max(LOOK_S, part.length_s(measured.end_s) / _MOST_LOOKS)
    looks = len(times(measured, step_s, part))
    survey_s = step_s * min(_SURVEY, max(1, looks // _FEWEST_SURVEYED))
    whole = times(measured, survey_s, part)
    job = _Job(file, measured, step_s, survey_s, _Count(say, looks + _COST * len(whole)))
    parts = _shares(part, whole)
    with ThreadPoolExecutor(len(parts)) as pool:  # the networks and FFmpeg let go of the lock
        surveys = list(pool.map(job.survey, parts))
        seen = {number: lines for one, _ in surveys for number, lines in one.items()}
        size = surveys[0][1]
        band = find_band([(number * step_s, lines) for number, lines in seen.items()], *size)
        watches = list(pool.map(lambda one: job.watch(one, band, seen, size), parts))
    near = [line for watch in watches for line in watch.near.finish()]
    far = [line for watch in watches for line in watch.far.finish()]
    found = sort_lines(near, far, band, step_s, part.length_s(measured.end_s))
    ends = part.from_s, part.end_s(measured.end_s)
    return {
        "captions": [_timed(one, step_s, *ends) for one in found.captions],
        "on_screen": [_timed(one, step_s, *ends) for one in found.on_screen],
    }


def _shares(part: Part, wanted: Sequence[float]) -> list[Part]:
    """A part in as many equal ones as processors will be used; they meet at one of the `wanted`
    times, the looks at the whole picture."""
    number = max(1, min(_AT_ONCE, os.cpu_count() or 1, len(wanted) // _FEWEST_LOOKS))
    if number == 1:
        return [part]
    cuts = [wanted[len(wanted) * n // number] for n in range(1, number)]
    begins, ends = [part.from_s, *cuts], [*cuts, part.until_s]
    return [Part(*both) for both in zip(begins, ends, strict=True)]


class _Job:
    """What is done with each share of a video."""

    def __init__(
        self, file: Path, measured: Scan, step_s: float, survey_s: float, count: _Count
    ) -> None:
        self._file, self._scan, self._count = file, measured, count
        self._step_s, self._survey_s = step_s, survey_s

    def survey(self, part: Part) -> tuple[dict[int, list[Seen]], tuple[int, int]]:
        """The lines in the whole picture by the number of the look; the pictures' (width,
        height)."""
        reader = Reader()
        seen: dict[int, list[Seen]] = {}
        size = 0, 0
        for one in self._looks(part, self._survey_s):
            size = one.picture.shape[1], one.picture.shape[0]
            grey = cv2.cvtColor(one.picture, cv2.COLOR_RGB2GRAY)
            found = reader.find(one.picture, min(1.0, _WHOLE_SIDE / max(size)))
            seen[self._number(one)] = [Seen(box, printed(grey, box)) for box in found]
            self._count(_COST)
        return seen, size

    def watch(
        self,
        part: Part,
        band: Band | None,
        seen: Mapping[int, list[Seen]],
        size: tuple[int, int],
    ) -> Watch:
        """What goes through all looks of a share."""
        watch = Watch(Reader(), band, seen, size)
        for one in self._looks(part, self._step_s):
            watch.look(one, self._number(one))
            self._count(1)
        return watch

    def _looks(self, part: Part, every_s: float) -> Iterator[Sample]:
        return sample(self._file, self._scan, every_s, part=part, longest_side=_SIDE)

    def _number(self, one: Sample) -> int:
        return round(one.time_s / self._step_s)


class _Count:
    """Says how much is done, in looks at the rows of the subtitles."""

    def __init__(self, say: child.Say, of: int) -> None:
        self._say, self._of, self._done = say, of, 0
        self._lock = threading.Lock()

    def __call__(self, by: int) -> None:
        with self._lock:
            self._done += by
            self._say(done=min(self._done, self._of), of=self._of)


def _timed(one: Shown, step_s: float, from_s: float, end_s: float) -> list[Any]:
    """A text from half a look before the first that shows it to half a look after the last."""
    start_s = max(from_s, one.start_s - step_s / 2)
    until_s = min(end_s, one.end_s + step_s / 2)
    return [round(start_s, 3), round(until_s, 3), one.text, round(one.sure, 4)]


if __name__ == "__main__":
    sys.exit(child.serve(_answer))
