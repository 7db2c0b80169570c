"""What people coded in a video, as tiers: one for each sample and coder."""

from __future__ import annotations

from collections.abc import Iterator

from core.export.elan import Tier
from core.export.stretches import Stretch
from core.records import Coding, Sample, Video
from core.storage import Database, videos
from core.storage.coding import categories, samples

NONE_FITS = "(none fits)"
LEAD = "coded by "  # begins the tier's name, then the coder; ": " and the sample where several are


def coding_tiers(db: Database, video: Video) -> Iterator[Tier]:
    """Each coder's codings in time: a frame for its sampling step, a shot for its length."""
    known = {one.id: one.name for one in categories.every(db)}
    times = videos.times_of(db, video.id)
    several = len(samples.names(db)) > 1
    for name in reversed(samples.names(db)):
        sample = samples.get(db, name)
        of_coder: dict[str, list[Coding]] = {}
        for one in samples.codings_of(db, name):
            if one.frame.video_id == video.id:
                of_coder.setdefault(one.coder, []).append(one)
        for coder, given in sorted(of_coder.items()):
            ordered = sorted(given, key=lambda one: one.frame.index)
            stretches = [_stretch(one, sample, times, video, known) for one in ordered]
            yield Tier(LEAD + (f"{coder}: {name}" if several else coder), stretches)


def _stretch(
    one: Coding, sample: Sample, times: list[float], video: Video, known: dict[str, str]
) -> Stretch:
    end_s = times[sample.last(one.frame)] + video.every_s
    text = known.get(one.category or "", NONE_FITS)
    return Stretch(times[one.frame.index], max(end_s, times[one.frame.index] + 1e-3), text)
