"""Videos and pictures, damaged byte by byte, through the same child processes as any upload."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import av
import cv2
import numpy as np

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, Place
from core.errors import VideoUnreadable
from core.pipeline.intake.add_video import add_file, display_name
from core.pipeline.intake.decode_video import decode_video
from core.pipeline.search.uploaded_picture import latent_of_picture
from core.storage import runs, videos
from core.storage.progress import Progress

_KINDS = {
    "mp4": ("libx264", "yuv420p"), "mov": ("mpeg4", "yuv420p"), "mkv": ("libx264", "yuv420p"),
    "webm": ("libvpx", "yuv420p"), "avi": ("mjpeg", "yuvj420p"), "ts": ("mpeg2video", "yuv420p"),
    "mpg": ("mpeg1video", "yuv420p"), "flv": ("flv1", "yuv420p"), "wmv": ("wmv2", "yuv420p"),
    "mxf": ("mpeg2video", "yuv420p"),
}  # fmt: skip
_OTHERS = (
    b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    b"ffconcat version 1.0\nfile /etc/passwd\n",
    b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    b"v=0\nm=video 5004 RTP/AVP 96\n",
    b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    b"",
    b"x",
)


def clips(place: Place, rng: Random) -> None:
    """An upload under some name; what is taken is read to its end, then deleted."""
    data = rng.choice(_OTHERS) if rng.random() < 0.05 else mutate.data(rng, _clip(rng))
    name = rng.choice(("clip.mp4", rng.choice(mutate.NAMES)))
    try:
        video = add_file(place.db, io.BytesIO(data), name, group="us", every_s=1.0)
    except VideoUnreadable as error:
        assert str(error).startswith(display_name(name)), f"{error} does not name {name!r}"
        raise
    try:
        decode_video(place.db, video.id, Progress(None))
        _check(place, video.id)
    finally:
        videos.delete(place.db, video.id)
        assert not place.db.files.video(video.id).exists()


def _check(place: Place, video_id: str) -> None:
    found = videos.get(place.db, video_id)
    shown = sorted(place.db.files.frames(video_id).glob("*.jpg"))
    assert found.state == "ready" and found.frames == len(shown) > 0, f"{found} has {len(shown)}"
    times = [frame.time_s for frame in videos.frames_of(place.db, video_id)]
    assert times == sorted(times) and times[0] >= 0


def pictures(place: Place, rng: Random) -> None:
    """A picture to search with."""
    suffix = rng.choice((".png", ".jpg", ".webp"))
    given = cv2.imencode(suffix, _picture(3))[1].tobytes()
    run = runs.get(place.db, RUN)
    latent = latent_of_picture(place.db, run, mutate.data(rng, given))
    assert latent.shape == (run.latent_size,) and np.isfinite(latent).all()


def _clip(rng: Random) -> bytes:
    return _drawn(rng.choice(sorted(_KINDS)), rng.random() < 0.3)


@cache
def _drawn(extension: str, sound: bool) -> bytes:
    """Three seconds of moving squares."""
    codec, pixels = _KINDS[extension]
    path = Path(f"{Path.cwd()}/../tmp/clip.{extension}").resolve()
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=25 if extension in ("mpg", "mxf", "ts") else 5)
        stream.width, stream.height, stream.pix_fmt = 160, 96, pixels
        stream.codec_context.gop_size = 10
        heard = (
            out.add_stream("libmp3lame", rate=44100) if sound and _has_sound(extension) else None
        )
        for number in range(3 * int(stream.average_rate)):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(_picture(number), format="rgb24")))
        out.mux(stream.encode(None))
        if heard is not None:
            _silence(out.mux, heard)
    data = path.read_bytes()
    path.unlink()
    return data


def _has_sound(extension: str) -> bool:
    return extension in ("mp4", "mkv", "avi", "ts", "mpg", "flv")


def _silence(mux: Callable[[Any], None], stream: Any) -> None:
    frame = av.AudioFrame.from_ndarray(
        np.zeros((1, 44100), np.float32), format="fltp", layout="mono"
    )
    frame.sample_rate = 44100
    mux(stream.encode(frame))
    mux(stream.encode(None))


def _picture(number: int) -> np.ndarray:
    drawn = np.full((96, 160, 3), (200, 120 - number, 40 + 2 * (number % 60)), np.uint8)
    cv2.rectangle(drawn, (number % 120, 30), (number % 120 + 40, 70), (20, 60, 220), -1)
    return drawn
