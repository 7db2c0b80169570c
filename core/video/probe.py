"""Opens a video file safely and measures it; decodes nothing. For the decoding child process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from core.errors import VideoUnreadable
from core.video import limits, timeline
from core.video.animated_webp import Animation, animation

# VideoUnreadable raised here holds the predicate only ("holds only sound; ..."):
# core.video.frames puts the video's name before it.

_STILL = Disposition.attached_pic | Disposition.timed_thumbnails
_TOGETHER_S = 0.25  # sound that begins so little before the picture begins with it
_REORDERED_S = 2.0  # no picture of a program stream is shown so long after it is decoded
_MAX_BREAKS = 100  # places where reading fails before a file counts as ended


@dataclass(frozen=True)
class Scan:
    """What the packets of a video say of its time line.

    All but `origin_s` and `joins` is in seconds on one clock for picture, sound and captions: 0 is
    where the first of picture and sound begins, recordings that were joined go on without a break.
    """

    origin_s: float  # the file's time that is 0 for us
    end_s: float  # of the picture: its last frame is held until then
    keyframes_s: list[float] = field(default_factory=list)  # ascending
    has_index: bool = True
    promised_s: float | None = None  # the file's end by its header, where it has one
    begin_s: float = 0.0  # of the picture
    file_end_s: float = 0.0  # of picture and sound
    pictures_s: Sequence[float] = ()  # when each picture is shown, ascending
    sure: bool = True  # whether the file says when each picture is shown, not only its order
    joins: Sequence[timeline.Join] = ()
    lost_s: Sequence[tuple[float, float]] = ()  # from, to: the file's bytes are no packets


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its video stream, both on the allow-list. Raises VideoUnreadable."""
    with opened_container(path, limits.CODECS) as container:
        yield container, video_stream(container)


@contextlib.contextmanager
def opened_container(path: Path, codecs: Set[str]) -> Iterator[InputContainer]:
    """A container on the allow-list, whose streams may use `codecs`. Raises VideoUnreadable."""
    if path.stat().st_size == 0:
        raise VideoUnreadable("is empty; choose another file.")
    kind = limits.container_of(path)
    if kind is None:
        raise VideoUnreadable(f"is not a video this program reads; convert it to {limits.NAMES}.")
    options = {"protocol_whitelist": "file", "codec_whitelist": ",".join(sorted(codecs))}
    if kind.format == "mpegts":
        options["resync_size"] = str(2**30)  # how far behind damage its packets are looked for
    try:
        container = av.open(
            f"file:{path}", format=kind.format, options=options, metadata_errors="ignore"
        )
    except (av.FFmpegError, ValueError) as error:
        raise VideoUnreadable(
            "is damaged or cut off (its header cannot be read); export or copy it again."
        ) from error
    with container:
        yield container


def moving(container: InputContainer) -> list[VideoStream]:
    """The streams that are no still picture, such as a cover."""
    return [s for s in container.streams.video if not s.disposition & _STILL]


def video_stream(container: InputContainer) -> VideoStream:
    """The track flagged as default among those that move, else the first.

    Raises VideoUnreadable.
    """
    streams = moving(container)
    if not streams:
        raise VideoUnreadable("holds no moving picture; choose a file with a video track.")
    readable = [s for s in streams if s.codec_context and s.codec_context.name in limits.CODECS]
    stream = next(
        (s for s in readable or streams if s.disposition & Disposition.default),
        (readable or streams)[0],
    )
    codec = stream.codec_context
    if codec is None or codec.name not in limits.CODECS:
        name = codec.name if codec is not None else "unknown"
        raise VideoUnreadable(f"uses the codec {name}; convert it to MP4 with H.264.")
    if codec.width * codec.height > limits.MAX_PIXELS or max(codec.width, codec.height) > 16_384:
        raise VideoUnreadable(
            f"says it is {codec.width} x {codec.height} pixels; convert it to at most 4K."
        )
    return stream


def scan(path: Path) -> Scan:
    """Read every packet of picture and sound once, decoding none. Raises VideoUnreadable."""
    kind = limits.container_of(path)
    if kind is limits.WEBP:
        return _scan_of(animation(path))
    with opened(path) as (container, stream):
        pictures, sound, keys = _tracks(container, stream)
        joinable = bool(Flags(container.format.flags) & Flags.ts_discont)
        header_s = container.duration / av.time_base if container.duration else None
    if not pictures.shown_s:
        raise VideoUnreadable("holds no pictures (it may be cut off); export or copy it again.")
    extent_s = max(pictures.end_s) - min(pictures.shown_s)
    rate = path.stat().st_size / max(extent_s, 1.0)
    joins = timeline.joins(pictures, sound, joinable, rate)
    starts, ends = timeline.on_clock(pictures, joins)
    lost = timeline.lost(pictures, starts, ends, rate) if _is_found_by_reading(kind) else []
    heard, heard_ends = timeline.on_clock(sound, joins, starts)
    origin_s = min(starts)
    headless = bool(lost) and lost[0][0] == 0 and not joinable  # its first pictures are lost
    if headless:
        origin_s = 0.0
    elif heard and min(heard) < origin_s - _TOGETHER_S:
        origin_s = max(min(heard), min(origin_s, 0.0))  # sound before 0 prepares the decoder only
    end_s = max(ends) - origin_s
    if end_s > limits.MAX_DURATION_S:
        raise VideoUnreadable(f"says it lasts {end_s:.3g} s, which cannot be; convert it to MP4.")
    if header_s and not joinable and header_s > origin_s > 0:  # such headers count from time 0
        header_s -= origin_s
    return Scan(
        origin_s=origin_s,
        end_s=round(end_s, 6),
        keyframes_s=sorted(
            time_s - origin_s for time_s, key in zip(starts, keys, strict=True) if key
        ),
        has_index=kind is not None and kind.has_index and not joins and not lost,
        promised_s=header_s,
        begin_s=0.0 if headless else round(min(starts) - origin_s, 6),
        file_end_s=round(max([*ends, *heard_ends]) - origin_s, 6),
        pictures_s=sorted(time_s - origin_s for time_s in starts),
        sure=all(pictures.sure),
        joins=joins,
        lost_s=[(start - origin_s, end - origin_s) for start, end in lost],
    )


def _scan_of(animated: Animation) -> Scan:
    end_s = animated.end_s
    if end_s > limits.MAX_DURATION_S:
        raise VideoUnreadable(f"says it lasts {end_s:.3g} s, which cannot be; convert it to MP4.")
    return Scan(0.0, end_s, has_index=False, file_end_s=end_s, pictures_s=animated.starts_s)


def _is_found_by_reading(kind: limits.Container | None) -> bool:
    """Whether packets are found one after the other, so that those in damaged parts are not."""
    return kind is not None and (not kind.has_index or kind.format in ("matroska", "webm", "avi"))


def _tracks(
    container: InputContainer, stream: VideoStream
) -> tuple[timeline.Track, timeline.Track, list[bool]]:
    """The packets of the pictures that are shown, those of all sound, and which are keyframes."""
    usual_s = 1 / float(stream.average_rate) if stream.average_rate else 0.04
    pictures, sound = timeline.Track(), timeline.Track()
    keys: list[bool] = []
    reached = 0
    for packet in packets(container, [stream, *container.streams.audio]):
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is None or packet.is_discard:
            continue
        base = float(packet.time_base)
        is_picture = packet.stream_index == stream.index
        track = pictures if is_picture else sound
        track.place.append(len(pictures.place))
        track.shown_s.append(ticks * base)
        length_s = packet.duration * base if packet.duration else (usual_s if is_picture else 0.0)
        track.end_s.append(ticks * base + length_s)
        if is_picture:
            keys.append(packet.is_keyframe)
            pictures.decoded_s.append((ticks if packet.dts is None else packet.dts) * base)
            pictures.sure.append(packet.pts is not None)
            pictures.skipped.append(max(0, (packet.pos or 0) - reached))
        reached = max(reached, packet.pos or 0) + packet.size
    return pictures, sound, keys


def joined(
    given: Iterator[Packet], stream: VideoStream, joins: Sequence[timeline.Join]
) -> Iterator[Packet]:
    """Packets read from the file's beginning, with their times made continuous."""
    place, part, added_s = 0, 0, 0.0
    for packet in given:
        ticks = packet.pts if packet.pts is not None else packet.dts
        if joins and ticks is not None and not packet.is_discard:
            if packet.stream_index == stream.index:
                while part < len(joins) and joins[part].packet <= place:
                    added_s, part = joins[part].added_s, part + 1
                place += 1
            added = round(added_s / float(packet.time_base))
            packet.pts = None if packet.pts is None else packet.pts + added
            packet.dts = None if packet.dts is None else packet.dts + added
        yield packet


def packets(container: InputContainer, streams: Sequence[Stream]) -> Iterator[Packet]:
    """In the file's order, last an empty one of each stream; goes on behind what is damaged."""
    mends: dict[str, Callable[[Packet], None]] = {"mpeg": _unlike, "avi": _Indexed(streams)}
    kind = streams[0].container.format.name if streams else ""
    mend = mends.get(kind, lambda _: None)
    for _ in range(_MAX_BREAKS):
        try:
            for packet in container.demux(streams):
                mend(packet)
                yield packet
            return
        except IndexError:
            # PyAV asks at the end for streams that only appeared on the way; it knows none of them
            return
        except av.FFmpegError:
            continue


def _unlike(packet: Packet) -> None:
    """Where a program stream breaks off, FFmpeg gives a picture the time of one far behind."""
    if packet.pts is None or packet.dts is None:
        return
    if (packet.pts - packet.dts) * packet.time_base > _REORDERED_S:
        packet.pts = packet.dts


class _Indexed:
    """The times of an AVI's pictures by its index: FFmpeg counts those it finds, which come too
    early behind damage."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        header = 8  # bytes between what the index points to and the picture
        self._ticks = {
            (stream.index, entry.pos + header): entry.timestamp
            for stream in streams
            if isinstance(stream, VideoStream)
            for entry in stream.index_entries
        }

    def __call__(self, packet: Packet) -> None:
        ticks = self._ticks.get((packet.stream_index, packet.pos or 0))
        if ticks is None or packet.dts is None or packet.dts == ticks:
            return
        if packet.pts is not None:
            packet.pts += ticks - packet.dts
        packet.dts = ticks
