"""One line of the doctor's report."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What was looked at, whether it is (now) as it should be, and what there is to say of it."""

    name: str
    ok: bool
    message: str
