"""Decodes VP9 with what is clear in it, which FFmpeg's own decoder leaves out and libvpx has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from av.codec import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.video import limits

Decode = Callable[[Packet], Sequence[VideoFrame]]


def decoder(stream: VideoStream) -> Decode:
    """What makes frames of a stream's packets: the stream's own decoder, unless it says that its
    pictures are clear in parts (Matroska's alpha mode)."""
    if stream.codec_context.name != "vp9" or stream.metadata.get("alpha_mode") != "1":
        return lambda packet: cast(Sequence[VideoFrame], packet.decode())
    codec = cast(VideoCodecContext, CodecContext.create("libvpx-vp9", "r"))
    codec.options = {"max_pixels": str(limits.MAX_PIXELS)}
    return codec.decode
