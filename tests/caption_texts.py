"""What a caption file is read as, and an .srt of given captions."""

from __future__ import annotations

from core.text.captions import parse


def said(name: str, text: str | bytes) -> list[tuple[float, float, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(round(a, 3), round(b, 3), words) for a, b, words in parse(name, data).segments]


def texts(name: str, text: str | bytes) -> list[str]:
    return [words for *_, words in said(name, text)]


def srt(*bodies: str) -> str:
    return "".join(
        f"{n + 1}\n00:00:{4 * n:02},000 --> 00:00:{4 * n + 3:02},500\n{body}\n\n"
        for n, body in enumerate(bodies)
    )
