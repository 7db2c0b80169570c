"""One picture every few seconds: the right ones, however the video is coded."""

import numpy as np
import pytest

from core.errors import VideoUnreadable
from core.video import limits, sampling
from core.video.probe import Scan, scan
from tests.clips import write_clip

DV = {"codec": "dvvideo", "fps": 25, "size": (720, 576)}
DNXHR = {
    "codec": "dnxhd",
    "fps": 25,
    "size": (256, 128),
    "pix_fmt": "yuv422p",
    "profile": "dnxhr_lb",
}


def _greys(path, every_s=2.0, strategy=None) -> list[int]:
    """The second each sample was drawn for (`tests.clips.grey_by_second`)."""
    taken = list(sampling.sample(path, scan(path), every_s, strategy))
    assert [one.time_s for one in taken] == [every_s * n for n in range(len(taken))]
    return [round((float(one.picture.mean()) - 40) / 8) for one in taken]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("h264.mp4", {}),
        ("h264.mov", {}),
        ("h264.mkv", {}),
        ("h264.ts", {"container": "mpegts"}),
        ("hevc.mp4", {"codec": "libx265"}),
        ("ten_bits.mp4", {"codec": "libx265", "pix_fmt": "yuv420p10le"}),
        ("vp9.webm", {"codec": "libvpx-vp9"}),
        ("vp8.webm", {"codec": "libvpx"}),
        ("av1.mp4", {"codec": "libsvtav1"}),
        ("mpeg4.avi", {"codec": "mpeg4"}),
        ("mpeg2.mpg", {"codec": "mpeg2video", "fps": 25}),
        ("mpeg2.vob", {"codec": "mpeg2video", "fps": 25}),
        ("mpeg1.mpg", {"codec": "mpeg1video", "fps": 25}),
        ("mpeg2.m2v", {"codec": "mpeg2video", "fps": 25}),
        ("camera.mts", {"container": "mpegts", "options": {"mpegts_m2ts_mode": "1"}}),
        ("motion_jpeg.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
        ("sound.mp4", {"sound": True}),
        ("mp42.avi", {"codec": "msmpeg4v2"}),
        ("divx3.avi", {"codec": "msmpeg4"}),
        ("wmv1.wmv", {"codec": "wmv1"}),
        ("wmv2.wmv", {"codec": "wmv2"}),
        ("mpeg4.asf", {"codec": "mpeg4"}),
        ("sorenson.flv", {"codec": "flv"}),
        ("h264.flv", {}),
        ("screen.flv", {"codec": "flashsv", "pix_fmt": "bgr24"}),
        ("screen2.flv", {"codec": "flashsv2", "pix_fmt": "bgr24"}),
        ("h261.avi", {"codec": "h261", "size": (176, 144)}),
        ("h263.3gp", {"codec": "h263", "size": (176, 144)}),
        ("h263p.avi", {"codec": "h263p"}),
        ("mpeg4.3gp", {"codec": "mpeg4"}),
        ("vp8.ogv", {"codec": "libvpx"}),
        ("rv10.rm", {"codec": "rv10"}),
        ("rv20.rm", {"codec": "rv20"}),
        ("mpeg2.mxf", {"codec": "mpeg2video", "fps": 25}),
        ("dnxhr.mxf", DNXHR),
        ("dnxhr.mov", DNXHR),
        ("prores.mov", {"codec": "prores", "pix_fmt": "yuv422p10le"}),
        ("cineform.mov", {"codec": "cfhd", "pix_fmt": "yuv422p10le"}),
        ("tape.dv", DV),
        ("tape.avi", DV),
        ("huffyuv.avi", {"codec": "huffyuv", "pix_fmt": "yuv422p"}),
        ("ffvhuff.avi", {"codec": "ffvhuff"}),
        ("ffv1.mkv", {"codec": "ffv1"}),
        ("utvideo.avi", {"codec": "utvideo"}),
        ("raw.avi", {"codec": "rawvideo"}),
        ("v210.mov", {"codec": "v210", "pix_fmt": "yuv422p10le"}),
        ("cinepak.avi", {"codec": "cinepak", "pix_fmt": "rgb24"}),
        ("svq1.mov", {"codec": "svq1", "pix_fmt": "yuv410p"}),
        ("qtrle.mov", {"codec": "qtrle", "pix_fmt": "rgb24"}),
        ("msvideo1.avi", {"codec": "msvideo1", "pix_fmt": "rgb555le"}),
    ],
)
def test_every_container_and_codec(tmp_path, name, how) -> None:
    """All that FFmpeg can also write: it has no encoder for VC-1, VP6, Theora, Indeo, RV30, 40."""
    clip = write_clip(tmp_path / name, 5, **how)
    assert _greys(clip) == [0, 2, 4]
    kind = limits.container_of(clip)
    assert kind is not None and clip.suffix[1:] in kind.extensions


@pytest.mark.parametrize(
    ("gop", "strategy"), [(20, "keyframes"), (10, "keyframes"), (1, "seek"), (50, "sequential")]
)
def test_keyframes_decide_the_strategy(tmp_path, gop, strategy) -> None:
    clip = write_clip(tmp_path / "a.mp4", 7, gop=gop)
    assert sampling.choose(scan(clip), 2.0) == strategy
    assert _greys(clip) == [0, 2, 4, 6]


def test_close_keyframes_off_the_sample_times_are_sought(tmp_path) -> None:
    clip = write_clip(tmp_path / "a.mp4", 9, gop=15)
    assert sampling.choose(scan(clip), 2.0) == "seek"
    assert _greys(clip) == [0, 2, 4, 6, 8]


def test_a_keyframe_33_ms_early_is_what_is_shown() -> None:
    early = Scan(0.0, 8.0, [0.0, 1.967, 4.0, 6.0], pictures_s=[0.0, 1.967, 2.002, 4.0, 6.0])
    assert sampling.choose(early, 2.0) == "keyframes"
    late = Scan(0.0, 8.0, [0.0, 1.967, 4.0, 6.0], pictures_s=[0.0, 1.967, 2.0, 4.0, 6.0])
    assert sampling.choose(late, 2.0) == "sequential"


def test_without_an_index_nothing_is_sought() -> None:
    keys = [n * 1.5 for n in range(6)]
    assert sampling.choose(Scan(0.0, 9.0, keys, has_index=True), 2.0) == "seek"
    assert sampling.choose(Scan(0.0, 9.0, keys, has_index=False), 2.0) == "sequential"


@pytest.mark.parametrize(
    ("end_s", "every_s", "samples"),
    [(218.0, 2.0, 109), (756.0000000001, 2.0, 378), (13.0, 2.0, 7), (0.04, 2.0, 1), (5.0, 0.5, 10)],
)
def test_count(end_s, every_s, samples) -> None:
    assert sampling.count(Scan(0.0, end_s), every_s) == samples


def test_too_many_samples_name_the_step_that_would_do() -> None:
    with pytest.raises(VideoUnreadable, match=r"every 2\.0 s"):
        sampling.count(Scan(0.0, 200_000.0), 0.1)
    assert sampling.count(Scan(0.0, 200_000.0), 2.0) == limits.MAX_FRAMES


def test_a_picture_is_shown_until_the_next_one(tmp_path) -> None:
    """Variable frame rate, slides: between two pictures the earlier one is on the screen."""
    times = [0, 0.1, 2.9, 3.0, 7.5, 9.5]
    shades = np.array([40, 80, 120, 160, 200, 240])
    clip = write_clip(
        tmp_path / "slides.mp4",
        draw=lambda n: np.full((96, 160, 3), shades[n], np.uint8),
        times=times,
        gop=2,
    )
    pictures = [one.picture.mean() for one in sampling.sample(clip, scan(clip), 2.0)]
    nearest = [shades[np.abs(shades - grey).argmin()] for grey in pictures]
    assert nearest == [40, 80, 160, 160, 200]


def test_times_count_from_the_first_picture(tmp_path) -> None:
    later = write_clip(
        tmp_path / "later.mkv", times=[10 + n / 10 for n in range(50)], container="matroska"
    )
    assert scan(later).origin_s == pytest.approx(10, abs=0.01)
    assert _greys(later) == [0, 2, 4]


def test_what_lies_before_the_beginning_is_not_shown(tmp_path) -> None:
    """An MP4 cuts negative times by its edit list: no player shows them, and they do not count."""
    clip = write_clip(tmp_path / "a.mp4", times=[-1 + n / 10 for n in range(50)])
    assert _greys(clip) == [1, 3]


@pytest.mark.parametrize(("rotation", "corner"), [(0, 0), (90, 2), (-90, 1), (180, 3)])
def test_rotation_is_honoured(tmp_path, rotation, corner) -> None:
    """The white corner, upper left as coded, lies where a player shows it."""
    coded = np.zeros((96, 160, 3), np.uint8)
    coded[:48, :80] = 255
    clip = write_clip(tmp_path / "a.mp4", 1, draw=lambda _: coded, rotation=rotation)
    (taken,) = sampling.sample(clip, scan(clip), 2.0)
    assert taken.picture.shape[:2] == ((160, 96) if rotation in (90, -90) else (96, 160))
    half_y, half_x = taken.picture.shape[0] // 2, taken.picture.shape[1] // 2
    quarters = [
        taken.picture[y : y + half_y, x : x + half_x] for y in (0, half_y) for x in (0, half_x)
    ]
    assert int(np.argmax([quarter.mean() for quarter in quarters])) == corner


def test_large_pictures_shrink_and_small_ones_do_not_grow(tmp_path) -> None:
    wide = np.full((540, 960, 3), 90, np.uint8)
    clip = write_clip(tmp_path / "wide.mp4", 0.5, draw=lambda _: wide)
    (taken,) = sampling.sample(clip, scan(clip), 2.0)
    assert taken.picture.shape == (360, 640, 3)
    assert (taken.native_width, taken.native_height) == (960, 540)
    (small,) = sampling.sample(write_clip(tmp_path / "a.mp4", 0.5), Scan(0.0, 0.5), 2.0)
    assert small.picture.shape == (96, 160, 3)


def test_a_change_of_shape_in_mid_stream(tmp_path) -> None:
    """MPEG-TS may go on in another size: all pictures keep the first one's, letterboxed."""
    first = write_clip(tmp_path / "1.ts", 4, container="mpegts")
    tall = np.full((160, 96, 3), 200, np.uint8)
    second = write_clip(tmp_path / "2.ts", 4, draw=lambda _: tall, container="mpegts")
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    pictures = [one.picture for one in sampling.sample(joined, Scan(1.4, 4.0), 0.5, "sequential")]
    assert {picture.shape for picture in pictures} == {(96, 160, 3)}


@pytest.mark.real
def test_strategies_agree_on_a_real_clip(real) -> None:
    clip = real / "video" / "intel_car.mp4"  # a keyframe every 4.8 s
    measured = scan(clip)
    by_decoding, by_seeking = (
        [one.picture for one in sampling.sample(clip, measured, 5.0, way)]
        for way in ("sequential", "seek")
    )
    assert len(by_decoding) == len(by_seeking) == 7
    for one, other in zip(by_decoding, by_seeking, strict=True):
        assert np.array_equal(one, other)
    on_keyframes, decoded = (
        [one.picture for one in sampling.sample(clip, measured, 4.8, way)]
        for way in ("keyframes", "sequential")
    )
    assert sampling.choose(measured, 4.8) == "keyframes"
    for one, other in zip(on_keyframes, decoded, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.real
def test_the_news_give_109_and_378_frames(real) -> None:
    for name, frames in (("us.mp4", 109), ("cn.mp4", 378)):
        assert sampling.count(scan(real / "news" / name), 2.0) == frames
