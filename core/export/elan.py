"""ELAN files: one EAF 3.0 document per video with tiers for clusters, captions and tags.

The structure follows the schema http://www.mpi.nl/tools/elan/EAFv3.0.xsd of the Max Planck
Institute for Psycholinguistics.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.export.stretches import Stretch
from core.export.xml_file import document, xml_text

_LINGUISTIC_TYPE = "default-lt"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_MIME = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"}
_LANGUAGES = {"en": ("eng", "English (eng)"), "zh": ("zho", "Chinese (zho)")}  # ISO 639-3
_CONSTRAINTS = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps "
    "allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations referring to "
    "the same parent are ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps "
    "are allowed",
}


@dataclass(frozen=True)
class Tier:
    """One line of annotations; its stretches are in order and do not overlap."""

    name: str
    stretches: Sequence[Stretch]
    language: str = ""  # "en" | "zh" | anything else for none


def eaf_bytes(
    tiers: Sequence[Tier],
    media: Path | None = None,
    folder: Path | None = None,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """One EAF 3.0 document, UTF-8. `media` is the video's file, `folder` where the .eaf will lie.

    Times become whole milliseconds, each annotation at least 1 ms long. Characters that XML 1.0
    forbids are removed from texts.
    """
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "Video Affinity Browser",
            "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    header = ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if media is not None:
        ET.SubElement(header, "MEDIA_DESCRIPTOR", _media(media, folder))
    for name, value in (properties or {}).items():
        ET.SubElement(header, "PROPERTY", {"NAME": name}).text = xml_text(value)
    _add_tiers(root, header, tiers)
    attributes = {"GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "true"}
    ET.SubElement(root, "LINGUISTIC_TYPE", {"LINGUISTIC_TYPE_ID": _LINGUISTIC_TYPE, **attributes})
    for code in dict.fromkeys(tier.language for tier in tiers if tier.language in _LANGUAGES):
        identifier, label = _LANGUAGES[code]
        ET.SubElement(root, "LANGUAGE", {"LANG_ID": identifier, "LANG_LABEL": label})
    for name, description in _CONSTRAINTS.items():
        ET.SubElement(root, "CONSTRAINT", {"DESCRIPTION": description, "STEREOTYPE": name})
    return document(root)


def _add_tiers(root: ET.Element, header: ET.Element, tiers: Sequence[Tier]) -> None:
    """The time slots of all annotations, ascending, and the tiers that refer to them.

    Every annotation has two slots of its own: ELAN moves a slot with all that refer to it.
    """
    spans = [_span(stretch) for tier in tiers for stretch in tier.stretches]
    # (ms, whether it begins, which annotation): of equal times what ends comes first
    ends = [(end, 0, number) for number, (_, end) in enumerate(spans, start=1)]
    begins = [(start, 1, number) for number, (start, _) in enumerate(spans, start=1)]
    order = ET.SubElement(root, "TIME_ORDER")
    slot: dict[tuple[int, int], str] = {}
    for place, (moment, begin, number) in enumerate(sorted(ends + begins), start=1):
        slot[begin, number] = f"ts{place}"
        attributes = {"TIME_SLOT_ID": f"ts{place}", "TIME_VALUE": str(moment)}
        ET.SubElement(order, "TIME_SLOT", attributes)
    number = 0
    for tier in tiers:
        attributes = {"LINGUISTIC_TYPE_REF": _LINGUISTIC_TYPE, "TIER_ID": tier.name}
        if tier.language in _LANGUAGES:
            attributes["LANG_REF"] = _LANGUAGES[tier.language][0]
        written = ET.SubElement(root, "TIER", attributes)
        for stretch in tier.stretches:
            number += 1
            references = {"TIME_SLOT_REF1": slot[1, number], "TIME_SLOT_REF2": slot[0, number]}
            aligned = ET.SubElement(
                ET.SubElement(written, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                {"ANNOTATION_ID": f"a{number}", **references},
            )
            ET.SubElement(aligned, "ANNOTATION_VALUE").text = xml_text(stretch.text)
    ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"}).text = str(number)


def _span(stretch: Stretch) -> tuple[int, int]:
    """Whole milliseconds, at least one long."""
    start = round(stretch.start_s * 1000)
    return start, max(start + 1, round(stretch.end_s * 1000))


def _media(media: Path, folder: Path | None) -> dict[str, str]:
    beside = Path(os.path.relpath(media, folder)).as_posix() if folder else media.name
    return {
        "MEDIA_URL": media.absolute().as_uri(),
        "MIME_TYPE": _MIME.get(media.suffix.lower(), "unknown"),
        "RELATIVE_MEDIA_URL": beside if beside.startswith(".") else f"./{beside}",
    }
