"""Makes one clock of the times in a file's packets: joined recordings, wraps, what is missing."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

_BACK_S = 0.5  # a time this far before the one before it begins another recording
_AHEAD_S = 10.0  # so does one this far after it, where formats are made to be joined
_WRAPS_S = (2**33 / 90_000, 2**32 / 1000)  # MPEG's clock and Flash's begin again after so long
_PAUSE_S = 1.0  # without a picture: more is looked at
_LOST_SHARE = 0.1  # of the bytes a pause would take: when so many were passed over, it is damage


@dataclass(frozen=True)
class Join:
    """From its `packet`-th picture on, a file's times are `added_s` later than they say."""

    packet: int
    added_s: float
    at_s: float  # on the clock made continuous
    wrapped: bool = False  # the clock began again: one recording, not two


@dataclass
class Track:
    """The packets of one track in the file's order, in seconds as the file says them."""

    decoded_s: array = field(default_factory=lambda: array("d"))
    shown_s: array = field(default_factory=lambda: array("d"))
    end_s: array = field(default_factory=lambda: array("d"))
    sure: list[bool] = field(default_factory=list)  # whether a packet says when it is shown
    place: array = field(default_factory=lambda: array("q"))  # pictures before it in the file
    skipped: array = field(default_factory=lambda: array("q"))  # bytes before it in no packet


def joins(pictures: Track, sound: Track, joinable: bool, byte_rate: float) -> list[Join]:
    """Where the clock of the pictures jumps; `joinable` formats may jump ahead as well."""
    found: list[Join] = []
    added = 0.0
    end = before = float("-inf")
    for packet, decoded in enumerate(pictures.decoded_s):
        step = decoded + added - before
        if packet and (step < -_BACK_S or (joinable and step > _AHEAD_S)):
            period = next((p for p in _WRAPS_S if -_BACK_S <= step + p <= _AHEAD_S), None)
            if period is not None:
                added += period
                found.append(Join(packet, added, end, wrapped=True))
            elif step < 0 or not (
                _is_lost(pictures, packet, step, byte_rate)
                or _sounds(sound, before - added, decoded)
            ):
                added = end - pictures.shown_s[packet]
                found.append(Join(packet, added, end))
        before = decoded + added
        end = max(end, pictures.end_s[packet] + added)
    return found


def lost(
    pictures: Track, times: list[float], ends: list[float], byte_rate: float
) -> list[tuple[float, float]]:
    """(from, to) of each pause between pictures in which the file has bytes but no packets."""
    found = []
    if times[0] > _PAUSE_S and _is_lost(pictures, 0, times[0], byte_rate):
        found.append((0.0, times[0]))
    latest = ends[0]
    for packet in range(1, len(times)):
        pause = times[packet] - latest
        if pause > _PAUSE_S and _is_lost(pictures, packet, pause, byte_rate):
            found.append((latest, times[packet]))
        latest = max(latest, ends[packet])
    return found


def _is_lost(pictures: Track, packet: int, pause_s: float, byte_rate: float) -> bool:
    return pictures.skipped[packet] > max(1024.0, _LOST_SHARE * pause_s * byte_rate)


def _sounds(sound: Track, from_s: float, until_s: float) -> bool:
    """Whether sound goes on between two times as the file says them."""
    return any(from_s + _PAUSE_S < time_s < until_s - _PAUSE_S for time_s in sound.shown_s)


def on_clock(
    track: Track, found: list[Join], near: list[float] | None = None
) -> tuple[list[float], list[float]]:
    """(starts, ends) of a track's packets on the continuous clock.

    `near`: the starts of the pictures, for a track beside them: what the file holds a little late
    or early still belongs to the recording on the other side.
    """
    if not found:
        return list(track.shown_s), list(track.end_s)
    starts, ends = [], []
    for start, end, place in zip(track.shown_s, track.end_s, track.place, strict=True):
        added = added_s(found, start, place, near)
        starts.append(start + added)
        ends.append(end + added)
    return starts, ends


def added_s(
    found: Sequence[Join], time_s: float, place: int, near: Sequence[float] | None = None
) -> float:
    """How much later than a packet's `time_s` it is on the continuous clock.

    `place`: the pictures before it in the file; `near`: as for `on_clock`.
    """
    added = [0.0, *(join.added_s for join in found)]
    part = bisect.bisect_right([join.packet for join in found], place)
    if near:
        now = near[min(place, len(near) - 1)]
        parts = range(max(0, part - 1), min(part + 2, len(added)))
        part = min(parts, key=lambda one: abs(time_s + added[one] - now))
    return added[part]
