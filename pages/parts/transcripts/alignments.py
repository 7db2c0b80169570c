"""The frames of a video with their text, by each of the three alignments, to read and to keep."""

from __future__ import annotations

import streamlit as st

from core.export import csv_bytes
from core.format import clock, count
from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos
from core.text.alignment import captions_at, evenly_over_frames, one_frame_per_segment
from pages.parts.shared.open_project import frame_address

_KINDS = {
    "By time": "Each frame has the words spoken at its time: what training, maps and tables use.",
    "One frame per segment": "As published for captions shorter than the step: a frame for each "
    "segment.",
    "Segments spread evenly": "As published for captions longer than the step, without times of "
    "their own: each takes one frame, at equal distances.",
}
_COLUMNS = ("frame_index", "time_s", "segment", "text")
Pair = tuple[Frame, Caption | None]


def alignments(db: Database, video: Video) -> None:
    """Choose an alignment, see its pairs, download them."""
    kind = st.segmented_control("Alignment", list(_KINDS), default="By time", required=True)
    pairs = _pairs(kind, video, videos.frames_of(db, video.id), captions.of_video(db, video.id))
    with_text = sum(segment is not None for _, segment in pairs)
    st.caption(f"{_KINDS[kind]} {count(len(pairs), 'row')}, {with_text} with text.")
    st.dataframe(
        [
            {
                "Frame": frame_address(video.id, frame.index),
                "Time": clock(frame.time_s),
                "Segment": segment.position + 1 if segment else None,
                "Text": segment.text if segment else "",
            }
            for frame, segment in pairs
        ],
        column_config={
            "Frame": st.column_config.ImageColumn(width=110),
            "Time": st.column_config.TextColumn(width=70),
            "Segment": st.column_config.NumberColumn(width=80),
        },
        row_height=64,
        height=640,
        hide_index=True,
    )
    name = f"{video.id}-{kind.lower().replace(' ', '-')}.csv"
    st.download_button("Download as CSV", _csv(pairs), name, "text/csv", on_click="ignore")


def _pairs(kind: str, video: Video, sampled: list[Frame], segments: list[Caption]) -> list[Pair]:
    if kind == "By time":
        times = [frame.time_s for frame in sampled]
        return list(zip(sampled, captions_at(times, segments, video.every_s), strict=True))
    if kind == "One frame per segment":
        times = [frame.time_s for frame in sampled]
        taken = one_frame_per_segment(segments, len(sampled), video.every_s, times)
    else:
        taken = evenly_over_frames(segments, len(sampled))
    return [(sampled[index], segment) for index, segment in zip(taken, segments, strict=False)]


def _csv(pairs: list[Pair]) -> bytes:
    rows = [
        {
            "frame_index": frame.index,
            "time_s": round(frame.time_s, 3),
            "segment": segment.position if segment else "",
            "text": segment.text if segment else "",
        }
        for frame, segment in pairs
    ]
    return csv_bytes(rows, _COLUMNS)
