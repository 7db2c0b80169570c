"""What is no video, or a broken or hostile one, gives one sentence and nothing else."""

import sys

import av
import cv2
import numpy as np
import pytest

from core import child
from core.errors import StorageFailed, VideoUnreadable
from core.video import frames, limits, sampling
from core.video.probe import opened, packets, scan
from tests.clips import write_clip, write_sound

PNG = cv2.imencode(".png", np.zeros((50, 50, 3), np.uint8))[1].tobytes()

NO_VIDEOS = {
    "empty": b"",
    "one byte": b"x",
    "text": b"hello world\n" * 50,
    "image": PNG,
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "ffconcat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "program": b"\x7fELF\x02\x01\x01" + b"\0" * 500,
    "only a type box": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
}


def _refusal(path) -> str:
    with pytest.raises(VideoUnreadable) as caught:
        next(sampling.sample(path, scan(path), 2.0))
    return str(caught.value)


@pytest.mark.parametrize("kind", NO_VIDEOS)
def test_other_files_named_mp4(tmp_path, kind) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(NO_VIDEOS[kind])
    assert _refusal(path).startswith("is ")


def test_sound_alone(tmp_path) -> None:
    assert "no moving picture" in _refusal(write_sound(tmp_path / "a.mp4"))


def test_a_codec_off_the_list_is_never_decoded(tmp_path) -> None:
    clip = write_clip(tmp_path / "a.avi", 1, codec="magicyuv")
    assert "magicyuv" in _refusal(clip)


def test_truncated_files(tmp_path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", 5).read_bytes()
    path = tmp_path / "a.mp4"
    for length in (40, len(whole) // 2, len(whole) - 300):  # moov lies at the end
        path.write_bytes(whole[:length])
        assert "cut off" in _refusal(path)


def test_a_header_without_pictures(tmp_path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", 5).read_bytes()
    data, header = whole.index(b"mdat"), whole.index(b"moov")
    path = tmp_path / "a.mp4"
    path.write_bytes(whole[: data - 4] + whole[header - 4 :])
    assert _refusal(path).startswith("holds no picture")


def test_giant_videos(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MAX_PIXELS", 1000)
    assert _refusal(write_clip(tmp_path / "a.mp4", 1)).startswith("says it is 160 x 96 pixels")


@pytest.mark.parametrize("side", [9_000, 65_000])
def test_pictures_larger_than_their_container_says(tmp_path, side) -> None:
    clip = write_clip(tmp_path / "a.avi", 1, codec="mjpeg", pix_fmt="yuvj420p")
    begin = bytes.fromhex("ffc0001108")  # a JPEG's frame header; height and width follow
    true, said = (96).to_bytes(2, "big") + (160).to_bytes(2, "big"), side.to_bytes(2, "big") * 2
    assert begin + true in clip.read_bytes()
    clip.write_bytes(clip.read_bytes().replace(begin + true, begin + said))
    assert "no picture that can be decoded" in _refusal(clip)


def test_a_duration_that_cannot_be(tmp_path) -> None:
    clip = write_clip(tmp_path / "a.mkv", times=[0, 1, 1_000_000])
    assert "cannot be" in _refusal(clip)


def test_a_matroska_that_breaks_off_keeps_what_it_has(tmp_path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (96, 160, 3), dtype=np.uint8) for _ in range(10)]
    clip = write_clip(tmp_path / "whole.mkv", 20, draw=lambda n: noise[n % 10])
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    taken = frames.sample_into(cut, "cut.mkv", tmp_path / "out", 2.0, lambda *_: None)
    assert 3 <= len(taken.times_s) < 10
    assert taken.facts.cut_off
    assert len(list((tmp_path / "out" / "frames").iterdir())) == len(taken.times_s)


def test_a_stream_that_appears_on_the_way_ends_nothing() -> None:
    """PyAV looks such a stream up when a file is at its end, and does not find it."""

    class Recording:
        def demux(self, _streams):
            yield "first"
            yield "second"
            raise IndexError("list index out of range")

    assert list(packets(Recording(), [])) == ["first", "second"]


def test_damaged_packets_are_passed_over(tmp_path) -> None:
    clip = write_clip(tmp_path / "a.mp4", 10, gop=10)
    data = bytearray(clip.read_bytes())
    start = data.index(b"mdat") + 4
    rng = np.random.default_rng(1)
    for at in rng.integers(start, data.index(b"moov"), 30):
        data[at] ^= 0xFF
    clip.write_bytes(data)
    assert 1 <= len(list(sampling.sample(clip, scan(clip), 2.0))) <= 5


def test_the_sentence_names_the_file(tmp_path) -> None:
    path = tmp_path / "source.part"
    path.write_bytes(NO_VIDEOS["hls"])
    with pytest.raises(VideoUnreadable, match=r"^holiday\.mp4 is not a video") as caught:
        frames.probe(path, "holiday.mp4")
    assert "source.part" not in str(caught.value)


def _pretend(monkeypatch, program: str) -> None:
    monkeypatch.setattr(child, "_command", lambda _module: [sys.executable, "-c", program])


def _sampled(tmp_path) -> None:
    frames.sample_into(tmp_path / "a", "a.mp4", tmp_path / "out", 2.0, lambda *_: None)


def test_a_decoder_that_crashes(tmp_path, monkeypatch) -> None:
    _pretend(monkeypatch, 'print(\'{"done": 1, "of": 2}\', flush=True); import os; os.abort()')
    with pytest.raises(VideoUnreadable, match=r"^a\.mp4 made the decoder stop; convert"):
        _sampled(tmp_path)


def test_a_decoder_that_hangs_is_ended(tmp_path, monkeypatch) -> None:
    _pretend(monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(frames, "SILENCE_S", 0.3)
    with pytest.raises(VideoUnreadable, match=r"^a\.mp4 made the decoder hang; convert"):
        _sampled(tmp_path)


def test_a_decoder_that_never_ends_is_ended(tmp_path, monkeypatch) -> None:
    _pretend(monkeypatch, 'while True: print(\'{"done": 1, "of": 2}\', flush=True)')
    monkeypatch.setattr(frames, "WALL_S", 0.3)
    with pytest.raises(VideoUnreadable, match="hang"):
        _sampled(tmp_path)


def test_a_full_disk_is_not_the_videos_fault(tmp_path, monkeypatch) -> None:
    """The pictures cannot be written: here because of the child's own limit on files."""
    clip = write_clip(tmp_path / "a.mp4", 1)
    monkeypatch.setattr(limits, "FILE_BYTES", 10)
    with pytest.raises(StorageFailed, match=r"frames of a\.mp4 cannot be written \(File too large"):
        frames.sample_into(clip, "a.mp4", tmp_path / "out", 2.0, lambda *_: None)


def test_only_local_files_are_opened(tmp_path) -> None:
    """An MP4 whose data lie behind a reference to another file does not make us read it."""
    clip = write_clip(tmp_path / "a.mp4", 1)
    with opened(clip) as (container, _stream):
        assert container.name == f"file:{clip}"
        assert container.options["protocol_whitelist"] == "file"


def test_the_lists_hold_no_text_format() -> None:
    for head in NO_VIDEOS.values():
        assert b"ftyp" in head or limits.by_first_bytes(head) is None


def test_one_list_says_what_may_be_uploaded() -> None:
    """Every container that is recognised is offered, and nothing that is refused by its bytes."""
    for kind in limits._ALL:
        assert set(kind.extensions) <= set(limits.EXTENSIONS)
    assert len(set(limits.EXTENSIONS)) == len(limits.EXTENSIONS)
    assert {"wmv", "asf", "flv", "ogv", "3gp", "mxf", "mpg", "vob", "avi"} <= set(limits.EXTENSIONS)
    assert not {"magicyuv", "exr", "jpeg2000", "g2m", "mss2", "vvc"} & limits.CODECS
    assert all(codec in av.codecs_available for codec in limits.CODECS - {"libdav1d", "libvpx"})
