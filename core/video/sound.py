"""Reads the sound of a file as mono floats, 16,000 a second, on the video's one clock.

For the decoding child process. A gap becomes silence, what overlaps is heard once, so the place of
a sample is its time. A file without a picture begins where its sound does.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from core.errors import SoundUnreadable
from core.video import limits, timeline
from core.video.animated_webp import is_animated_webp
from core.video.probe import Scan, moving, opened_container, packets, scan, video_stream

# SoundUnreadable raised here holds the predicate only, as VideoUnreadable in core.video.probe.

RATE = 16_000  # samples a second
_BLOCK = 5 * RATE
_APART_S = 0.05  # sound so far from where the sound before it ended is placed by its own time
_BEHIND_S = 2.0  # sound is taken so long after the end that the packets say
_SILENT = "has no sound; give it a caption file."
_OTHER = Disposition.visual_impaired | Disposition.comment | Disposition.hearing_impaired

Piece = np.ndarray | int  # (n,) float32 from -1 to 1, or so many samples of silence


def blocks(path: Path) -> Iterator[Piece]:
    """The sound from 0 s on, in blocks of about five seconds or longer silences.

    Raises SoundUnreadable, VideoUnreadable.
    """
    waiting: list[np.ndarray] = []
    for piece in _read(path):
        if not isinstance(piece, int):
            waiting.append(piece)
        elif piece < _BLOCK:
            waiting.append(np.zeros(piece, np.float32))
        else:
            yield from _joined(waiting)
            yield piece
        if sum(map(len, waiting)) >= _BLOCK:
            yield from _joined(waiting)
    yield from _joined(waiting)


def _joined(waiting: list[np.ndarray]) -> Iterator[np.ndarray]:
    if waiting:
        yield np.concatenate(waiting)
        waiting.clear()


def _read(path: Path) -> Iterator[Piece]:
    given = 0
    run: _Run | None = None
    for time_s, frame in _decoded(path):
        start_s = time_s if time_s is not None else (run.end_s if run else 0.0)
        if run is None or not run.goes_on(start_s, frame):
            for piece in run.rest() if run else ():
                given += len(piece)
                yield piece
            run = _Run(start_s, given, frame)
            if run.gap:
                given += run.gap
                yield run.gap
        for piece in run.add(frame):
            given += len(piece)
            yield piece
    if run is None:
        raise SoundUnreadable("has sound that cannot be decoded; convert it to MP4 with AAC.")
    yield from run.rest()


class _Run:
    """Sound of one format without a gap."""

    def __init__(self, start_s: float, given: int, frame: AudioFrame) -> None:
        self.end_s = start_s
        self.gap = max(0, round(start_s * RATE) - given)
        self._overlap = max(0, given - round(start_s * RATE))
        self._kind = _kind(frame)
        self._resampler = AudioResampler("flt", "mono", RATE)

    def goes_on(self, start_s: float, frame: AudioFrame) -> bool:
        return abs(start_s - self.end_s) <= _APART_S and _kind(frame) == self._kind

    def add(self, frame: AudioFrame) -> Iterator[np.ndarray]:
        self.end_s += frame.samples / frame.sample_rate
        frame.pts = None  # the place says when
        yield from self._heard(self._resampler.resample(frame))

    def rest(self) -> Iterator[np.ndarray]:
        yield from self._heard(self._resampler.resample(None))

    def _heard(self, frames: list[AudioFrame]) -> Iterator[np.ndarray]:
        for frame in frames:
            samples = frame.to_ndarray()[0, self._overlap :]
            self._overlap -= min(self._overlap, frame.samples)
            if len(samples):
                yield np.nan_to_num(samples).clip(-1, 1)


def _kind(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _decoded(path: Path) -> Iterator[tuple[float | None, AudioFrame]]:
    """Each piece of sound with its time, None where the file does not say; damage is skipped."""
    if is_animated_webp(path):
        raise SoundUnreadable(_SILENT)
    with opened_container(path, limits.CODECS | limits.SOUND_CODECS) as container:
        stream = _stream(container)
        clock = _Clock(path, container)
        for packet in packets(container, [*clock.counted, stream]):
            if packet.stream_index != stream.index:
                clock.count(packet)
                continue
            clock.place(packet)
            try:
                frames = packet.decode()
            except (av.FFmpegError, ValueError):
                continue
            for frame in frames:
                if frame.time is None or clock.is_within(frame.time):
                    yield frame.time, frame  # type: ignore[misc]  # a sound packet's are sound


class _Clock:
    """The video's clock for the packets of its sound."""

    def __init__(self, path: Path, container: InputContainer) -> None:
        self._scan: Scan | None = scan(path) if moving(container) else None
        self._joins = self._scan.joins if self._scan else ()
        self._origin_s = self._scan.origin_s if self._scan else None
        self.counted = [video_stream(container)] if self._joins else []
        self._pictures = 0
        self._near = (
            [one + self._scan.origin_s for one in self._scan.pictures_s]
            if self._scan and self._joins
            else []
        )

    def count(self, packet: Any) -> None:
        """A picture: sound is placed by how many there were."""
        if (packet.pts is not None or packet.dts is not None) and not packet.is_discard:
            self._pictures += 1

    def place(self, packet: Any) -> None:
        """Give a packet its time on this clock."""
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is None:
            return
        time_s = float(ticks * packet.time_base)
        if self._origin_s is None:
            self._origin_s = max(0.0, time_s)  # what is before 0 prepares the decoder only
        added_s = -self._origin_s
        if self._joins:
            added_s += timeline.added_s(self._joins, time_s, self._pictures, self._near)
        shift = round(Fraction(added_s) / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts + shift
        packet.dts = None if packet.dts is None else packet.dts + shift

    def is_within(self, time_s: float) -> bool:
        end_s = self._scan.file_end_s if self._scan else limits.MAX_DURATION_S
        return time_s < end_s + _BEHIND_S


def _stream(container: InputContainer) -> AudioStream:
    """The track flagged as default among those that are no commentary, else the first."""
    streams = list(container.streams.audio)
    if not streams:
        raise SoundUnreadable(_SILENT)
    readable = [
        s for s in streams if s.codec_context and s.codec_context.name in limits.SOUND_CODECS
    ]
    if not readable:
        name = streams[0].codec_context.name if streams[0].codec_context else "unknown"
        raise SoundUnreadable(
            f"has sound in the codec {name}, which is not read; convert it to MP4 with AAC."
        )
    plain = [s for s in readable if not s.disposition & _OTHER] or readable
    return next((s for s in plain if s.disposition & Disposition.default), plain[0])
