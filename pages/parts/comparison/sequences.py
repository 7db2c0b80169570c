"""One thing, then another within some seconds: how often in each group, and where."""

from __future__ import annotations

import html
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from core.errors import AffinityError
from core.export import csv_bytes, safe_name
from core.format import clock, count
from core.pipeline.comparison import sequences as pipeline
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.looked_at import note_detail
from core.pipeline.comparison.rate_rows import rate_rows
from core.pipeline.curation.only import Only
from core.records import Clustering, FrameId, Run, Video
from core.storage import Database, videos
from core.text.search import LONGEST_QUERY
from pages.parts.comparison.rates import rate_table
from pages.parts.division.looking import noting
from pages.parts.shared.choices import SEQUENCE
from pages.parts.shared.open_project import frame_address, open_project
from pages.parts.shared.wording import plain

_SHOWN = 24
_HELP = (
    "A and B are clusters by name or number (cluster 3), tags, or words of the captions; “said:”, "
    "“tag:” or “cluster:” before them settles which. B begins after A began, and at most so many "
    "seconds after A ended."
)


def sequences(
    db: Database, run: Run, clustering: Clustering, comparison: Comparison, only: Only | None
) -> None:
    """The field, and under it the groups compared and every place."""
    st.subheader("Sequences", anchor=False)
    text = SEQUENCE.typed(
        2 * LONGEST_QUERY,
        lambda key: st.text_input(
            "A then B within seconds",
            key=key,
            placeholder="expert then street within 20 s",
            help=_HELP,
            max_chars=2 * LONGEST_QUERY,
            width=460,
        ),
    )
    if not text:
        st.caption("Type what comes first and what follows, as *expert then street within 20 s*.")
        return
    query = pipeline.written(text)
    if query is None:
        st.warning("Write it as A then B within 20 s.")
        return
    try:
        found = pipeline.find_sequences(db, clustering, query, comparison.by, only)
    except AffinityError as error:
        st.warning(plain(str(error)))
        return
    tests = pipeline.tests_of(found)
    by, where = comparison.by, comparison.where
    note = partial(note_detail, db, "sequence", clustering, by, found.said, tests, where)
    noting(f"{comparison.id} {found.said}", note)
    _results(db, run, found)


def _results(db: Database, run: Run, found: pipeline.Sequences) -> None:
    st.markdown(plain(f"{found.said}: {count(len(found.hits), 'place')}."))
    rows = [
        *rate_rows("Places in an hour", found.per_hour),
        *rate_rows("Of the first, followed, %", found.followed, 100),
    ]
    rate_table(rows, "sequence-rates")
    if not found.hits:
        return
    st.download_button(
        "Places CSV",
        data=lambda: csv_bytes(pipeline.hit_rows(db, found), pipeline.COLUMNS),
        file_name=f"{safe_name(run.name, run.id)}-sequence.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    known = {video.id: video for video in videos.every(db)}
    if len(found.hits) > _SHOWN:
        st.caption(f"The first {_SHOWN} places; the CSV has all. A click opens one in Explore.")
    cards = "".join(_card(run, known[hit.video_id], hit) for hit in found.hits[:_SHOWN])
    st.html(f'<div class="compare-cards compare-exclusive">{cards}</div>')


def _card(run: Run, video: Video, hit: pipeline.Hit) -> str:
    """Both frames; a click opens the first on Explore, where the player begins."""
    shown = {"project": open_project(), "run": run.id, "frame": str(hit.first)}
    address = html.escape(f"/explore?{urlencode(shown)}")
    when = f"{clock(hit.start_s)} to {clock(hit.end_s)}"
    said = html.escape(f"{video.title}, {when}")
    pictures = "".join(_picture(frame) for frame in (hit.first, hit.then))
    return (
        f'<section><a href="{address}" target="_self" aria-label="{said}, open in Explore"><figure>'
        f'<div class="compare-pair">{pictures}</div><figcaption>'
        f"<b>{html.escape(video.group)}</b> <span>{said}</span></figcaption></figure></a></section>"
    )


def _picture(frame: FrameId) -> str:
    return f'<img src="{html.escape(frame_address(*frame))}" loading="lazy" alt="">'
