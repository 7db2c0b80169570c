"""Reads codebooks of other programs: CSV, REFI-QDA (.qdc), vocabularies of ELAN (.ecv, .eaf)."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.errors import InvalidSetting
from core.export.codebook import EXCLUDES, INCLUDES
from core.records import Category
from core.storage import Database
from core.storage.annotations.validate_text import LONGEST_NAME
from core.storage.coding import categories
from core.text.encodings import decoded

_LARGEST = 5_000_000  # bytes
_COLOUR = re.compile(r"#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
EXTENSIONS = ("csv", "qdc", "ecv", "eaf")


@dataclass(frozen=True)
class ImportedCodebook:
    """How many categories a file had, and how many of them are new."""

    categories: int
    new: int


def import_codebook(db: Database, data: bytes) -> ImportedCodebook:
    """Take over a codebook: categories that are there by name are changed, others added.

    Whole or not at all. Raises InvalidSetting for a file without categories, names twice, and a
    tree too deep.
    """
    if len(data) > _LARGEST:
        raise InvalidSetting("A codebook has at most 5 MB; this file is larger.")
    found = _from_xml(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None
    if found is None:
        found = _from_csv(data)
    if not found:
        raise InvalidSetting("This file holds no categories; give a CSV, .qdc, .ecv or .eaf.")
    return ImportedCodebook(len(found), categories.add_all(db, found))


def _from_xml(data: bytes) -> list[Category]:
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidSetting(f"This XML cannot be read ({error}); export it again.") from error
    codes = next((one for one in root.iter() if _tag(one) == "Codes"), None)
    if codes is not None:
        return list(_codes(codes, None))
    return [
        Category(categories.new_id(), _short(value.text or ""), definition=_said(value))
        for value in root.iter()
        if _tag(value) in ("CVE_VALUE", "CV_ENTRY") and (value.text or "").strip()
    ]


def _codes(above: Element, parent: str | None) -> Iterator[Category]:
    """The codes below an element, each before its own."""
    for code in above:
        name = _short(code.get("name", ""))
        if _tag(code) != "Code" or not name:
            continue
        text = next((one.text or "" for one in code if _tag(one) == "Description"), "")
        one = Category(_guid(code), name, parent, 0, _colour(code.get("color", "")))
        yield _described(one, text)
        yield from _codes(code, one.id)


def _described(one: Category, text: str) -> Category:
    """With the parts of a description that we write; any other is the definition."""
    parts: dict[str, list[str]] = {"definition": [], "inclusion": [], "exclusion": []}
    kind = "definition"
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        for lead, named in ((INCLUDES, "inclusion"), (EXCLUDES, "exclusion")):
            if paragraph.startswith(lead):
                kind, paragraph = named, paragraph.removeprefix(lead)
        parts[kind].append(paragraph)
    said = {name: "\n\n".join(paragraphs) for name, paragraphs in parts.items()}
    return replace(
        one,
        definition=said["definition"],
        inclusion=said["inclusion"],
        exclusion=said["exclusion"],
    )


def _from_csv(data: bytes) -> list[Category]:
    """By the columns name, parent, colour or color, definition or description, and the rest."""
    text = decoded(data) or ""
    first = text.lstrip("\n").partition("\n")[0]
    try:
        rows = list(
            csv.DictReader(io.StringIO(text.lstrip("\n")), delimiter=max(",;\t", key=first.count))
        )
    except csv.Error as error:
        raise InvalidSetting(f"This table cannot be read ({error}); save it again.") from error
    lines = [
        {(key or "").strip().casefold(): _cell(value) for key, value in row.items()} for row in rows
    ]
    named = {line["name"].casefold(): categories.new_id() for line in lines if line.get("name")}
    if len(named) < sum(bool(line.get("name")) for line in lines):
        raise InvalidSetting("This codebook has a name twice; give each category its own.")
    made = [_of_line(line, named) for line in lines if line.get("name")]
    return _parents_first(made)


def _of_line(line: dict[str, str], named: dict[str, str]) -> Category:
    above = line.get("parent", "")
    if above and above.casefold() not in named:
        raise InvalidSetting(
            f"The parent {above[:LONGEST_NAME]!r} of {line['name'][:LONGEST_NAME]!r} is not in "
            "this table; give it a row of its own."
        )
    return Category(
        named[line["name"].casefold()],
        line["name"],
        named.get(above.casefold()),
        0,
        _colour(line.get("colour") or line.get("color") or ""),
        line.get("definition") or line.get("description") or "",
        line.get("inclusion", ""),
        line.get("exclusion", ""),
    )


def _parents_first(made: list[Category]) -> list[Category]:
    done: dict[str | None, None] = {None: None}
    ordered: list[Category] = []
    left = made
    while left:
        ready = [one for one in left if one.parent in done]
        if not ready:
            raise InvalidSetting(f"{left[0].name!r} lies below itself; mend its parent.")
        ordered += ready
        done |= dict.fromkeys(one.id for one in ready)
        left = [one for one in left if one.id not in done]
    return ordered


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _guid(code: Element) -> str:
    """Its GUID as we write it, another one where it has none that can be read."""
    try:
        return str(uuid.UUID(code.get("guid", ""))).upper()
    except ValueError:
        return categories.new_id()


def _colour(text: str) -> str:
    """ "#RRGGBB", "" for what is no colour: a codebook does not fail for it."""
    match = _COLOUR.fullmatch(text.strip())
    if match is None:
        return ""
    digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    return f"#{digits.upper()}"


def _short(name: str) -> str:
    return " ".join(name.split())


def _said(value: Element) -> str:
    return (value.get("DESCRIPTION") or "").strip()


def _cell(value: object) -> str:
    """Without the apostrophe that our own CSV puts before what a spreadsheet would run."""
    return value.strip().removeprefix("'") if isinstance(value, str) else ""
