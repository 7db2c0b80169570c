"""What the first visitors would wait for, loaded while nobody does."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np

import pages.parts
from core.charts import frame_map
from core.text.tokens import tokens


def warm_up() -> None:
    """Import what the pages are made of, and load Plotly and the word lists: 2 s of a processor."""
    for module in pkgutil.walk_packages(pages.parts.__path__, "pages.parts."):
        if module.name != "pages.parts.shell.navigation":  # a script, which draws when imported
            importlib.import_module(module.name)
    frame_map(np.zeros((1, 2))).to_json()
    for text, language in (("words", "en"), ("词语", "zh")):
        tokens(text, language)
