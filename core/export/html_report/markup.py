"""Pieces of HTML. Every text goes through `text`, every number through a format."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable

_WATCH = re.compile(r"https://www\.youtube\.com/watch\?v=[\w-]{11}(&t=\d+s)?")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CHINESE = re.compile("[\u3400-\u9fff]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # and reversing


def text(words: str) -> str:
    """`words` as text: nothing in it is markup, control and direction signs are taken out."""
    return html.escape(_UNSEEN.sub("", words))


def said(words: str, name: str = "") -> str:
    """A span of words of any language, Chinese in a font that has it."""
    lang = ' lang="zh"' if _CHINESE.search(words) else ""
    kind = f' class="{name}"' if name else ""
    return f'<span dir="auto"{lang}{kind}>{text(words)}</span>'


def link(words: str, address: str | None) -> str:
    """`words`, leading to a YouTube address of our own making, and to nothing else."""
    if address is None or not _WATCH.fullmatch(address):
        return said(words)
    return f'<a href="{text(address)}" target="_blank" rel="noopener noreferrer">{said(words)}</a>'


def colour(value: str) -> str:
    """A colour for a style; what is no #RRGGBB is grey."""
    return value if _COLOUR.fullmatch(value) else "#9AA0A6"


def swatch(value: str) -> str:
    return f'<i class="swatch" style="background:{colour(value)}"></i>'


def picture(data: bytes, kind: str, aspect: float, alt: str) -> str:
    """An image in its own shape, or an empty frame that says so."""
    shape = f'style="aspect-ratio:{min(max(aspect, 0.2), 5):.4f}"'
    if not data:
        return f'<span class="picture missing" {shape}>not available</span>'
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return f'<span class="picture" {shape}><img src="{source}" alt="{text(alt)}"></span>'


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], name: str = "") -> str:
    """Cells are HTML already; they are laid out as text and numbers by the style sheet."""
    head = "".join(f"<th>{cell}</th>" for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll"><table class="{name}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
