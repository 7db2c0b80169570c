"""Picture, sound and captions have one clock; what is missing is said and nothing is invented."""

import av
import numpy as np
import pytest

from core.pipeline import captions
from core.pipeline.intake import add_video, decode_video
from core.storage import videos
from core.storage.progress import Progress
from core.video import frames, notes, sampling
from core.video.probe import scan
from tests.clips import write_clip
from tests.timed_clips import grey, write_timed, zeroed

pytestmark = pytest.mark.slow

_BLACK = np.zeros((96, 160, 3), np.int16)


def _read(path, every_s=2.0, strategy=None) -> list[tuple[float, int]]:
    """(time, grey) of each sample."""
    taken = sampling.sample(path, scan(path), every_s, strategy)
    return [(one.time_s, round(float(one.picture.mean()))) for one in taken]


def _is_drawn(found, times, plus=0.0, within=3) -> None:
    assert [time_s for time_s, _ in found] == times
    for time_s, shade in found:
        assert shade == pytest.approx(grey(time_s + plus), abs=within), time_s


def _srt(seconds: int) -> bytes:
    cues = (
        f"{n + 1}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\nsecond {n}\n" for n in range(seconds)
    )
    return "\n".join(cues).encode()


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_the_picture_begins_after_the_sound(db, tmp_path, name) -> None:
    clip = write_timed(tmp_path / name, (3.4, 10), (0, 10))
    _is_drawn(_read(clip), [4.0, 6.0, 8.0])
    added = add_video.add_file(db, clip, name, group="us", captions=("a.srt", _srt(10)))
    decode_video.decode_video(db, added.id, Progress(None))
    assert [one.time_s for one in videos.frames_of(db, added.id)] == [4.0, 6.0, 8.0]
    assert captions.frame_captions(db, added.id) == ["second 4", "second 6", "second 8"]
    assert videos.get(db, added.id).message == "Until 0:03 there is sound and no picture."


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.flv"])
def test_sound_outlasts_the_picture(tmp_path, name) -> None:
    clip = write_timed(tmp_path / name, (0, 6), (0, 14))
    taken = frames.sample_into(clip, name, tmp_path / "out", 2.0, lambda *_: None)
    assert not taken.facts.cut_off
    assert taken.facts.duration_s == pytest.approx(14, abs=0.2)
    assert taken.times_s == (0.0, 2.0, 4.0)
    assert len(taken.notes) == 1 and taken.notes[0].startswith("From 0:06 to 0:1")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.flv"])
@pytest.mark.parametrize("sound", [None, (30, 36)])
def test_a_file_that_starts_late_is_not_cut_off(tmp_path, name, sound) -> None:
    clip = write_timed(tmp_path / name, (30, 36), sound, first_grey_s=-30)
    taken = frames.sample_into(clip, name, tmp_path / "out", 2.0, lambda *_: None)
    assert not taken.facts.cut_off and taken.notes == ()
    assert taken.facts.duration_s == pytest.approx(6, abs=0.1)
    _is_drawn(_read(clip), [0.0, 2.0, 4.0])


@pytest.mark.parametrize(
    ("name", "codec", "fps", "sound", "first", "second"),
    [
        ("a.ts", "libx264", 5, False, 0, 0),
        ("a.ts", "libx264", 5, True, 50, 3),
        ("a.ts", "libx264", 5, True, 50, 400),
        ("a.ts", "mpeg2video", 25, False, 0, 90_000),
        ("a.mpg", "mpeg2video", 25, False, 0, 0),
        ("a.mpg", "mpeg2video", 25, False, 50, 100),
    ],
)
def test_joined_recordings(tmp_path, name, codec, fps, sound, first, second) -> None:
    """One after the other in one file, their own times begin anew, earlier or later."""
    whole = b""
    for start, length, shade_s in ((first, 10, 0), (second, 8, 10)):
        span = (start, start + length)
        part = write_timed(
            tmp_path / name,
            span,
            span if sound else None,
            codec=codec,
            fps=fps,
            first_grey_s=shade_s - start,
            gop=10 if fps == 5 else 12,
        )
        whole += part.read_bytes()
    (tmp_path / name).write_bytes(whole)
    measured = scan(tmp_path / name)
    assert measured.end_s == pytest.approx(18, abs=0.1)
    _is_drawn(_read(tmp_path / name), [2.0 * n for n in range(9)])
    (said,) = notes.of_file(measured)
    assert said.startswith("2 recordings are joined")


def test_a_clock_that_begins_again_is_one_recording(tmp_path) -> None:
    late = {"output_ts_offset": str(2**33 / 90_000 - 7)}
    clip = write_timed(tmp_path / "a.ts", (0, 16), (0, 16), options=late)
    _is_drawn(_read(clip), [2.0 * n for n in range(8)])
    assert notes.of_file(scan(clip)) == []


@pytest.mark.parametrize("strategy", [None, "seek", "sequential"])
def test_never_a_later_picture(tmp_path, strategy) -> None:
    times = [0, 0.9, 2.03, 3.9, 4.0, 5.99, 8.3, 9.9, 11.4]
    clip = write_clip(
        tmp_path / "a.mp4",
        times=times,
        gop=3,
        draw=lambda n: (_BLACK + grey(n)).astype(np.uint8),
    )
    found = _read(clip, 2.0, strategy)
    last = [max(n for n, begun in enumerate(times) if begun <= at) for at, _ in found]
    assert [at for at, _ in found] == [0, 2, 4, 6, 8, 10]
    assert [shade for _, shade in found] == pytest.approx([grey(n) for n in last], abs=2)


def test_the_last_picture_is_held_to_the_end(tmp_path) -> None:
    clip = write_timed(tmp_path / "a.mkv", (0, 4))
    with av.open(str(clip)) as given, av.open(str(tmp_path / "b.mp4"), "w") as out:
        stream = out.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                if packet.pts * packet.time_base >= 3.79:
                    packet.duration = round(5.2 / packet.time_base)
                out.mux(packet)
    assert [shade for _, shade in _read(tmp_path / "b.mp4")] == pytest.approx(
        [grey(second) for second in (0, 2, 3, 3, 3)], abs=2
    )


@pytest.mark.parametrize(
    ("name", "codec", "fps"),
    [
        ("a.mp4", "libx264", 5),
        ("a.mov", "libx264", 5),
        ("a.mkv", "libx264", 5),
        ("a.ts", "libx264", 5),
        ("a.flv", "libx264", 5),
        ("a.webm", "libvpx", 5),
        ("a.webm", "libvpx-vp9", 5),
        ("a.mpg", "mpeg2video", 25),
        ("a.ts", "mpeg2video", 25),
        ("a.avi", "mjpeg", 5),
    ],
)
@pytest.mark.parametrize("where", [(0.4, 0.7), (0.05, 0.5)])
def test_what_is_damaged_is_left_out_and_said(tmp_path, name, codec, fps, where) -> None:
    if where[0] < 0.4 and name in ("a.webm", "a.avi", "a.mpg"):
        pytest.skip("its header lies there")
    clip = write_timed(
        tmp_path / name, (0, 20), codec=codec, fps=fps, noise=6, gop=10 if fps == 5 else 12
    )
    whole = _read(clip)
    taken = frames.sample_into(zeroed(clip, *where), name, tmp_path / "out", 2.0, lambda *_: None)
    found = _read(clip)
    assert 2 <= len(found) < len(whole)
    assert [time_s for time_s, _ in found] == list(taken.times_s)
    for one in found:
        assert one[1] == pytest.approx(dict(whole)[one[0]], abs=2)
    said = " ".join(taken.notes)
    assert "no picture could be read" in said
    assert f"({len(whole) - len(found)} frames left out)" in said


def test_the_first_half_is_gone(tmp_path) -> None:
    clip = write_timed(tmp_path / "a.mp4", (0, 20), noise=6)
    data = bytearray(clip.read_bytes())
    start, end = data.index(b"mdat") + 4, data.index(b"moov")
    half = (start + end) // 2
    data[start:half] = bytes(half - start)
    clip.write_bytes(data)
    found = _read(clip)
    assert found[0][0] >= 8
    _is_drawn(found, [2.0 * n for n in range(round(found[0][0] / 2), 10)], within=4)


def test_sentences_of_several_stretches() -> None:
    assert notes.of_unread([0.0, 2.0, 4.0, 6.0, 8.0], [0.0, 6.0], 9.0) == [
        "From 0:02 to 0:06, from 0:08 to 0:09 no picture could be read (3 frames left out)."
    ]
    assert notes.of_unread([0.0, 2.0], [0.0, 2.0], 4.0) == []


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_the_default_track_is_taken(tmp_path, name) -> None:
    flag = av.stream.Disposition.default
    with av.open(str(tmp_path / name), "w") as out:
        tracks = []
        for size, shade in (((64, 48), 250), ((160, 96), 40), ((80, 64), 90)):
            stream = out.add_stream("libx264", rate=5)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            stream.disposition = flag if shade == 40 else av.stream.Disposition(0)
            tracks.append((stream, shade))
        for stream, shade in tracks:
            for number in [*range(10), None]:
                frame = None
                if number is not None:
                    drawn = _BLACK[: stream.height, : stream.width] + shade
                    frame = av.VideoFrame.from_ndarray(drawn.astype(np.uint8), "rgb24")
                out.mux(stream.encode(frame))
    assert _read(tmp_path / name)[0] == (0.0, pytest.approx(40, abs=2))
