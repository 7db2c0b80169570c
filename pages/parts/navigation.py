"""The script that runs before every page: which pages there are, and the side bar."""

from __future__ import annotations

import streamlit as st

from pages.parts import places
from pages.parts.library_access import library
from pages.parts.side_bar import side_bar

current = st.navigation([*map(places.page, places.names()), places.alias()], position="hidden")
side_bar(library())
current.run()
