"""Whether a bucket has the files that the records speak of, and gives pictures to browsers."""

from __future__ import annotations

import ipaddress
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from core.config import pictures_from_bucket
from core.doctor.finding import Finding
from core.errors import InvalidSetting
from core.format import count
from core.storage.stored import Stored

_LIFE_S = 60.0


def findings(stored: Stored, repair: bool) -> Iterator[Finding]:
    """Objects that are missing; and those that nothing speaks of, as a kill leaves them."""
    lost, strangers = stored.amiss()
    where = stored.bucket.address
    if lost:
        what = f"{count(len(lost), 'file')} of {where}, {lost[0]} first"
        yield Finding("bucket", False, f"{what}, are missing; add or train anew what they are of")
    else:
        yield Finding("bucket", True, f"every file is in {where}")
    if strangers and repair:
        stored.bucket.remove(strangers)
    if strangers:
        done = "removed" if repair else "`python -m core doctor --repair` removes them"
        yield Finding("bucket", True, f"{count(len(strangers), 'object')} of no file; {done}")


def shown(stored: Stored, picture: Path) -> Iterator[Finding]:
    """Whether somebody who has no more than a signed address gets a picture, where browsers do."""
    try:
        asked = pictures_from_bucket()
    except InvalidSetting as error:
        yield Finding("pictures", False, str(error))
        return
    signed = stored.address_for(picture, _LIFE_S) if asked else None
    if signed is None:
        return
    place = urlsplit(signed)
    where = f"{place.scheme}://{place.netloc}"
    try:
        with urllib.request.urlopen(signed, timeout=10) as answer:  # noqa: S310
            kind = answer.headers.get_content_type()
    except (OSError, ValueError) as error:
        remedy = "check AWS_ENDPOINT_URL and this machine's clock, or leave AFFINITY_PICTURES out"
        yield Finding("pictures", False, f"{where} gives no picture ({error}); {remedy}")
        return
    if kind != "image/jpeg":
        yield Finding("pictures", False, f"{where} gives pictures as {kind}, not as image/jpeg")
    else:
        yield Finding("pictures", True, f"browsers get them from {where}{_limits(place)}")


def _limits(place: SplitResult) -> str:
    """Whom such an address does not reach."""
    if place.scheme == "https":
        return ""
    try:
        alone = ipaddress.ip_address(place.hostname or "").is_loopback
    except ValueError:
        alone = place.hostname == "localhost"
    return ", those of this machine alone" if alone else ", but not for pages served by https"
