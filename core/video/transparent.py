"""Decodes VP8 and VP9 with what is clear in them, which FFmpeg's own decoders leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from av.codec import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.video import limits

_LIBVPX = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # by the name of FFmpeg's own decoder
Decode = Callable[[Packet], Sequence[VideoFrame]]


def decoder(stream: VideoStream) -> Decode:
    """What makes frames of a stream's packets: the stream's own decoder, unless it says that its
    pictures are clear in parts (Matroska's alpha mode)."""
    name = _LIBVPX.get(stream.codec_context.name)
    if name is None or stream.metadata.get("alpha_mode") != "1":
        return lambda packet: cast(Sequence[VideoFrame], packet.decode())
    codec = cast(VideoCodecContext, CodecContext.create(name, "r"))
    codec.options = {"max_pixels": str(limits.MAX_PIXELS)}
    return codec.decode
