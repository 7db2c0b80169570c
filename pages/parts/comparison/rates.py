"""A table of rates: one row a measure and group, with interval and p."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

_FEW = "No intervals: they need 5 videos of a group. "
_ABOUT = (
    "95 % intervals resample whole videos; p exchanges the groups’ names among whole videos, and "
    "is of this measure alone."
)


def rate_table(rows: Sequence[dict[str, Any]], key: str) -> None:
    """`rows` are of core.pipeline.comparison.rate_rows."""
    number = st.column_config.NumberColumn
    whole = any(row["low"] is not None for row in rows)
    tested = any(row["p"] is not None for row in rows)
    gone = ([] if whole else ["low", "high"]) + ([] if tested else ["p"])
    st.dataframe(
        [{name: row[name] for name in row if name not in gone} for row in rows],
        hide_index=True,
        key=key,
        column_config={
            "measure": "Measure",
            "group": "Group",
            "videos": number("Videos", width="small"),
            "value": number("Value", format="%.2f"),
            "low": number("95 % from", format="%.2f"),
            "high": number("to", format="%.2f"),
            "difference": number("Less the others’", format="%+.2f"),
            "p": number("p", format="%.4f"),
        },
    )
    few = "" if whole else _FEW
    untested = "" if tested else " Nothing is tested where a group has a single video."
    st.caption(f"{few}{_ABOUT if tested or whole else ''}{untested}")
