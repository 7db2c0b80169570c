"""A group's label with its colour, as HTML that is safe whatever the label says."""

from __future__ import annotations

import html


def group_chip(group: str, colour: str) -> str:
    """`colour` is one of core.charts.colours, never a user's text."""
    return f'<span class="chip"><i style="background:{colour}"></i>{html.escape(group)}</span>'
