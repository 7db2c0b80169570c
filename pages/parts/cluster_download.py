"""The button that gives the cluster table as CSV; the table is made when it is pressed."""

from __future__ import annotations

import re

import streamlit as st

from core.export import cluster_rows, csv_bytes
from core.pipeline.captions import frame_captions
from core.records import Run
from core.storage import Database, analyses


def cluster_download(db: Database, run: Run, clustering_id: str, projection_id: str) -> None:
    """One row per frame: cluster, place on the map, words, and where to watch it."""
    clustering = analyses.clustering(db, clustering_id)

    def table() -> bytes:
        projection = analyses.projection(db, projection_id)
        captions = {video: frame_captions(db, video) for video in run.video_ids}
        return csv_bytes(cluster_rows(db, clustering, projection, captions))

    safe = re.sub(r"\W+", "-", run.name).strip("-")[:60] or run.id
    st.download_button(
        "Cluster CSV",
        data=table,
        file_name=f"{safe}-{clustering.method}-{clustering.k}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help=f"{run.frames:,} rows, one per frame: cluster, place on the map, caption, address.",
    )
