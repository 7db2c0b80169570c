"""The script that runs before every page: which pages there are, and the side bar."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell import routes
from pages.parts.shell.library_access import library
from pages.parts.shell.side_bar import side_bar
from pages.parts.shell.signed_in import let_in

known = [*map(routes.page, (*routes.names(), *routes.beside())), routes.alias()]
current = st.navigation(known, position="hidden")
# To its end: of a script that is stopped Streamlit keeps the parts that draw themselves by the
# clock, and would draw a side bar that is not there.
if let_in() and (db := library()):
    side_bar(db)
    current.run()
