"""The browser's modules: every script of the project, to be served, or joined for a lone page."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache

from core.config import PROJECT

_FOLDERS = ("core", "pages")
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)


@cache
def modules() -> Mapping[str, bytes]:
    """Each module by its path in the project; read once, so that a version's text never changes."""
    found = sorted(path for folder in _FOLDERS for path in (PROJECT / folder).rglob("*.js"))
    return {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in found}


@cache
def version() -> str:
    """Of all modules together: another one when a letter of any has changed."""
    digest = hashlib.sha256()
    for path, text in modules().items():
        digest.update(path.encode() + b"\0" + text + b"\0")
    return digest.hexdigest()[:16]


def joined(path: str) -> str:
    """A module behind all that it imports, as one module that imports nothing.

    For a page that may load nothing. They share one scope: a name may be declared once in all.
    """
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _text(one))) for one in needed(path))


def needed(path: str) -> list[str]:
    """The paths of a module and of all that it imports, each behind what it imports."""
    order: list[str] = []

    def visit(one: str, above: tuple[str, ...]) -> None:
        if one in above or one in order:
            return
        for other in _imports(one):
            visit(other, (*above, one))
        order.append(one)

    visit(path, ())
    return order


def _imports(path: str) -> Iterator[str]:
    for found in _IMPORT.finditer(_text(path)):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), found.group(1)))


def _text(path: str) -> str:
    return modules()[path].decode("utf-8")
