"""Animations are videos: GIF, APNG and WebP, with their own delays; still pictures are none."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
from PIL import Image

from core.errors import SoundUnreadable, VideoUnreadable
from core.video import frames

pytestmark = pytest.mark.slow
DELAYS_MS = (1000, 3000, 500, 1500)  # 6 s
GREYS = (40, 90, 140, 190)
FORMATS = {"a.gif": "GIF", "a.png": "PNG", "a.webp": "WEBP"}


def animation(path: Path, delays: tuple[int, ...] = DELAYS_MS) -> Path:
    """A grey picture for each delay; its left half is clear."""
    pictures = []
    for grey in GREYS[: len(delays)]:
        picture = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
        picture.paste((grey, grey, grey, 255), (32, 0, 64, 48))
        pictures.append(picture)
    first, *others = pictures
    first.save(
        path,
        FORMATS[path.name],
        save_all=True,
        append_images=others,
        duration=list(delays),
        loop=0,
        **({"lossless": True} if path.suffix == ".webp" else {"disposal": _disposal(path)}),
    )
    return path


def _disposal(path: Path) -> int:
    return 2 if path.suffix == ".gif" else 1


@pytest.mark.parametrize("name", FORMATS)
def test_each_second_shows_what_a_browser_shows_then(name, tmp_path) -> None:
    clip = animation(tmp_path / name)
    taken = frames.sample_into(clip, name, tmp_path / "out", 1.0, lambda *_: None)
    assert (taken.facts.duration_s, taken.times_s) == (6.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    pictures = [cv2.imread(str(path)) for path in sorted((tmp_path / "out/frames").iterdir())]
    right = [round(float(picture[:, 36:].mean())) for picture in pictures]
    assert right == pytest.approx([40, 90, 90, 90, 140, 190], abs=3)
    assert all(picture[:, :28].mean() > 250 for picture in pictures)  # what is clear is white


@pytest.mark.parametrize("name", ["still.png", "still.webp"])
def test_a_still_picture_is_no_video(tmp_path, name) -> None:
    Image.new("RGBA", (64, 48)).save(tmp_path / name)
    with pytest.raises(VideoUnreadable, match=rf"{name} is not a video"):
        frames.probe(tmp_path / name, name)


def test_a_webp_has_no_sound_and_no_subtitles(tmp_path) -> None:
    clip = animation(tmp_path / "a.webp")
    assert frames.subtitles(clip, "a.webp")["tracks"] == []
    with pytest.raises(SoundUnreadable, match=r"a\.webp has no sound"):
        list(frames.sound(clip, "a.webp"))


def test_a_webp_without_delays_is_shown_as_in_a_browser(tmp_path) -> None:
    assert frames.probe(animation(tmp_path / "a.webp", (0, 5, 10, 11)), "a").duration_s == 0.311


def test_a_webp_that_says_it_is_vast_is_refused(tmp_path) -> None:
    data = bytearray(animation(tmp_path / "a.webp").read_bytes())
    data[24:30] = b"\xff" * 6
    (tmp_path / "a.webp").write_bytes(data)
    with pytest.raises(VideoUnreadable, match="16777216 x 16777216"):
        frames.probe(tmp_path / "a.webp", "a.webp")


@pytest.mark.parametrize("name", FORMATS)
def test_half_an_animation_is_read_as_far_as_it_goes_or_refused(tmp_path, name) -> None:
    data = animation(tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    try:
        taken = frames.sample_into(tmp_path / name, name, tmp_path / "out", 1.0, lambda *_: None)
    except VideoUnreadable as error:
        assert name in str(error)
    else:
        assert 0 < len(taken.times_s) < 6
