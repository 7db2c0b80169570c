"""Copies a part of a video into a file of its own; nothing is decoded, so nothing is lost."""

from __future__ import annotations

from pathlib import Path

import av

from core.errors import VideoUnreadable
from core.video.part import Part
from core.video.probe import Scan, opened

_MP4 = {"h264", "hevc", "av1", "mpeg4"}  # that players expect in MP4; others go into Matroska
_MP4_SOUND = {"aac", "mp3", "ac3", "opus"}


def copy_part(file: Path, scan: Scan, out: Path, part: Part) -> tuple[Path, float]:
    """Write picture and sound of the part to `out` with the ending that fits, .mp4 or .mkv.

    It begins at the keyframe at or before the part's begin: gives the file and that time. Raises
    VideoUnreadable for recordings that were joined, whose clock is not the file's.
    """
    if scan.joins:
        raise VideoUnreadable("is of joined recordings, of which no clip can be copied.")
    begin_s = max((at for at in scan.keyframes_s if at <= part.from_s + 1e-3), default=0.0)
    until_s = part.end_s(scan.end_s)
    with opened(file) as (source, picture):
        sound = source.streams.best("audio")
        fits = picture.codec_context.name in _MP4
        fits &= sound is None or sound.codec_context.name in _MP4_SOUND
        path = out.with_name(f"{out.name}.{'mp4' if fits else 'mkv'}")
        wanted = [one for one in (picture, sound) if one is not None]
        with av.open(str(path), "w") as target:
            copies = {one.index: target.add_stream_from_template(one) for one in wanted}
            source.seek(round((begin_s + scan.origin_s) * av.time_base))
            done: set[int] = set()
            for packet in source.demux(wanted):
                if packet.pts is None or packet.dts is None or packet.time_base is None:
                    continue
                zero = round((begin_s + scan.origin_s) / packet.time_base)
                at_s = float(packet.pts * packet.time_base) - scan.origin_s
                if at_s >= until_s:
                    done.add(packet.stream_index)
                    if len(done) == len(wanted):
                        break
                    continue
                if at_s < begin_s - 1e-3:
                    continue
                packet.pts, packet.dts = packet.pts - zero, packet.dts - zero
                packet.stream = copies[packet.stream_index]
                target.mux(packet)
    return path, begin_s
