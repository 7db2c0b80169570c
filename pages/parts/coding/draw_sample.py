"""A form that draws the frames to be coded, and says what so many of them can show."""

from __future__ import annotations

import streamlit as st

from core.analysis.coding.shares import half_width, size_for
from core.errors import AffinityError
from core.pipeline.coding.draw_sample import Unit, draw_sample, frames_by_group, shots_by_group
from core.pipeline.columns.known import GROUP, known_columns
from core.storage import Database, videos
from core.storage.annotations.validate_text import LONGEST_NAME
from core.storage.coding import samples
from pages.parts.shared.choices import SAMPLE
from pages.parts.shared.wording import plain

_USUAL, _MOST = 60, 5_000


def draw_a_sample(db: Database) -> None:
    """Behind a button, open where there is no sample yet."""
    with st.popover("Draw a sample", icon=":material/casino:"):
        columns = list(known_columns(db, videos.ready(db)))
        by = st.selectbox("Each has its part", columns, key="sample-by", help=_PARTS)
        unit: Unit = "shot" if _unit() == "Shots" else "frame"
        draw = shots_by_group if unit == "shot" else frames_by_group
        units = draw(db, by=by or GROUP)[0]
        most = min(_MOST, len(units))
        key = f"sample-size-{by}-{unit}-{most}"
        size = st.number_input("How many", 1, most, min(_USUAL, most), key=key)
        st.caption(_reasoned(int(size), len(units), unit))
        name = st.text_input("Name", f"Sample {len(samples.names(db)) + 1}", max_chars=LONGEST_NAME)
        seed = st.number_input("Seed", 0, 999_999, 0, key="sample-seed", help=_SEED)
        if st.button(f"Draw {int(size):,} of {len(units):,} {unit}s", type="primary"):
            try:
                drawn = draw_sample(db, name, int(size), by=by or GROUP, seed=int(seed), unit=unit)
            except AffinityError as error:
                st.error(plain(str(error)))
                return
            SAMPLE.write(drawn.name)
            st.session_state.pop(SAMPLE.name, None)
            st.rerun()


_PARTS = "They are drawn at random from each value in proportion to its number, one at least."
_SEED = "The same seed draws the same ones in the same order."


def _unit() -> str | None:
    return st.segmented_control(
        "Units",
        ("Frames", "Shots"),
        default="Frames",
        required=True,
        key="sample-unit",
        help="Shots are those of the timeline: neighbouring frames that look alike.",
    )


def _reasoned(size: int, of: int, unit: str) -> str:
    """What a sample of that size can show, and what a finer one would take."""
    half = 100 * half_width(size, of)
    return (
        f"A share found on {size:,} of {of:,} {unit}s is known to ±{half:.1f} percentage points "
        f"or better (95 %), were {unit}s independent; ±10 takes {size_for(0.1, of):,} {unit}s, ±5 "
        f"takes {size_for(0.05, of):,}. Those of one video are alike, so count on more."
    )
