"""Takes over annotations of ELAN files (.eaf): as codings of a sample, or as tags of frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.errors import InvalidSetting
from core.export.coding_tiers import LEAD, NONE_FITS
from core.format import count
from core.records import FrameId, Video
from core.storage import Database, videos
from core.storage.annotations import tags
from core.storage.annotations.validate_text import LONGEST_NAME
from core.storage.coding import categories, samples

_LARGEST = 50_000_000  # bytes
_OWN_TIERS = ("clusters", "captions", "tags", "on screen")  # what we write beside codings


class Annotation(NamedTuple):
    """One value from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class ElanFile:
    """An .eaf: its tiers by name with what stands in them, and what it says of its film."""

    tiers: dict[str, tuple[Annotation, ...]]
    people: dict[str, str]  # tier -> participant or annotator, where it names one
    video_id: str  # as we write it, "" where somebody else made the file
    media: tuple[str, ...]  # names of the film's files


@dataclass(frozen=True)
class Taken:
    """What became of a file's annotations."""

    made: int  # codings or tagged frames
    tiers: tuple[str, ...]
    unknown: tuple[str, ...]  # values that no category is called by

    @property
    def said(self) -> str:
        """In a sentence or two."""
        said = f"{count(self.made, 'frame or shot', 'frames or shots')} from {_listed(self.tiers)}."
        if not self.unknown:
            return said
        return f"{said} Left out, for no category is called so: {_listed(self.unknown)}."


def read_elan(data: bytes) -> ElanFile:
    """Any .eaf from 2.0 on; what has no time of its own has that of the annotation it refers to.

    Raises InvalidSetting for what is none.
    """
    if len(data) > _LARGEST:
        raise InvalidSetting("An ELAN file has at most 50 MB; this one is larger.")
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidSetting(f"This ELAN file cannot be read ({error}); save it again.") from error
    if root.tag != "ANNOTATION_DOCUMENT":
        raise InvalidSetting("This is no ELAN file; give an .eaf.")
    slots = {
        one.get("TIME_SLOT_ID", ""): int(value) / 1000
        for one in root.iter("TIME_SLOT")
        if (value := one.get("TIME_VALUE", "")).isdecimal()
    }
    spans = _spans(root, slots)
    tiers = {one.get("TIER_ID", ""): _annotations(one, spans) for one in root.iter("TIER")}
    people = {
        one.get("TIER_ID", ""): one.get("PARTICIPANT") or one.get("ANNOTATOR") or ""
        for one in root.iter("TIER")
    }
    own = [one.text or "" for one in root.iter("PROPERTY") if one.get("NAME") == "video_id"]
    addresses = [
        one.get(name, "")
        for one in root.iter("MEDIA_DESCRIPTOR")
        for name in ("MEDIA_URL", "RELATIVE_MEDIA_URL")
    ]
    media = tuple(PurePosixPath(unquote(one)).name for one in addresses if one)
    return ElanFile(tiers, people, own[0] if own else "", media)


def import_codings(
    db: Database, sample: str, data: bytes, video_id: str = "", only: Sequence[str] = ()
) -> Taken:
    """Code the sample's units in the file's video, each by the annotation that covers most of it.

    The coder is whom the tier names, else the tier; of our own files the one in its name. Tiers
    are those named in `only`, or all in which a value is a category's name. Raises InvalidSetting
    where no tier is such, NotFound for the sample or a video that there is not.
    """
    file = read_elan(data)
    video = _video(db, file, video_id)
    drawn = samples.get(db, sample)
    known = {one.name.casefold(): one.id for one in categories.every(db)}
    chosen = _tiers(file, only, set(known))
    times = videos.times_of(db, video.id)
    unknown: dict[str, None] = {}
    made = 0
    for tier in chosen:
        for frame in drawn.frames:
            if frame.video_id != video.id:
                continue
            end_s = times[drawn.last(frame)] + video.every_s
            text = _covering(file.tiers[tier], times[frame.index], end_s)
            if text is None:
                continue
            if text.casefold() not in known and text != NONE_FITS:
                unknown[text] = None
                continue
            category = known.get(text.casefold())
            samples.code(db, sample, _coder(file, tier, sample), frame, category)
            made += 1
    return Taken(made, tuple(chosen), tuple(unknown))


def import_tags(db: Database, data: bytes, video_id: str = "", only: Sequence[str] = ()) -> Taken:
    """Tag the frames that lie in each annotation with its value.

    Tiers are those named in `only`, or all but those that we write ourselves. Raises
    InvalidSetting where there is none, NotFound.
    """
    file = read_elan(data)
    video = _video(db, file, video_id)
    usual = [name for name in file.tiers if name not in _OWN_TIERS and not name.startswith(LEAD)]
    chosen = _named(file, only) if only else usual
    if not any(file.tiers[name] for name in chosen):
        raise InvalidSetting("This ELAN file has no annotations to take over; name its tiers.")
    frames: dict[str, list[FrameId]] = {}
    for tier in chosen:
        for one in file.tiers[tier]:
            for frame in videos.frames_of(db, video.id):
                if one.start_s <= frame.time_s < one.end_s:
                    frames.setdefault(one.text[:LONGEST_NAME].strip(), []).append(frame.id)
    made = sum(len(tags.add(db, text, listed).added) for text, listed in frames.items())
    return Taken(made, tuple(chosen), ())


def _spans(root: Element, slots: dict[str, float]) -> dict[str, tuple[float, float]]:
    """From when to when each annotation is, by its id; one without times is left out."""
    spans: dict[str, tuple[float, float]] = {}
    for one in root.iter("ALIGNABLE_ANNOTATION"):
        begin, end = (slots.get(one.get(f"TIME_SLOT_REF{n}", "")) for n in (1, 2))
        if begin is not None and end is not None:
            spans[one.get("ANNOTATION_ID", "")] = begin, end
    referring = {
        one.get("ANNOTATION_ID", ""): one.get("ANNOTATION_REF", "")
        for one in root.iter("REF_ANNOTATION")
    }
    for identifier, to in referring.items():
        seen = {identifier}
        while to in referring and to not in seen:  # a chain of references; a circle has no time
            seen.add(to)
            to = referring[to]
        if to in spans:
            spans[identifier] = spans[to]
    return spans


def _annotations(tier: Element, spans: dict[str, tuple[float, float]]) -> tuple[Annotation, ...]:
    found = []
    for kind in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        for one in tier.iter(kind):
            text = " ".join((one.findtext("ANNOTATION_VALUE") or "").split())
            span = spans.get(one.get("ANNOTATION_ID", ""))
            if text and span is not None:
                found.append(Annotation(*span, text))
    return tuple(sorted(found))


def _video(db: Database, file: ElanFile, video_id: str) -> Video:
    """Whom the caller names, else by our own property, else by the film's name."""
    if video_id:
        return videos.get(db, video_id)
    every = videos.ready(db)
    own = [one for one in every if one.id == file.video_id]
    named = [one for one in every if PurePosixPath(one.origin).name in file.media]
    found = own or named
    if len(found) != 1:
        films = _listed(file.media) or "none"
        raise InvalidSetting(
            f"Which video this ELAN file is of is not clear (its films: {films}); name it with "
            "--video."
        )
    return found[0]


def _tiers(file: ElanFile, only: Sequence[str], known: set[str]) -> list[str]:
    if only:
        return _named(file, only)
    found = [
        name
        for name, of in file.tiers.items()
        if name not in _OWN_TIERS and any(one.text.casefold() in known for one in of)
    ]
    if not found:
        raise InvalidSetting(
            "No value of this ELAN file is a category; import its vocabulary into the codebook, or "
            "name a tier."
        )
    return found


def _named(file: ElanFile, only: Sequence[str]) -> list[str]:
    missing = [name for name in only if name not in file.tiers]
    if missing:
        raise InvalidSetting(
            f"There is no tier {missing[0]!r} in this file; there are {_listed(tuple(file.tiers))}."
        )
    return list(only)


def _covering(of: Sequence[Annotation], start_s: float, end_s: float) -> str | None:
    """The value that covers most of the time; None where none does."""
    covered: dict[str, float] = {}
    for one in of:
        shared = min(one.end_s, end_s) - max(one.start_s, start_s)
        if shared > 0:
            covered[one.text] = covered.get(one.text, 0.0) + shared
    return max(covered, key=lambda text: covered[text]) if covered else None


def _coder(file: ElanFile, tier: str, sample: str) -> str:
    named = file.people.get(tier) or tier.removeprefix(LEAD).removesuffix(f": {sample}")
    return named[:LONGEST_NAME].strip()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names[:20])
