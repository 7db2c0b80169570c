"""Subtitles drawn into a clip, read by the child process and kept as captions."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.errors import CaptionsUnavailable, VideoUnreadable
from core.pipeline.recognition import burned_in
from core.records import Video
from core.storage import Database, recognition, videos
from core.storage.progress import Progress
from core.video.burned_in.merging import Shown
from core.video.burned_in.sorting import Sorted
from core.video.burned_in.texts import read_texts

LINES = ("Good evening", "The clinic is open", "Bring your card", "It takes minutes", "Thank you")
EACH_S, RATE = 2.0, 5


def draw(path: Path) -> None:
    """A clip in which each line stands for 1.6 of 2 s, with a channel's name above all."""
    font = ImageFont.load_default(20)
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 480, 270, "yuv420p"
        for number in range(round(len(LINES) * EACH_S * RATE)):
            ground = random.integers(40, 120, (27, 48, 3)).astype(np.uint8)
            picture = Image.fromarray(ground).resize((480, 270), Image.Resampling.BICUBIC)
            pen = ImageDraw.Draw(picture)
            place, since = divmod(number / RATE, EACH_S)
            pen.text((20, 10), "CHANNEL", "white", font)
            if since >= 0.4:
                text = LINES[int(place)]
                left = 240 - pen.textlength(text, font=font) / 2
                pen.text((left, 230), text, "white", font, stroke_width=1, stroke_fill="black")
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), "rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


@pytest.mark.slow
def test_drawn_subtitles_are_read_with_their_times(tmp_path: Path) -> None:
    draw(tmp_path / "clip.mp4")
    fractions: list[float] = []
    found = read_texts(tmp_path / "clip.mp4", "clip", lambda done, _: fractions.append(done))
    read = ["".join(one.text.split()) for one in found.captions]
    assert read == ["".join(line.split()) for line in LINES]
    for place, one in enumerate(found.captions):
        assert one.start_s == pytest.approx(EACH_S * place + 0.4, abs=0.41)
        assert one.end_s == pytest.approx(EACH_S * (place + 1), abs=0.41)
        assert one.sure > 0.7
    assert found.on_screen == []
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_what_is_no_video_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"not a video" * 99)
    with pytest.raises(VideoUnreadable, match=r"^a\.mp4 "):
        read_texts(tmp_path / "a.mp4", "a.mp4", lambda *_: None)


@pytest.fixture
def video(db: Database) -> Video:
    videos.add(db, Video("v", "News", "us", "upload", "a.mp4", "auto", state="ready"))
    return videos.get(db, "v")


def test_what_was_read_becomes_captions(db, video, monkeypatch) -> None:
    captions = [Shown(1.0, 2.5, "Doctorssay itissafe", 0.9), Shown(3.0, 4.0, "Thank you", 0.8)]
    found = Sorted(captions, [Shown(0, 2, "Anna Miller", 0.9)])
    monkeypatch.setattr(burned_in, "read_texts", lambda *_: found)
    made = burned_in.recognise(db, video, Progress(None))
    assert [one.text for one in made.segments] == ["Doctors say it is safe", "Thank you"]
    assert [one.confidence for one in made.segments] == [0.9, 0.8]
    assert (made.origin, made.language) == ("ocr", "en")
    assert "rapidocr" in made.provenance["text_reader"]
    assert [one.text for one in made.screen] == ["Anna Miller"]


def test_no_subtitles_is_said_and_other_text_is_kept(db, video, monkeypatch) -> None:
    found = Sorted([], [Shown(0, 2, "EXIT", 0.9)])
    monkeypatch.setattr(burned_in, "read_texts", lambda *_: found)
    with pytest.raises(CaptionsUnavailable, match="No subtitles stand in the picture of News"):
        burned_in.recognise(db, video, Progress(None))
    assert [one.text for one in recognition.screen_texts_of(db, "v")] == ["EXIT"]
    assert videos.get(db, "v") == video
