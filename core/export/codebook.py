"""The codebook for other programs: CSV, REFI-QDA codebook (.qdc), ELAN vocabulary (.ecv).

REFI-QDA: www.qdasoftware.org, codebook exchange 1.0. ELAN: the external controlled vocabulary of
the Max Planck Institute for Psycholinguistics.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.export.csv_file import csv_bytes
from core.export.xml_file import document, xml_text
from core.records import Category, FrameId

COLUMNS = ("id", "name", "parent", "colour", "definition", "inclusion", "exclusion", "examples")
NAMESPACE = "urn:QDA-XML:codebook:1.0"
INCLUDES, EXCLUDES = "Include: ", "Exclude: "  # lead these parts of a .qdc's description
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_UNDETERMINED = ("und", "undetermined (und)")
VOCABULARY = "Categories"  # what ELAN calls it


def codebook_csv(listed: Sequence[Category], shown: Mapping[str, Sequence[FrameId]]) -> bytes:
    """One row per category, each after its parent; examples as VIDEO:INDEX."""
    names = {one.id: one.name for one in listed}
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "parent": names.get(one.parent or "", ""),
            "colour": one.colour,
            "definition": one.definition,
            "inclusion": one.inclusion,
            "exclusion": one.exclusion,
            "examples": " ".join(map(str, shown.get(one.id, ()))),
        }
        for one in listed
    ]
    return csv_bytes(rows, COLUMNS)


def codebook_qdc(listed: Sequence[Category]) -> bytes:
    """A REFI-QDA codebook: names, colours, descriptions, the tree and the categories' GUIDs."""
    root = ET.Element(
        "CodeBook",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} Codebook.xsd",
            "origin": "Video Affinity Browser",
        },
    )
    add_codes(root, listed)
    return document(root)


def add_codes(root: ET.Element, listed: Sequence[Category]) -> None:
    """The element Codes with all categories, nested as they are."""
    at: dict[str | None, ET.Element] = {None: ET.SubElement(root, "Codes")}
    for one in listed:
        said = {"guid": one.id, "name": xml_text(one.name), "isCodable": "true"}
        if one.colour:
            said["color"] = one.colour
        at[one.id] = ET.SubElement(at[one.parent], "Code", said)
        if text := description(one):
            ET.SubElement(at[one.id], "Description").text = xml_text(text)


def description(one: Category) -> str:
    """Definition, inclusion and exclusion as one text, a paragraph each."""
    parts = [
        one.definition,
        f"{INCLUDES}{one.inclusion}" if one.inclusion else "",
        f"{EXCLUDES}{one.exclusion}" if one.exclusion else "",
    ]
    return "\n\n".join(part for part in parts if part)


def codebook_ecv(listed: Sequence[Category]) -> bytes:
    """An ELAN external controlled vocabulary; ELAN has no tree, so the order is the tree's."""
    root = ET.Element(
        "CV_RESOURCE",
        {
            "AUTHOR": "Video Affinity Browser",
            "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
            "VERSION": "0.2",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    code, label = _UNDETERMINED
    ET.SubElement(root, "LANGUAGE", {"LANG_ID": code, "LANG_LABEL": label})
    add_vocabulary(root, listed)
    return document(root)


def add_vocabulary(root: ET.Element, listed: Sequence[Category]) -> None:
    """The element CONTROLLED_VOCABULARY; the document has the language und."""
    code = _UNDETERMINED[0]
    of = ET.SubElement(root, "CONTROLLED_VOCABULARY", {"CV_ID": VOCABULARY})
    ET.SubElement(of, "DESCRIPTION", {"LANG_REF": code})
    for one in listed:
        entry = ET.SubElement(of, "CV_ENTRY_ML", {"CVE_ID": f"cveid_{one.id}"})
        said = {"DESCRIPTION": xml_text(description(one)), "LANG_REF": code}
        ET.SubElement(entry, "CVE_VALUE", said).text = xml_text(one.name)
