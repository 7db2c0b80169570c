"""The caption tracks that YouTube has of a video: which one is taken, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from core.errors import CaptionsUnavailable, InvalidSetting

_VARIANTS = {
    "en": ("en", "en-US", "en-GB"),
    "zh": ("zh-Hans", "zh-CN", "zh", "zh-SG", "zh-Hant", "zh-TW", "zh-HK", "yue"),
}
_NAMES = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True)
class Track:
    """One track as YouTube lists it; translations by machine are none."""

    code: str  # its language: BCP 47, such as zh-Hans
    name: str  # as YouTube's menu shows it: "English - CC1"
    kind: Literal["people", "machine"]  # who wrote it down

    @property
    def by_machine(self) -> bool:
        return self.kind == "machine"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name} ({self.code}{', by machine' if self.by_machine else ''})"


def distinct(tracks: Iterable[Track]) -> list[Track]:
    """The tracks in order; of several that are alike in all the later ones get a number."""
    found: dict[Track, None] = {}
    for track in tracks:
        one, number = track, 1
        while one in found:
            number += 1
            one = replace(track, name=f"{track.name} ({number})")
        found[one] = None
    return list(found)


def base(code: str | None) -> str:
    """The language of a code without its variant; Cantonese counts as Chinese."""
    first = (code or "").split("-")[0]
    return "zh" if first == "yue" else first


def language_of(track: Track) -> str:
    """ "en", "zh" or "other", as records have it."""
    found = base(track.code)
    return found if found in _VARIANTS else "other"


def chosen(youtube_id: str, tracks: Sequence[Track], language: str) -> Track:
    """The track in `language` ("en", "zh"), one by people before one by machine, else the first.

    "auto" takes the language spoken, then English, Chinese and any other. Raises
    CaptionsUnavailable, which names the languages that there are.
    """
    spoken = next((track.code for track in tracks if track.by_machine), None)
    ranked = [(_rank(track.code, language, spoken), track) for track in tracks]
    fitting = [(rank, track) for rank, track in ranked if rank is not None]
    if not fitting:
        raise _not_in(youtube_id, language, tracks)
    return min(fitting, key=lambda pair: (pair[0][0], pair[1].by_machine, pair[0][1]))[1]


def named(tracks: Sequence[Track], wanted: str) -> Track:
    """The track with that name or language code. Raises InvalidSetting for none and for several."""
    asked = " ".join(wanted.split()).casefold()
    found = [track for track in tracks if asked in (track.name.casefold(), str(track).casefold())]
    found = found or [track for track in tracks if track.code.casefold() == asked]
    if len(found) > 1:  # one by people and one by machine of a language are told apart by the rule
        found = [track for track in found if not track.by_machine] or found
    if len(found) == 1:
        return found[0]
    there = "; ".join(map(str, found or tracks)) or "none"
    many = (
        f"{len(found)} tracks are called {wanted!r}" if found else f"There is no track {wanted!r}"
    )
    raise InvalidSetting(f"{many}; name one of these: {there}.")


def same(tracks: Sequence[Track], track: Track) -> Track | None:
    """`track` among others, as another way of asking may name it otherwise."""
    alike = [one for one in tracks if (one.code, one.kind) == (track.code, track.kind)]
    exact = [one for one in alike if one.name == track.name]
    return next(iter(exact or (alike if len(alike) == 1 else [])), None)


def said(tracks: Sequence[Track], track: Track) -> str:
    """ "2 English tracks, using English - CC1."; "" where its language has no other by people."""
    beside = [one for one in tracks if base(one.code) == base(track.code) and not one.by_machine]
    if len(beside) < 2:
        return ""
    language = _NAMES.get(base(track.code), base(track.code))
    return f"{len(beside)} {language} tracks, using {track.name}."


def _rank(code: str, language: str, spoken: str | None) -> tuple[int, int] | None:
    """(language, variant) of a track, smaller is better; None where it was not asked for."""
    wanted = [language] if language in _VARIANTS else [base(spoken), "en", "zh"]
    own = base(code)
    if own in wanted:
        variants = _VARIANTS.get(own, ())
        return wanted.index(own), variants.index(code) if code in variants else len(variants)
    return None if language in _VARIANTS else (len(wanted), 0)


def _not_in(youtube_id: str, language: str, tracks: Sequence[Track]) -> CaptionsUnavailable:
    codes = ", ".join(dict.fromkeys(track.code for track in tracks)) or "none"
    return CaptionsUnavailable(
        f"No {_NAMES.get(language, 'fitting')} captions for {youtube_id}; available: {codes}. "
        "Choose one of these or upload a caption file (.srt, .vtt)."
    )
