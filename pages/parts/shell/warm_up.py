"""What the first visitors would wait for, loaded while nobody does."""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import pkgutil

import numpy as np

import pages.parts
from core.charts import frame_map
from core.text.tokens import tokens
from pages.parts.shell.page_head import quiet_s

_FIRST_PAGE_S = 3.0  # the first page is asked for as the server starts
_QUIET_S = 5.0
_DECODING = "core.pipeline.decoding.map_decoder"


async def warm_up() -> None:
    """Once the first page is there load the rest of them; once nobody asks for one, torch too."""
    await asyncio.sleep(_FIRST_PAGE_S)
    await asyncio.to_thread(load_pages)
    while quiet_s() < _QUIET_S:
        await asyncio.sleep(1)
    await asyncio.to_thread(load_decoding)


def load_pages() -> None:
    """Import what the pages are made of, and load Plotly and the word lists: 2 s of a processor."""
    for module in pkgutil.walk_packages(pages.parts.__path__, "pages.parts."):
        if module.name != "pages.parts.shell.navigation":  # a script, which draws when imported
            importlib.import_module(module.name)
    importlib.import_module("dbos")  # which lists the jobs
    frame_map(np.zeros((1, 2))).to_json()
    for text, language in (("words", "en"), ("词语", "zh")):
        tokens(text, language)
    inspect.stack()  # Streamlit asks for it once, which reads the paths of all modules
    _set_aside_what_stays()


def load_decoding() -> None:
    """Import what a place of the map is decoded with, torch among it: 3 s of a processor."""
    importlib.import_module(_DECODING)
    _set_aside_what_stays()


def _set_aside_what_stays() -> None:
    """All modules so far, which Streamlit would search for garbage after each drawing.

    With one page open that asks every 1.5 s, the server took 9 % of a core; without them 1 %.
    """
    gc.collect()
    gc.freeze()
