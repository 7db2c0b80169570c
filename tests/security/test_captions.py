"""Caption files that are too large, too deep or senseless: refused by name, or read as text."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from core.errors import CaptionsUnreadable
from core.text import captions
from core.text.segments import spread

_TTML = '<tt><body><p begin="0s" end="1s">{}</p></body></tt>'
_TIMED = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"
REFUSED = {
    "200 MB": ("a.srt", b"A" * 200_000_000),
    "one line of 5 MB": ("a.txt", b"a" * 5_000_000),
    "nested 100,000 deep": ("a.json", b"[" * 100_000 + b"]" * 100_000),
    "deep objects": ("a.json", b'{"events":' * 50_000 + b"1" + b"}" * 50_000),
    "nothing but NUL": ("a.srt", b"\0" * 1000),
    "empty": ("a.vtt", b""),
    "a program": ("a.srt", b"\x7fELF\x02\x01\x01" + b"\0" * 400),
    "NaN times": ("a.json", b'[{"start": NaN, "duration": NaN, "text": "a"}]'),
    "infinite": ("a.json", b'[{"start": 1e999, "duration": 1, "text": "a"}]'),
    "99999999 ms too late": ("a.json", b'[{"start": 99999999999, "duration": 1, "text": "a"}]'),
    "another extension": ("a.exe", _TIMED.format("a").encode()),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_in_one_sentence_at_once(kind: str) -> None:
    name, data = REFUSED[kind]
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(CaptionsUnreadable) as caught:
        captions.parse(name, data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value).startswith(f"{name} ") and len(str(caught.value)) < 300
    assert time.process_time() - began < 5
    assert most < 300_000_000


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>the harbour",
        "[the harbour](javascript:alert(1))",
        "=cmd|' /C calc'!A0",
        "the &lt;img src=x onerror=alert(1)&gt; harbour",
    ],
)
def test_what_looks_like_a_program_is_text(said: str) -> None:
    (segment,) = captions.parse("a.srt", _TIMED.format(said).encode()).segments
    assert segment.text and "<script>" not in segment.text


def test_an_entity_that_would_grow_without_end_does_not() -> None:
    """A billion laughs: entities of entities are declared, and not read."""
    laughs = "".join(f'<!ENTITY l{n} "{10 * f"&l{n - 1};"}">' for n in range(1, 10))
    text = f'<!DOCTYPE tt [<!ENTITY l0 "lol">{laughs}]>{_TTML.format("&l9;")}'
    began = time.process_time()
    try:
        found = captions.parse("a.ttml", text.encode())
        assert sum(len(one.text) for one in found.segments) < 1000
    except CaptionsUnreadable as error:
        assert str(error).startswith("a.ttml ")
    assert time.process_time() - began < 2


def test_a_file_outside_is_not_read() -> None:
    text = f'<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]>{_TTML.format("&x; a")}'
    try:
        found = captions.parse("a.ttml", text.encode())
        assert not any("root:" in one.text for one in found.segments)
    except CaptionsUnreadable as error:
        assert "root:" not in str(error)


def test_times_that_overlap_or_turn_back_are_put_in_order() -> None:
    times = [(5, 9), (1, 4), (3, 12), (3, 2)]
    data = json.dumps([{"start": a, "duration": b - a, "text": f"t{a}{b}"} for a, b in times])
    found = spread(captions.parse("a.json", data.encode()), 60.0)
    starts = [one.start_s for one in found]
    assert starts == sorted(starts) and all(one.end_s > one.start_s >= 0 for one in found)


def test_a_broken_tag_of_nothing_is_refused() -> None:
    with pytest.raises(CaptionsUnreadable, match=r"^a\.ttml "):
        captions.parse("a.ttml", b"<tt xmlns='http://www.w3.org/ns/ttml'><body")
