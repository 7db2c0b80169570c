"""The child process that touches untrusted video: probes or samples one file, under hard limits.

Asked to {"do": "probe", "file", "name"} it says {"facts": ...}; to "sample", with {"out",
"every_s", "part": [from, until]} too, it fills OUT/frames and OUT/atlas with the pictures and says
{"done": n, "of": n} after each, last {"times_s": [of each picture], "notes": [sentence, ...]}; for
the "subtitles" it says what core.video.subtitles.read returns; of the "sound" it says {"sound":
base64 of float32} or {"silence": samples} for each block; for the "cuts" with {"part"} it says
{"done": second, "of": seconds} and last what core.video.shots.Shots has; for a "clip" with {"out",
"part"} it says {"path", "begins_s"} of the copy that it wrote.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core import child
from core.errors import StorageFailed
from core.video import cuts, notes, sound, subtitles
from core.video.atlas import write_atlas
from core.video.clip import copy_part
from core.video.named_faults import named_faults
from core.video.part import Part
from core.video.picture import jpeg
from core.video.probe import Scan, scan
from core.video.sampling import Sample, every_picture, first, sample, times

_SAID_S = 5.0  # seconds of the video between two words on how far it is


def _answer(request: dict[str, Any], _data: bytes, say: child.Say) -> None:
    """Raises VideoUnreadable, SoundUnreadable and StorageFailed; first comes its name."""
    cv2.setNumThreads(1)
    name, file = request["name"], Path(request["file"])
    try:
        with named_faults(name):
            if request["do"] == "sample":
                part = Part(*request["part"])
                _sample(file, Path(request["out"]), request["every_s"], part, say)
            elif request["do"] == "cuts":
                _cuts(file, Part(*request["part"]), say)
            elif request["do"] == "clip":
                path, begins_s = copy_part(
                    file, scan(file), Path(request["out"]), Part(*request["part"])
                )
                say(path=str(path), begins_s=begins_s)
            elif request["do"] == "subtitles":
                say(**subtitles.read(file, scan(file)))
            elif request["do"] == "sound":
                _sound(file, say)
            else:
                _probe(file, say)
    except OSError as error:
        reason = error.strerror or error
        raise StorageFailed(f"The frames of {name} cannot be written ({reason}).") from error


def _probe(file: Path, say: child.Say) -> None:
    measured = scan(file)
    say(facts=_facts(measured, first(file, measured)))


def _sample(file: Path, out: Path, every_s: float, part: Part, say: child.Say) -> None:
    measured = scan(file)
    wanted = times(measured, every_s, part)
    taken: list[float] = []
    samples = _saved(sample(file, measured, every_s, part=part), out, wanted, taken, measured, say)
    write_atlas(samples, lambda page: out / "atlas" / f"{page}.webp")
    said = [*notes.of_file(measured), *notes.of_unread(wanted, taken, part.end_s(measured.end_s))]
    say(times_s=taken, notes=said)


def _cuts(file: Path, part: Part, say: child.Say) -> None:
    measured = scan(file)
    begin_s, end_s = part.from_s, part.end_s(measured.end_s)
    watched = cuts.Watched()
    said_s = begin_s
    for time_s, frame in every_picture(file, measured, part):
        small = frame.reformat(width=cuts.WIDTH, height=cuts.HEIGHT, format="rgb24")
        watched.add(time_s, small.to_ndarray())
        if time_s >= said_s + _SAID_S:
            said_s = time_s
            say(done=time_s - begin_s, of=end_s - begin_s)
    say(**asdict(watched.shots(begin_s, end_s)))


def _sound(file: Path, say: child.Say) -> None:
    for block in sound.blocks(file):
        if isinstance(block, int):
            say(silence=block)
        else:
            say(sound=base64.b64encode(block.astype("<f4").tobytes()).decode())


def _saved(
    samples: Iterator[Sample],
    out: Path,
    wanted: list[float],
    taken: list[float],
    measured: Scan,
    say: child.Say,
) -> Iterator[np.ndarray]:
    folder = out / "frames"
    folder.mkdir(parents=True)
    places = {time_s: place for place, time_s in enumerate(wanted, 1)}
    for one in samples:
        if one.index == 0:
            say(facts=_facts(measured, one))
        (folder / f"{one.index:06d}.jpg").write_bytes(jpeg(one.picture))
        say(done=places[one.time_s], of=len(wanted))
        taken.append(one.time_s)
        yield one.picture


def _facts(measured: Scan, shown: Sample) -> dict[str, Any]:
    return {
        "duration_s": measured.file_end_s,
        "promised_s": measured.promised_s,
        "width": shown.native_width,
        "height": shown.native_height,
    }


if __name__ == "__main__":
    sys.exit(child.serve(_answer))
