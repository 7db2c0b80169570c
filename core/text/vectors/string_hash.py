"""MurmurHash64A, the function by which spaCy numbers its strings. Pure."""

from __future__ import annotations

import struct

_FACTOR = 0xC6A4A7935BD1E995
_SHIFT = 47
_64_BITS = 0xFFFFFFFFFFFFFFFF
_SEED = 1  # spaCy's


def string_hash(word: str) -> int:
    """The 64-bit number that spaCy gives to `word` (Appleby's MurmurHash64A of its UTF-8)."""
    data = word.encode()
    whole = len(data) // 8 * 8
    value = _SEED ^ (len(data) * _FACTOR & _64_BITS)
    for (block,) in struct.iter_unpack("<Q", data[:whole]):
        value = (value ^ _mixed(block * _FACTOR & _64_BITS) * _FACTOR) & _64_BITS
        value = value * _FACTOR & _64_BITS
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * _FACTOR & _64_BITS
    value = _mixed(value) * _FACTOR & _64_BITS
    return _mixed(value)


def _mixed(value: int) -> int:
    return value ^ value >> _SHIFT
