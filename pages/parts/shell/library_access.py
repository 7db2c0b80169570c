"""The one open library that all sessions share, and what a page says when it cannot be opened."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.config import data_folder
from core.errors import AffinityError
from core.storage import Database, open_library


def shared_library() -> Database:
    """The library in the data folder, opened once. Raises StorageFailed or LibraryDamaged."""
    return _opened(data_folder())


def library() -> Database:
    """The same for a page: where it cannot be opened, the page shows the sentence and ends."""
    try:
        return shared_library()
    except AffinityError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


@st.cache_resource(show_spinner=False)
def _opened(folder: Path) -> Database:
    return open_library(folder)
