"""Hearing a video: captions by machine, going on after an end, languages, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core.errors import CaptionsUnavailable, InvalidSetting
from core.pipeline.recognition import sound_source, speech
from core.pipeline.recognition.recognise import make_captions
from core.records import Video
from core.storage import Database, captions, videos
from core.storage.progress import Progress
from core.text.speech.hearing import Heard, Word
from tests.heard_clips import RATE, tone, write_heard
from tests.timed_clips import write_timed

Answer = Callable[[np.ndarray], Heard]


@pytest.fixture
def video(db: Database, monkeypatch) -> Video:
    """A ready video in the library, with 300 s of noise as its sound."""
    monkeypatch.setattr("core.text.speech.model._packaged", lambda: speech.Model("Small", "1"))
    sound = np.random.default_rng(0).normal(0, 0.1, 300 * RATE).astype(np.float32)

    @contextmanager
    def sound_of(*_: object) -> Iterator[Iterator[np.ndarray]]:
        yield iter(np.array_split(sound, 60))

    monkeypatch.setattr(speech, "sound_of", sound_of)
    known = Video("abc", "News", "us", "upload", "a.mkv", "auto", media_file="source.mkv")
    videos.add(db, known)
    videos.finish_ingest(db, "abc", [], [], duration_s=300.0, language="none")
    return videos.get(db, "abc")


def hearing(monkeypatch, answer: Answer) -> list[int]:
    """Puts `answer` in place of the model; gives the lengths it was asked for."""
    asked: list[int] = []

    def listen(_model, windows, _name, _seconds, _wished, reached) -> Iterator[Heard]:
        for place, samples in enumerate(windows):
            asked.append(len(samples))
            reached(place, len(samples) / RATE)
            yield answer(samples)

    monkeypatch.setattr(speech, "listen", listen)
    return asked


def english(_samples: np.ndarray) -> Heard:
    return Heard("en", 0.9, (Word(1.0, 1.5, " Hello", 0.9), Word(1.5, 2.0, " all.", 0.7)))


def test_words_become_captions_with_where_they_come_from(db, video, monkeypatch) -> None:
    asked = hearing(monkeypatch, english)
    videos.update(db, "abc", provenance={"caption_track": {"code": "fr"}, "channel": "News"})
    make_captions(db, "abc", "speech", Progress(None))
    now = videos.get(db, "abc")
    assert (now.caption_origin, now.language, now.captions) == ("speech", "en", len(asked))
    assert now.provenance["caption_speech"]["model"] == "Small"
    assert now.provenance["caption_speech"]["probability"] == 0.9
    assert now.provenance["caption_language"] == "en"
    assert "caption_track" not in now.provenance
    assert "Small" in now.message
    first, second, *_ = captions.of_video(db, "abc")
    assert (first.text, first.start_s, first.end_s) == ("Hello all.", 1.0, 2.0)
    assert first.confidence == pytest.approx(0.8)
    assert second.start_s > 100
    assert second.word_times[0][0] == second.start_s
    assert not (db.files.video("abc") / "speech").exists()


def test_an_ended_job_goes_on_with_the_window_it_was_in(db, video, monkeypatch) -> None:
    def second_fails(samples: np.ndarray) -> Heard:
        if len(asked) == 2:
            raise KeyboardInterrupt
        return english(samples)

    asked = hearing(monkeypatch, second_fails)
    with pytest.raises(KeyboardInterrupt):
        make_captions(db, "abc", "speech", Progress(None))
    assert captions.of_video(db, "abc") == []
    (kept,) = (db.files.video("abc") / "speech").rglob("*.json")
    again = hearing(monkeypatch, english)
    make_captions(db, "abc", "speech", Progress(None))
    assert again[0] == asked[1]
    assert len(captions.of_video(db, "abc")) == len(again) + 1
    assert not kept.exists()


def test_the_language_most_spoken_is_the_videos(db, video, monkeypatch) -> None:
    def mixed(samples: np.ndarray) -> Heard:
        if len(asked) == 1:
            return english(samples)
        return Heard("zh", 0.8, (Word(1.0, 31.0, "大家好", 0.9),))

    asked = hearing(monkeypatch, mixed)
    make_captions(db, "abc", "speech", Progress(None))
    assert videos.get(db, "abc").language == "zh"
    assert captions.of_video(db, "abc")[0].text == "Hello all."


def test_only_the_part_that_was_taken_is_heard(db, video, monkeypatch) -> None:
    videos.update(db, "abc", from_s=10.0, until_s=30.0)
    heard: list[np.ndarray] = []

    def listen(samples: np.ndarray) -> Heard:
        heard.append(samples)
        return english(samples)

    hearing(monkeypatch, listen)
    make_captions(db, "abc", "speech", Progress(None))
    sound = np.concatenate(heard)
    assert not sound[: 10 * RATE].any()
    assert sound[10 * RATE :].any()
    assert len(sound) / RATE == pytest.approx(30, abs=6)


def test_nobody_speaking_is_said_and_captions_stay(db, video, monkeypatch) -> None:
    captions.replace(
        db,
        "abc",
        [captions.Caption("abc", 0, 0.0, 1.0, "kept")],
        origin="uploaded",
        timed=True,
        language="en",
    )
    hearing(monkeypatch, lambda _: Heard("", 0.0, ()))
    with pytest.raises(CaptionsUnavailable, match="Nobody is heard speaking in News"):
        make_captions(db, "abc", "speech", Progress(None))
    assert [c.text for c in captions.of_video(db, "abc")] == ["kept"]


def test_without_a_model_it_says_how_to_come_by_one(db, video, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("core.text.speech.model._packaged", lambda: None)
    with pytest.raises(CaptionsUnavailable, match="148 MB"):
        make_captions(db, "abc", "speech", Progress(None))
    monkeypatch.setenv("AFFINITY_WHISPER", str(tmp_path))
    with pytest.raises(InvalidSetting, match="holds no Whisper model"):
        make_captions(db, "abc", "speech", Progress(None))


def test_the_videos_own_file_is_heard(db, video, monkeypatch) -> None:
    monkeypatch.setattr(speech, "sound_of", sound_source.sound_of)
    db.files.video("abc").mkdir(parents=True)
    file = db.files.video("abc") / "source.mkv"
    write_heard(file, [(0, tone((0, 4), 1.0))], (0, 4), codec="flac")
    asked = hearing(monkeypatch, english)
    make_captions(db, "abc", "speech", Progress(None))
    assert asked == [pytest.approx(4 * RATE, abs=1024)]
    write_timed(file, (0, 1))
    with pytest.raises(CaptionsUnavailable, match=r"^News has no sound"):
        make_captions(db, "abc", "speech", Progress(None))


def test_a_youtube_videos_sound_is_fetched_and_removed(db, video, monkeypatch) -> None:
    videos.update(db, "abc", youtube_id="abcdefghijk", source="youtube")
    monkeypatch.setattr(speech, "sound_of", sound_source.sound_of)
    fetched: list[Path] = []

    def download_sound(youtube_id, folder, report, pace) -> Path:
        folder.mkdir(parents=True)
        fetched.append(write_heard(folder / f"{youtube_id}.mp4", [(0, tone((0, 4), 1.0))], None))
        return fetched[0]

    monkeypatch.setattr("core.video.youtube.download_sound", download_sound)
    asked = hearing(monkeypatch, english)
    make_captions(db, "abc", "speech", Progress(None))
    assert asked == [pytest.approx(4 * RATE, abs=2048)]
    assert fetched
    assert not fetched[0].parent.exists()
