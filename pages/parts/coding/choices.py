"""Which part of Coding is open, who codes, and which sample: kept in the address."""

from __future__ import annotations

import streamlit as st

from core.storage import Database
from core.storage.annotations.validate_text import LONGEST_NAME
from core.storage.coding import samples
from pages.parts.shared.choices import CODER, SAMPLE, SECTION
from pages.parts.shared.wording import plain

SECTIONS = ("Codebook", "Code frames", "Agreement", "Test clusters", "Predict")


def choose_section() -> str:
    """In the order of the work."""

    def draw(key: str) -> str | None:
        return st.segmented_control(
            "Part", SECTIONS, required=True, key=key, label_visibility="collapsed"
        )

    return SECTION.among(SECTIONS, SECTIONS[0], draw)


def choose_coder() -> str:
    """The name under which this person codes; "" before one is typed."""

    def draw(key: str) -> str:
        return st.text_input(
            "Your name",
            key=key,
            max_chars=LONGEST_NAME,
            width=220,
            placeholder="A name is enough",
            help="What others coded is not shown while you code.",
        )

    return CODER.typed(LONGEST_NAME, draw)


def choose_sample(db: Database) -> str | None:
    """One of the samples, None where there is none."""
    known = samples.names(db)
    if not known:
        return None

    def draw(key: str) -> str:
        return st.selectbox("Sample", known, format_func=plain, key=key, width=220)

    return SAMPLE.among(known, known[0], draw)
