"""What every XML file that we write has: a declaration, indentation, and no forbidden character."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0


def document(root: ET.Element) -> bytes:
    """The whole document, UTF-8, each element on a line of its own."""
    ET.indent(root, "    ")
    out = io.BytesIO()
    ET.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def xml_text(text: str) -> str:
    """`text` without the characters that no XML 1.0 document may hold, even escaped."""
    return _FORBIDDEN.sub("", text)
