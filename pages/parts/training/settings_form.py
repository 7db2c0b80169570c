"""One widget for each setting of a model and its training, made from the config's own fields."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from core.config import RunConfig, TrainingConfig
from models.config import MODELS, CrvaeConfig, PcaConfig
from pages.parts.training.setting_words import HELP, LABELS

_CHOICES: dict[str, tuple[str, ...]] = {
    field.name: field.metadata["choices"]
    for part in (TrainingConfig, *MODELS.values())
    for field in dataclasses.fields(part)
    if "choices" in field.metadata
} | {"word_vectors": ("multilingual", "english", "published")}
_OPEN = ("word_vectors", "backbone")  # where another answer may be typed in
_PER_ROW = 3


def changed_settings(config: RunConfig) -> dict[str, str]:
    """The settings that differ from the preset, as `core.config.preset` takes them."""
    changes = _changes(config, "The model", config.model)
    if not isinstance(config.model, PcaConfig):  # computed: steps mean nothing to it
        changes |= _changes(config, "Its training", config.training)
    return changes


def _changes(config: RunConfig, title: str, part: Any) -> dict[str, str]:
    """One part's widgets in rows under a title."""
    st.markdown(f"**{title}**")
    changes = {}
    columns: list[Any] = []
    for position, name in enumerate(_shown(config, part)):
        if position % _PER_ROW == 0:
            columns = st.columns(_PER_ROW, vertical_alignment="bottom")
        value = getattr(part, name)
        with columns[position % _PER_ROW]:
            chosen = _widget(config, name, value)
        if chosen is not None and chosen != value:
            changes[name] = str(chosen)
    return changes


def _shown(config: RunConfig, part: Any) -> list[str]:
    """The part's settings that mean something with the others as they are chosen."""
    hidden = set()
    if isinstance(part, TrainingConfig):
        if not isinstance(config.model, CrvaeConfig):
            hidden.add("pairs")
        if st.session_state.get(_key(config, "epochs"), part.epochs):
            hidden.add("steps")
    return [field.name for field in dataclasses.fields(part) if field.name not in hidden]


def _widget(config: RunConfig, name: str, value: Any) -> Any:
    label, help_text, key = LABELS.get(name, name), HELP.get(name), _key(config, name)
    if isinstance(value, bool):
        return st.toggle(label, value, key=key, help=help_text)
    if isinstance(value, str):
        options = list(_CHOICES.get(name, (value,)))
        return st.selectbox(
            label,
            options,
            options.index(value),
            key=key,
            help=help_text,
            accept_new_options=name in _OPEN,
        )
    if isinstance(value, int):
        return st.number_input(label, value=value, step=1, key=key, help=help_text)
    return st.number_input(
        label, value=float(value), step=value / 10 or 0.1, format="%g", key=key, help=help_text
    )


def _key(config: RunConfig, name: str) -> str:
    return f"setting-{config.model.name}-{config.preset}-{name}"
