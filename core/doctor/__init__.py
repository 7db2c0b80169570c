"""Checks this installation and one data folder, and mends what can be mended without loss."""

from __future__ import annotations

from collections.abc import Iterator

from core.doctor import contents, folder, installation
from core.doctor.finding import Finding
from core.storage import Database

__all__ = ["Finding", "diagnose", "findings"]


def diagnose(db: Database, repair: bool = False) -> list[Finding]:
    """Everything that was looked at; with `repair`, what could be mended is, and says how."""
    return list(findings(db, repair))


def findings(db: Database, repair: bool = False) -> Iterator[Finding]:
    """The same one by one, as they are found: some take seconds."""
    yield from installation.findings()
    yield from folder.findings(db, repair)
    yield from contents.findings(db, repair)
