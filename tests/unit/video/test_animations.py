"""Animations are videos: GIF and APNG, with their own delays; still pictures are none."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
from PIL import Image

from core.errors import VideoUnreadable
from core.video import frames

pytestmark = pytest.mark.slow
DELAYS_MS = (1000, 3000, 500, 1500)  # 6 s
GREYS = (40, 90, 140, 190)
FORMATS = {"a.gif": "GIF", "a.png": "PNG"}


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
        disposal=2 if path.suffix == ".gif" else 1,
    )
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_each_second_shows_what_a_browser_shows_then(name, tmp_path) -> None:
    clip = animation(tmp_path / name)
    taken = frames.sample_into(clip, name, tmp_path / "out", 1.0, lambda *_: None)
    assert (taken.facts.duration_s, taken.times_s) == (6.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    pictures = [cv2.imread(str(path)) for path in sorted((tmp_path / "out/frames").iterdir())]
    right = [round(float(picture[:, 36:].mean())) for picture in pictures]
    assert right == pytest.approx([40, 90, 90, 90, 140, 190], abs=3)
    assert all(picture[:, :28].mean() > 250 for picture in pictures)  # what is clear is white


def test_a_still_png_is_no_video(tmp_path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "still.png")
    with pytest.raises(VideoUnreadable, match=r"still\.png is not a video"):
        frames.probe(tmp_path / "still.png", "still.png")


def test_half_an_animation_is_read_as_far_as_it_goes_or_refused(tmp_path) -> None:
    name = "a.gif"
    data = animation(tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    try:
        taken = frames.sample_into(tmp_path / name, name, tmp_path / "out", 1.0, lambda *_: None)
    except VideoUnreadable as error:
        assert name in str(error)
    else:
        assert 0 < len(taken.times_s) < 6
