"""Opens a video file safely and measures it; decodes nothing. For the decoding child process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from core.errors import VideoUnreadable
from core.video import limits

# VideoUnreadable raised here holds the predicate only ("holds only sound; ..."):
# core.video.frames puts the video's name before it.


@dataclass(frozen=True)
class Scan:
    """What the packets of a video say of its time line; seconds from its first picture."""

    origin_s: float  # the stream's time that is 0 for us
    end_s: float
    keyframes_s: list[float] = field(default_factory=list)  # ascending
    has_index: bool = True
    promised_s: float | None = None  # the duration in the file's header, where it has one


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its video stream, both on the allow-list. Raises VideoUnreadable."""
    if path.stat().st_size == 0:
        raise VideoUnreadable("is empty; choose another file.")
    kind = limits.container_of(path)
    if kind is None:
        raise VideoUnreadable(f"is not a video this program reads; convert it to {limits.NAMES}.")
    options = {"protocol_whitelist": "file", "codec_whitelist": ",".join(sorted(limits.CODECS))}
    try:
        container = av.open(
            f"file:{path}", format=kind.format, options=options, metadata_errors="ignore"
        )
    except (av.FFmpegError, ValueError) as error:
        raise VideoUnreadable(
            "is damaged or cut off (its header cannot be read); export or copy it again."
        ) from error
    with container:
        yield container, _video_stream(container)


def _video_stream(container: InputContainer) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & _attached()]
    if not streams:
        raise VideoUnreadable("holds no moving picture; choose a file with a video track.")
    stream = streams[0]
    codec = stream.codec_context
    if codec is None or codec.name not in limits.CODECS:
        name = codec.name if codec is not None else "unknown"
        raise VideoUnreadable(f"uses the codec {name}; convert it to MP4 with H.264.")
    if codec.width * codec.height > limits.MAX_PIXELS or max(codec.width, codec.height) > 16_384:
        raise VideoUnreadable(
            f"says it is {codec.width} x {codec.height} pixels; convert it to at most 4K."
        )
    return stream


def _attached() -> Any:
    from av.stream import Disposition

    return Disposition.attached_pic


def scan(path: Path) -> Scan:
    """Read every packet of the video's picture once, decoding none. Raises VideoUnreadable."""
    kind = limits.container_of(path)
    keyframes: list[float] = []
    first, end = float("inf"), float("-inf")
    with opened(path) as (container, stream):
        promised_s = _promised(container)
        usual_s = 1 / float(stream.average_rate) if stream.average_rate else 0.04
        for start_s, length_s, is_key in _times(container, stream):
            first = min(first, start_s)
            end = max(end, start_s + (length_s or usual_s))
            if is_key:
                keyframes.append(start_s)
    if end == float("-inf"):
        raise VideoUnreadable("holds no pictures (it may be cut off); export or copy it again.")
    if end - first > limits.MAX_DURATION_S:
        raise VideoUnreadable(
            f"says it lasts {end - first:.3g} s, which cannot be; convert it to MP4."
        )
    return Scan(
        origin_s=first,
        end_s=round(end - first, 6),
        keyframes_s=sorted(time_s - first for time_s in keyframes),
        has_index=kind is not None and kind.has_index,
        promised_s=promised_s,
    )


def _promised(container: InputContainer) -> float | None:
    return container.duration / av.time_base if container.duration else None


def _times(
    container: InputContainer, stream: VideoStream
) -> Iterator[tuple[float, float | None, bool]]:
    """(start, length, is a keyframe) of each shown packet."""
    base = float(stream.time_base or 0)
    for packet in packets(container, [stream]):
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is None or packet.is_discard:
            continue
        length = packet.duration * base if packet.duration else None
        yield ticks * base, length, packet.is_keyframe


def packets(container: InputContainer, streams: Sequence[Stream]) -> Iterator[Packet]:
    """In the file's order, last an empty one of each stream; ends where the file is cut off."""
    # PyAV asks at the end for streams that only appeared on the way, which it does not know.
    with contextlib.suppress(av.FFmpegError, IndexError):
        yield from container.demux(streams)
