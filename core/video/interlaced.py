"""Makes one picture of a frame whose two fields were taken one after the other."""

from __future__ import annotations

import av
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_SHUFFLED = 2  # FFmpeg's field orders above 1 (progressive) have two fields a frame


def is_interlaced(frame: VideoFrame, stream: VideoStream) -> bool:
    """By the frame's own flag, or by the field order of its track where frames bear no flags."""
    return frame.interlaced_frame or int(stream.codec_context.field_order or 0) >= _SHUFFLED


def deinterlaced(
    before: VideoFrame | None, frame: VideoFrame, after: VideoFrame | None
) -> VideoFrame:
    """`frame` at the time of its first field, by FFmpeg's bwdif with its neighbours in time.

    Where a neighbour is None or of another kind, or all has moved, lines are drawn from their own
    field alone. bwdif: the BBC's motion adaptive w3fdif, weighted by yadif's.
    """
    kind = (frame.width, frame.height, frame.format.name)
    near = [
        one
        for one in (before, after)
        if one is not None and (one.width, one.height, one.format.name) == kind
    ]
    place = 1 if near and near[0] is before else 0
    fed = [*near[:place], frame, *near[place:]] if near else [frame, frame]
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=frame.time_base,
    )
    filtered, sink = graph.add("bwdif", "mode=send_frame:deint=all"), graph.add("buffersink")
    source.link_to(filtered)
    filtered.link_to(sink)
    graph.configure()
    made: list[VideoFrame] = []
    for one in [*fed, None]:
        source.push(one)
        while len(made) <= place:
            try:
                made.append(graph.vpull())
            except (av.BlockingIOError, av.EOFError):
                break
    return made[place] if len(made) > place else frame
