"""The sample project's channels: real videos with captions that cover them."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from core.demo import CHANNELS, Channel
from core.demo.paint import Look, person


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.stem)
def test_a_channel_is_a_video_of_about_a_minute_with_captions(
    channel: Channel, sample: dict[str, tuple[Path, Path]]
) -> None:
    video, captions = sample[channel.stem]
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (640, 360)
        duration_s = float(stream.duration * stream.time_base)
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)][::16]
    assert 60 <= duration_s <= 80
    changes = [float(np.abs(a.astype(int) - b).mean()) for a, b in pairwise(pictures)]
    assert min(changes) > 0.05, "something moves between any two samples"
    assert sum(change > 20 for change in changes) >= 4, "there are cuts"
    last_end = captions.read_text(encoding="utf-8").rsplit("--> ", 1)[1][:12]
    assert last_end == f"00:01:{round(duration_s) - 60:02},000"


def test_the_second_channel_speaks_chinese(sample: dict[str, tuple[Path, Path]]) -> None:
    _, captions = sample[CHANNELS[1].stem]
    letters = [c for c in captions.read_text(encoding="utf-8") if "\u4e00" <= c <= "\u9fff"]
    assert len(letters) > 150


def test_a_mouth_opens() -> None:
    look = Look((236, 200, 172), (92, 58, 40), (38, 66, 110))
    shut, opened = (np.asarray(person(look, 100, mouth)) for mouth in (False, True))
    assert shut.shape == (100, 100, 4)
    assert (shut != opened).any()
