"""The caption of one frame is the one it has among all frames of its video."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.pipeline.captions import frame_caption, frame_captions
from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos

_SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_SPANS)
def test_one_is_as_among_all(db: Database, spans: list[tuple[int, int]]) -> None:
    if not any(video.id == "v" for video in videos.every(db)):
        videos.add(db, Video("v", "v", "g", "upload", "a.mp4", "en", every_s=2.0))
        frames = [Frame("v", n, n * 1.5, f"{n}.jpg") for n in range(20)]
        videos.finish_ingest(db, "v", frames, [])
    segments = [Caption("v", n, a, a + d, f"line {n}") for n, (a, d) in enumerate(spans)]
    captions.replace(db, "v", segments, origin="uploaded", timed=True, language="en")
    every = frame_captions(db, "v")
    assert [frame_caption(db, "v", index) for index in range(20)] == every
