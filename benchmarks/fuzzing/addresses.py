"""Addresses, groups, languages and steps as somebody may type them into the Library."""

from __future__ import annotations

import math
import re
from random import Random

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import Place
from core.errors import AddressRefused
from core.pipeline.intake.add_video import add_youtube
from core.storage import videos
from core.video.addresses import Address, parse_addresses

_GOOD = (
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ?t=42",
    "https://m.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1234567890ab",
    "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    "youtube.com/embed/dQw4w9WgXcQ",
    "https://www.youtube.com/playlist?list=PL1234567890abcdef",
    "dQw4w9WgXcQ",
)
_HOSTS = (
    *(
        "169.254.169.254",
        "localhost:8501",
        "127.0.0.1",
        "[::1]",
        "0x7f.1",
        "2130706433",
        "evil.test",
    ),
    *("youtube.com.evil.test", "evilyoutube.com", "youtube.com@evil.test", "www.youtube.com:22"),
    *(
        "ｙoutube.com",
        "youtube。com",
        "www.xn--outube-9of.com",
        "youtube.com\\@evil.test",
        "YOUTUBE.COM.",
    ),
)
_SCHEMES = ("http", "file", "ftp", "gopher", "javascript", "data", "ytsearch100000", "HTTPS", "")
_REBUILT = re.compile(
    r"https://www\.youtube\.com/(watch\?v=[A-Za-z0-9_-]{11}|playlist\?list=[A-Za-z0-9_-]{12,64})"
)


def attempt(place: Place, rng: Random) -> None:
    """Some lines; nothing but rebuilt addresses may come of them."""
    found = parse_addresses("\n".join(_line(rng) for _ in range(rng.choice((1, 1, 2, 5, 300)))))
    for address in found.accepted:
        assert _REBUILT.fullmatch(address.url), f"went on as {address.url}"
    for refusal in found.refused:
        assert refusal.reason.endswith(".") and "\n" not in refusal.reason, refusal
    for address in found.accepted[:2]:
        _add(place, rng, address)
    if not found.accepted:
        raise AddressRefused(found.refused[0].reason)


def _add(place: Place, rng: Random, address: Address) -> None:
    said = {
        "group": rng.choice(("us", rng.choice(mutate.TEXTS))),
        "language": rng.choice(("auto", "auto", "en", rng.choice(mutate.TEXTS))),
        "every_s": rng.choice((2.0, 2.0, 0.1, 0.0, -1.0, math.nan, math.inf, 1e-320, 1e308)),
    }
    video = add_youtube(place.db, address, **said)
    assert videos.get(place.db, video.id).origin == address.url
    videos.delete(place.db, video.id)


def _line(rng: Random) -> str:
    line = rng.choice(_GOOD)
    act = rng.randrange(7)
    if act == 0:
        return rng.choice(mutate.TEXTS)
    if act == 1:
        return re.sub(r"(?<=://)[^/?]+|^[^/?]+(?=\.com|\.be)", rng.choice(_HOSTS), line)
    if act == 2:
        return f"{rng.choice(_SCHEMES)}:{line.partition(':')[2] or line}"
    if act == 3:
        at = rng.randint(0, len(line))
        return line[:at] + rng.choice(mutate.TEXTS)[:600] + line[at:]
    if act == 4:
        return mutate.data(rng, line.encode()).decode("utf-8", rng.choice(("replace", "ignore")))
    return line
