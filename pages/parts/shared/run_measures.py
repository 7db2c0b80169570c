"""How like the pictures are and how many words are right, on frames trained on and held out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.format import percent
from pages.parts.shared.wording import plain

_PSNR = "Peak signal-to-noise ratio of what the posterior mean decodes to; higher is better."
_SSIM = "Structural similarity of the same, 1 for equal pictures."
_WORDS = {
    "caption_round_trip": (
        "Caption round trip",
        "Share of the captions' words that are read again from a latent that a computed code has "
        "stored them in: whether its numbers suffice, nothing that was learned.",
    ),
    "free_running": (
        "Caption round trip, learned",
        "Share of the captions' words decoded right from a latent that was encoded from picture "
        "and caption, no true word being shown: what the latent carries.",
    ),
    "first_word": (
        "First word of the round trip",
        "Share of the captions' first words decoded right; no word before it helps.",
    ),
    "teacher_forced": (
        "Words, teacher-forced",
        "Share of words decoded right where each step is shown the true word before it; the latent "
        "need not carry them.",
    ),
}


def measures(report: dict[str, Any]) -> None:
    """What report.json has of PSNR, SSIM and words; nothing where they are not measured."""
    held_out = report.get("held_out") or {}
    text = report.get("text") or {}
    shown = [
        ("PSNR", _decibels(report.get("psnr")), _decibels(held_out.get("psnr")), _PSNR),
        ("SSIM", _ratio(report.get("ssim")), _ratio(held_out.get("ssim")), _SSIM),
    ]
    for key, (label, about) in _WORDS.items():
        shares = text.get(key) or {}
        shown.append((label, percent(shares.get("train")), percent(shares.get("held_out")), about))
    predicted = text.get("predicted")
    if predicted:
        about = (
            f"Of the {predicted['words']:,} content words said with {predicted['frames']:,} "
            "held-out frames whose captions the model did not get: the share among the words that "
            "it says from the picture alone, and the share among as many of the video's most "
            "frequent words."
        )
        usual = f"most frequent words: {percent(predicted['baseline'])}"
        shown.append(("Predicted words", percent(predicted["recall"]), usual, about))
    if not any(trained for _, trained, _, _ in shown):
        return
    with st.container(horizontal=True, key="measures"):
        for label, trained, held, about in shown:
            if trained:
                beside = held if ":" in held else f"held out: {held}" if held else None
                st.metric(label, trained, beside, delta_color="off", delta_arrow="off", help=about)
    if measured := report.get("measured_frames"):
        st.caption(f"Errors and these are means over {measured:,} frames, evenly spread.")
    if text.get("budget"):
        st.caption(text["budget"])
    if text:
        st.caption(
            f"Word vectors: {plain(text['word_vectors'])}; {percent(text['unknown_share'])} of the "
            "words are unknown to them."
        )


def _decibels(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} dB"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
