"""Checks this installation and one data folder, and mends what can be mended without loss."""

from __future__ import annotations

from collections.abc import Iterator

from core.doctor import contents, folder, installation
from core.doctor.finding import Finding
from core.storage import Database

__all__ = ["Finding", "findings"]


def findings(db: Database, repair: bool = False) -> Iterator[Finding]:
    """What was looked at, one by one, as some take seconds; with `repair`, mended where it can."""
    yield from installation.findings()
    yield from folder.findings(db, repair)
    yield from contents.findings(db, repair)
