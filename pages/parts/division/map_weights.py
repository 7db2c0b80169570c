"""The sliders that weigh a latent's blocks; applied together, as clusters and map then change."""

from __future__ import annotations

import contextlib

import streamlit as st

from core.analysis.weighting import Weights, blocks_of, normalised, read, written
from core.errors import InvalidSetting
from core.records import Run
from pages.parts.shared.choices import WEIGHTS
from pages.parts.shared.wording import plain

_DRAWN = "weights-drawn"  # the weights that the sliders were last set to
_STEPS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
_HELP = {
    "appearance": "How frames look: colours, light, layout. 0 leaves it out.",
    "content": "What frames show: people, streets, charts. 0 leaves it out.",
    "words": "What is said at each frame's time. 0 leaves it out.",
}
_ABOUT = (
    "How much each part of the latent counts in distances: for the clusters, the map and the "
    "nearest frames. 1 everywhere is the default, 0 leaves a part out. A Gaussian mixture fits its "
    "own spread to every number, so there hardly any weight but 0 is seen."
)


def choose_weights(run: Run) -> Weights:
    """The weights applied to this run's view; {} where all are 1, or the latent is one block."""
    blocks = blocks_of(run)
    if len(blocks) < 2:
        WEIGHTS.leave_out()
        return {}
    applied = _applied(blocks)
    _set_sliders(blocks, applied)
    moved = "primary" if applied else "secondary"  # as Explore shows the sign alone
    with (
        st.container(key="icon_weights", width="content"),
        st.popover(_label(applied), help=_ABOUT, icon=":material/tune:", type=moved),
        st.form("weights_form", border=False),
    ):
        sliders = {name: _slider(name) for name in blocks}
        with st.container(horizontal=True):
            pressed = st.form_submit_button("Apply", type="primary")
            st.form_submit_button("Back to the default", on_click=_reset, args=(list(blocks),))
        if pressed:
            _apply(blocks, sliders)
    return applied


def _label(applied: Weights) -> str:
    """ "Weights: content 2, words 0"."""
    moved = ", ".join(f"{name} {weight:g}" for name, weight in applied.items())
    return plain(f"Weights: {moved}" if moved else "Weights")


def _applied(blocks: dict[str, int]) -> Weights:
    """The address's weights, else the last ones; what this run cannot have is passed over."""
    found: Weights = {}
    for wish in WEIGHTS.wishes:
        with contextlib.suppress(InvalidSetting):
            found = found or normalised(blocks, read(wish))
    WEIGHTS.write(written(found))
    return found


def _apply(blocks: dict[str, int], moved: Weights) -> None:
    try:
        WEIGHTS.write(written(normalised(blocks, moved)))
    except InvalidSetting as error:
        st.warning(plain(str(error)))
        return
    st.rerun()


def _reset(names: list[str]) -> None:
    for name in names:
        st.session_state[f"weight-{name}"] = 1.0  # where it was moved and not applied, too
    WEIGHTS.write("")


def _set_sliders(blocks: dict[str, int], applied: Weights) -> None:
    """Sliders stand where they were left, until other weights are applied."""
    drawn = all(f"weight-{name}" in st.session_state for name in blocks)
    if drawn and st.session_state.get(_DRAWN) == applied:
        return
    for name in blocks:
        st.session_state[f"weight-{name}"] = applied.get(name, 1.0)
    st.session_state[_DRAWN] = applied


def _slider(name: str) -> float:
    key = f"weight-{name}"
    steps = sorted({*_STEPS, st.session_state[key]})  # an address may say 3
    return st.select_slider(
        name.capitalize(), steps, format_func=lambda w: f"{w:g}", key=key, help=_HELP.get(name)
    )
