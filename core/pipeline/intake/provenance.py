"""Where a video and its captions come from: the fields of Video.provenance, and who sets them."""

from __future__ import annotations

from typing import Any

from core.records import without_captions
from core.text import language
from core.text.captions_youtube import Fetched
from core.text.segments import Transcript

_READ = 2000  # segments that tell the language


def with_captions(
    known: dict[str, Any], said: Transcript | None, fetched: Fetched | None = None
) -> dict[str, Any]:
    """`known` with the fields of other captions instead of those it had.

    caption_language is the track's BCP 47 code, else ISO 639 as detected; caption_track (code,
    name, kind) and caption_way (by which package) are those of YouTube's.
    """
    kept = without_captions(known)
    if fetched is not None:
        kept["caption_track"] = fetched.track.to_json()
        kept["caption_way"] = fetched.way
    code = fetched.track.code if fetched else _language(said)
    return {**kept, "caption_language": code} if code else kept


def _language(said: Transcript | None) -> str:
    return language.code(" ".join(one.text for one in said.segments[:_READ])) if said else ""
