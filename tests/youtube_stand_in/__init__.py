"""YouTube on this machine: yt-dlp's own extractor and network code run, and reach no other host."""

from tests.youtube_stand_in.server import StandIn
from tests.youtube_stand_in.situations import SITUATIONS, Situation

__all__ = ["SITUATIONS", "Situation", "StandIn"]
