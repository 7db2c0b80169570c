"""Numbers about a run: its errors beside PCA's, and how many words are right."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.format import count, percent
from core.records import Run
from core.storage import Database, left_out, results
from models.config import MODELS
from models.units import PIXEL_ERROR
from pages.parts.shared.wording import plain


def run_figures(db: Database, run: Run) -> None:
    """Model, frames, both errors, and the same of PCA with as many numbers per frame."""
    title = MODELS[run.model].title if run.model in MODELS else run.model
    videos = count(len(run.video_ids), "video")
    said = [
        f"**{plain(title)}**, {count(run.latent_size, 'number')} per frame",
        f"{count(run.frames, 'frame')} of {videos}",
        *_left_out(db, run),
        f"Error **{_error(run.error_train)}** in training, "
        f"**{_error(run.error_held_out)}** on held-out frames",
    ]
    report = results.report(db, run.id)
    text = report.get("text") or {}
    words = text.get("caption_round_trip") or text.get("free_running")
    predicted = text.get("predicted")
    if words:
        held_out = percent(words["held_out"]) or "not measured"
        said.append(
            f"Caption round trip **{percent(words['train'])}** of words in training, "
            f"**{held_out}** held out"
        )
    if predicted:
        said.append(
            f"Words predicted from held-out pictures **{percent(predicted['recall'])}**, "
            f"by the most frequent words {percent(predicted['baseline'])}"
        )
    pca = report.get("pca") or {}
    if pca and run.model != "pca":
        said.append(
            f"PCA with {pca.get('latent_size', run.latent_size)} components "
            f"{_error(pca.get('error_train'))} and {_error(pca.get('error_held_out'))}"
        )
    st.caption("  \n".join([*said, f"Errors are {PIXEL_ERROR}; lower is better."]))


def _left_out(db: Database, run: Run) -> list[str]:
    before = left_out.from_spans(run.left_out).reasons
    now = left_out.of_run(db, run).reasons
    said = [f"Trained without {plain(left_out.said(before))}"] if before else []
    return said + ([f"Left out since: {plain(left_out.said(now))}"] if now else [])


def _error(value: Any) -> str:
    return "not measured" if value is None else f"{value:.2f}"
