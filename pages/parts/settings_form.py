"""One widget for each setting of a model and its training, made from the config's own fields."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from core.config import RunConfig

_LABELS = {
    "width": "Picture width",
    "height": "Picture height",
    "latent_size": "Latent size",
    "own_components": "Own components",
    "channels": "Channels",
    "maps": "Feature maps",
    "views": "Random views",
    "beta": "Weight of the KL term (beta)",
    "steps": "Steps",
    "batch_size": "Batch size",
    "learning_rate": "Learning rate",
    "seed": "Seed",
    "held_out": "Held-out frames",
    "checkpoint_every_s": "Checkpoint every … s",
}
_CHOICES = {"held_out": ("refit", "keep", "none")}
_HELP = {
    "held_out": "refit: measured first, then trained on too; keep: never trained on; none: no "
    "frames are held out.",
    "own_components": "How much of the latent describes these frames' own directions.",
    "views": "Share of each batch that is a random view (shifted, enlarged) of a frame.",
}


def changed_settings(config: RunConfig) -> dict[str, str]:
    """The settings that differ from the preset, as `core.config.preset` takes them."""
    parts: list[Any] = [config.model]
    if config.model.name != "pca":  # computed, not trained: steps and rates mean nothing to it
        parts.append(config.training)
    changes = {}
    columns = st.columns(3)
    named = [(part, field.name) for part in parts for field in dataclasses.fields(part)]
    for place, (part, name) in enumerate(named):
        value = getattr(part, name)
        with columns[place % 3]:
            chosen = _widget(config, name, value)
        if chosen is not None and chosen != value:
            changes[name] = str(chosen)
    return changes


def _widget(config: RunConfig, name: str, value: Any) -> Any:
    label, help_text = _LABELS.get(name, name), _HELP.get(name)
    key = f"setting-{config.model.name}-{config.preset}-{name}"
    if isinstance(value, bool):
        return st.toggle(label, value, key=key, help=help_text)
    if isinstance(value, str):
        options = list(_CHOICES.get(name, (value,)))
        return st.selectbox(label, options, options.index(value), key=key, help=help_text)
    if isinstance(value, int):
        return st.number_input(label, value=value, step=1, key=key, help=help_text)
    return st.number_input(
        label, value=float(value), step=value / 10 or 0.1, format="%g", key=key, help=help_text
    )
