"""The index of a fragmented MP4: what is chosen, what is refused, and the clock of what is cut."""

import struct

import pytest

from core.video.part import Part
from core.video.youtube.segments import Index, Segment, can_be_moved, index_of

HEAD = struct.pack(">I4s", 8, b"ftyp")


def _sidx(references, version=0, offset=0, ticks=1000, earliest=0) -> bytes:
    about = struct.pack(">B3sII", version, b"", 1, ticks)
    about += struct.pack(">QQ" if version else ">II", earliest, offset)
    about += struct.pack(">HH", 0, len(references))
    body = about + b"".join(struct.pack(">III", *one) for one in references)
    return struct.pack(">I4s", 8 + len(body), b"sidx") + body


TEN = [(100 + n, 2000, 1 << 31) for n in range(10)]  # 2 s each


@pytest.mark.parametrize("version", [0, 1])
def test_bytes_and_times(version) -> None:
    index = index_of(HEAD + _sidx(TEN, version, offset=7))
    assert (index.head, index.track, index.ticks_a_second) == (HEAD, 1, 1000)
    begins = len(HEAD) + len(_sidx(TEN, version)) + 7
    assert index.segments[:2] == (
        Segment(0, 2000, begins, 100, 1 << 31),
        Segment(2000, 2000, begins + 100, 101, 1 << 31),
    )


@pytest.mark.parametrize(
    ("part", "starts_s"),
    [
        (Part(6, 8), [0, 6, 18]),
        (Part(5, 9), [0, 4, 6, 8, 18]),
        (Part(0, 1), [0, 18]),
        (Part(17), [0, 16, 18]),
        (Part(100), [0, 18]),
    ],
)
def test_first_last_and_what_the_part_needs(part, starts_s) -> None:
    chosen = index_of(HEAD + _sidx(TEN)).chosen(part)
    assert [one.start / 1000 for one in chosen] == starts_s


def test_what_is_cut_has_an_index_on_the_same_clock() -> None:
    index = index_of(HEAD + _sidx(TEN, earliest=500))
    chosen = index.chosen(Part(7, 8))
    again = index_of(index.cut(chosen))
    assert [(one.start, one.size) for one in again.segments] == [
        (one.start, one.size) for one in chosen
    ]
    assert again.segments[0].first == len(index.cut(chosen))
    ends = [again.segments[-1].start + again.segments[-1].length]
    assert ends == [index.segments[-1].start + index.segments[-1].length]


def test_a_gap_of_days_is_told_in_milliseconds() -> None:
    day = 24 * 3600 * 90_000
    index = index_of(HEAD + _sidx([(100, day // 4, 0)] * 12, ticks=90_000))
    again = index_of(index.cut(index.chosen(Part(0, 1))))
    assert again.ticks_a_second == 1000
    assert [one.start for one in again.segments] == [0, 11 * 6 * 3600 * 1000]


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"<html>Sorry</html>",
        HEAD,
        HEAD + _sidx(TEN)[:-1],  # it goes on behind what was read
        HEAD + struct.pack(">I4s", 16, b"moof") + bytes(8) + _sidx(TEN),
        HEAD + _sidx([]),
        HEAD + _sidx(TEN, ticks=0),
        HEAD + _sidx([(100 | 1 << 31, 2000, 0)]),  # an index of indices
        HEAD + struct.pack(">I4s", 0, b"mdat"),
        HEAD + struct.pack(">I4s", 20, b"sidx") + bytes(12),
    ],
)
def test_files_that_are_not_cut(beginning) -> None:
    assert index_of(beginning) is None


def test_offsets_from_the_file_s_beginning_cannot_be_moved() -> None:
    assert can_be_moved(b"....tfhd" + b"\0\2\0\0" + bytes(4))
    assert not can_be_moved(b"....tfhd" + b"\0\0\0\1" + bytes(4))
    assert not can_be_moved(b"no fragment")
    assert Index(b"", 1, 1, (Segment(0, 1, 0, 1, 0),)).chosen(Part(0, 1))
