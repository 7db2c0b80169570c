"""The script that runs before every page: which pages there are, and the side bar."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import routes
from pages.parts.shell.library_access import library
from pages.parts.shell.side_bar import side_bar
from pages.parts.shell.signed_in import head_to_sign_in

known = [*map(routes.page, (*routes.names(), *routes.beside())), routes.alias()]
current = st.navigation(known, position="hidden")
head_to_sign_in()
side_bar(library())
current.run()
