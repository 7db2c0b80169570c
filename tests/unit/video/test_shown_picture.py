"""A picture looks as a player shows it: upright, whole, one field, and for a standard display."""

from fractions import Fraction

import av
import numpy as np
import pytest

from core.video import high_range, sampling
from core.video.probe import scan


def _write(path, drawn, *, codec="libx264", pix_fmt="yuv420p", fps=10, given="rgb24", **how):
    """`drawn` pictures; how: rotate (degrees, mirrored), colours of the frames, options, flags."""
    with av.open(str(path), "w", format=how.get("container")) as out:
        stream = out.add_stream(codec, rate=fps)
        stream.height, stream.width = drawn[0].shape[:2] if given == "rgb24" else how["size"]
        stream.pix_fmt = pix_fmt
        stream.codec_context.max_b_frames = 0
        stream.codec_context.options = how.get("options", {})
        if aspect := how.get("aspect"):
            stream.codec_context.sample_aspect_ratio = aspect
        if turn := how.get("turn"):
            stream.set_display_rotation(turn[0], hflip=turn[1])
        for name, value in how.get("colours", {}).items():
            setattr(stream.codec_context, name, value)
        for picture in drawn:
            frame = av.VideoFrame.from_ndarray(picture, given)
            for name, value in how.get("colours", {}).items():
                setattr(frame, name, value)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def _shown(path, every_s=2.0) -> list[np.ndarray]:
    return [one.picture for one in sampling.sample(path, scan(path), every_s)]


def _corners(picture) -> list[int]:
    """0 to 3 for each corner, from the upper left on by rows: the grey that was drawn there."""
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    parts = [picture[y : y + height, x : x + width] for y in (0, height) for x in (0, width)]
    return [round((float(part.mean()) - 20) / 60) for part in parts]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, -90])
def test_turns_and_mirrors(tmp_path, name, degrees, mirrored) -> None:
    coded = np.zeros((96, 160, 3), np.uint8)
    for place in range(4):
        y, x = 48 * (place // 2), 80 * (place % 2)
        coded[y : y + 48, x : x + 80] = 20 + 60 * place
    clip = _write(tmp_path / name, [coded] * 3, turn=(degrees, mirrored))
    expected = np.rot90(np.arange(4).reshape(2, 2), degrees // 90)
    expected = expected[:, ::-1] if mirrored else expected
    (shown,) = _shown(clip)
    assert shown.shape[:2] == ((160, 96) if degrees in (90, -90) else (96, 160))
    assert _corners(shown) == expected.ravel().tolist()


def test_an_aspect_that_changes_on_the_way(tmp_path) -> None:
    """A broadcast from 4:3 to 16:9: the wide part lies in the first one's frame, on black."""
    white = np.full((96, 128, 3), 230, np.uint8)
    parts = [
        _write(tmp_path / f"{n}.ts", [white] * 40, container="mpegts", aspect=aspect)
        for n, aspect in enumerate((Fraction(1), Fraction(4, 3)))
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    first, second, third, fourth = _shown(joined)
    assert {one.shape for one in (first, second, third, fourth)} == {(96, 128, 3)}
    assert first.min() > 200 and second.min() > 200
    for later in (third, fourth):
        assert later[:8].max() < 30 and later[-8:].max() < 30
        assert later[20:-20].min() > 200


def _interlaced(number: int) -> np.ndarray:
    """A white bar that moves on by 6 columns from field to field."""
    picture = np.full((96, 160, 3), 60, np.uint8)
    for field in (0, 1):
        left = 6 * (2 * number + field) % 132
        picture[field::2, left : left + 24] = 230
    return picture


def _combed(picture) -> float:
    grey = picture.mean(axis=2)
    return float(np.abs(grey[1:-1] - (grey[:-2] + grey[2:]) / 2).mean())


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.ts", "libx264", {"flags": "+ilme+ildct", "x264-params": "interlaced=1:tff=1"}),
        ("a.ts", "mpeg2video", {"flags": "+ilme+ildct"}),
        ("a.mkv", "libx264", {"flags": "+ilme+ildct", "x264-params": "interlaced=1:bff=1"}),
    ],
)
def test_two_fields_become_one_picture(tmp_path, name, codec, options) -> None:
    drawn = [_interlaced(number) for number in range(26)]
    clip = _write(tmp_path / name, drawn, codec=codec, fps=25, options=options)
    with av.open(str(clip)) as container:
        assert next(container.decode(video=0)).interlaced_frame
    for every_s in (0.2, 2.0):
        for shown in _shown(clip, every_s):
            assert _combed(shown) < 0.25 * _combed(drawn[0])
            assert shown.max() > 200


def test_progressive_pictures_are_left_alone(tmp_path) -> None:
    lines = np.full((96, 160, 3), 60, np.uint8)
    lines[::2] = 200
    (shown,) = _shown(_write(tmp_path / "a.mkv", [lines] * 3, codec="ffv1", pix_fmt="bgr0"))
    assert _combed(shown) == pytest.approx(_combed(lines), rel=0.05)


@pytest.mark.parametrize(
    ("transfer", "codes"),
    [
        (high_range.PQ, {0.0: 0, 0.3: 55, 0.5081: 189, 0.5807: 230, 0.7518: 255}),
        (high_range.HLG, {0.0: 0, 0.5: 143, 0.75: 230, 1.0: 255}),
    ],
)
def test_high_dynamic_range_is_shown_as_a_standard_one(tmp_path, transfer, codes) -> None:
    """White of 203 nits (BT.2408: .58 in PQ, .75 in HLG) is bright and what is above it is not
    lost; without a tone curve it would be 148 and 191."""
    height, width = 64, 64 * len(codes)
    luma = np.zeros((height, width), np.uint16)
    for place, code in enumerate(codes):
        luma[:, 64 * place : 64 * place + 64] = round(64 + 876 * code)
    chroma = np.full(height * width // 2, 512, np.uint16)
    frame = np.concatenate([luma.ravel(), chroma]).reshape(height * 3 // 2, width)
    colours = {"color_trc": transfer, "color_primaries": 9, "colorspace": 9, "color_range": 1}
    clip = _write(
        tmp_path / "a.mkv",
        [frame] * 3,
        codec="ffv1",
        pix_fmt="yuv420p10le",
        given="yuv420p10le",
        size=(height, width),
        colours=colours,
    )
    (shown,) = _shown(clip)
    step = shown.shape[1] / len(codes)
    for place, (code, expected) in enumerate(codes.items()):
        found = float(shown[shown.shape[0] // 2, round(step * (place + 0.5))].mean())
        if code != 0.3:
            assert found == pytest.approx(expected, abs=4), code
    ramp = high_range.standard_range(
        np.linspace(0, 65535, 64).astype(np.uint16)[None, :, None].repeat(3, 2), transfer, True
    )[0, :, 0].astype(int)
    assert (np.diff(ramp) >= 0).all() and ramp[0] == 0 and ramp[-1] == 255


@pytest.mark.parametrize("transfer", [high_range.PQ, high_range.HLG])
def test_wide_colours_keep_their_hue(transfer) -> None:
    red = np.array([[[40_000, 20_000, 20_000]]], np.uint16)
    shown = high_range.standard_range(red, transfer, True)[0, 0].astype(int)
    assert shown[0] > 2 * max(shown[1], shown[2])


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mov", "qtrle", "argb"),
        ("a.mkv", "ffv1", "yuva420p"),
        ("a.mkv", "ffv1", "bgra"),
        ("a.webm", "libvpx-vp9", "yuva420p"),
        ("a.webm", "libvpx", "yuva420p"),
    ],
)
def test_what_is_clear_is_white(tmp_path, name, codec, pix_fmt) -> None:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:, :32] = (200, 0, 0, 255)
    picture[:, 32:48] = (200, 0, 0, 128)
    clip = _write(
        tmp_path / name,
        [picture] * 3,
        codec=codec,
        pix_fmt=pix_fmt,
        given="rgba",
        size=(64, 64),
        options={"auto-alt-ref": "0"} if codec == "libvpx" else {},
    )
    (shown,) = _shown(clip)
    np.testing.assert_allclose(shown[32, 8], (200, 0, 0), atol=6)
    np.testing.assert_allclose(shown[32, 40], (227, 127, 127), atol=8)
    np.testing.assert_allclose(shown[32, 60], 255, atol=2)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(("matrix", "weights"), [(1, (0.2126, 0.0722)), (5, (0.299, 0.114))])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv444p", "yuv422p10le"])
def test_range_and_matrix_by_the_flags(tmp_path, full, matrix, weights, pix_fmt) -> None:
    red, green, blue = (value / 255 for value in (180, 60, 90))
    luma = weights[0] * red + (1 - sum(weights)) * green + weights[1] * blue
    cb, cr = (blue - luma) / (2 * (1 - weights[1])), (red - luma) / (2 * (1 - weights[0]))
    deep = 4 if pix_fmt.endswith("10le") else 1
    top = 1023 if deep == 4 else 255
    planes = (
        (top * luma, 128 * deep + top * cb, 128 * deep + top * cr)
        if full
        else ((16 + 219 * luma) * deep, (128 + 224 * cb) * deep, (128 + 224 * cr) * deep)
    )
    kind = np.uint16 if deep == 4 else np.uint8
    clip = tmp_path / "a.mkv"
    with av.open(str(clip), "w") as out:
        stream = out.add_stream("ffv1", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, pix_fmt
        stream.codec_context.colorspace = matrix
        stream.codec_context.color_range = 2 if full else 1
        frame = av.VideoFrame(64, 64, pix_fmt)
        for plane, value in zip(frame.planes, planes, strict=True):
            cells = plane.buffer_size // np.dtype(kind).itemsize
            plane.update(np.full(cells, round(value), kind).tobytes())
        frame.colorspace, frame.color_range = matrix, 2 if full else 1
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    (shown,) = _shown(clip)
    np.testing.assert_allclose(shown[32, 32], (180, 60, 90), atol=4)
