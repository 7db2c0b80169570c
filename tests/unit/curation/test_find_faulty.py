"""What is proposed to be left out: blur, bars, copies, openings; and captions that are shifted."""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.analysis.comparison.same_pictures import Prints, prints
from core.analysis.faulty_frames import blurred, letterboxed
from core.analysis.picture_measures import NAMES, measured
from core.analysis.shared_pictures import shared_pictures
from core.analysis.speech_lag import speech_lag
from core.pipeline.curation import find_faulty as finder
from core.pipeline.curation import find_shifted_captions as listening
from core.pipeline.curation import look
from core.pipeline.curation.find_shared import repeats
from core.pipeline.curation.frame_focus import focus_and_bars
from core.records import Caption, Frame, FrameId, Video
from core.storage import Database, captions, left_out, videos
from core.storage.progress import Progress
from tests.synthetic import add_video

GENERATOR = np.random.default_rng(3)


def _picture() -> np.ndarray:
    """(180, 320, 3): sharp noise of several sizes, as edges of things are."""
    coarse = GENERATOR.integers(0, 255, (18, 32, 3)).astype(np.uint8)
    return cv2.resize(coarse, (320, 180), interpolation=cv2.INTER_NEAREST)


def test_focus_and_bars_are_measured() -> None:
    sharp = _picture()
    soft = cv2.GaussianBlur(sharp, (0, 0), 4)
    assert measured(sharp)[0] > 0.7 > 0.5 > measured(soft)[0]
    assert measured(np.zeros((90, 160, 3), np.uint8))[0] == 0.0
    boxed = np.zeros((200, 320, 3), np.uint8)
    boxed[30:170] = _picture()[:140]
    assert measured(boxed)[1:] == pytest.approx((0.15, 0.15, 0, 0))
    pillars = np.zeros((180, 320, 3), np.uint8)
    pillars[:, 80:240] = _picture()[:, :160]
    assert measured(pillars)[1:] == pytest.approx((0, 0, 0.25, 0.25))
    rows = np.array([measured(one) for one in (sharp, boxed, boxed, pillars, sharp)]).T
    found, share = letterboxed(dict(zip(NAMES, rows, strict=True)))
    assert (found, share) == ([1, 2, 3], pytest.approx(0.7))


def test_what_is_soft_in_a_soft_video_is_not_blurred() -> None:
    assert blurred(np.array([0.8, 0.75, 0.45, 0.8])) == [2]
    assert blurred(np.array([0.45, 0.44, 0.46])) == []
    assert blurred(np.zeros(0)) == []


def test_measures_are_kept_until_the_frames_are_others(db: Database) -> None:
    add_video(db, "video0", "us", 3, 0)
    first = focus_and_bars(db, "video0")
    path = db.files.measures("video0")
    kept = np.load(path)
    np.save(path, kept + 1)
    assert np.allclose(focus_and_bars(db, "video0")["focus"], first["focus"] + 1)
    later = time.time() + 10
    os.utime(db.files.frames("video0"), (later, later))
    assert np.allclose(focus_and_bars(db, "video0")["focus"], first["focus"])


def _marks(*scenes: list[np.ndarray]) -> list[Prints]:
    return [prints(np.stack(pictures)) for pictures in scenes]


def _small(number: int) -> np.ndarray:
    return cv2.resize(GENERATOR.integers(0, 255, (6, 9)).astype(np.uint8), (48, 27)) + 0 * number


def test_pictures_are_found_again_by_an_index_as_by_all_pairs() -> None:
    known = [_small(n) for n in range(60)]
    noisy = [np.clip(p + GENERATOR.normal(0, 3, p.shape), 0, 255).astype(np.uint8) for p in known]
    marks = _marks(known[:40], noisy[30:], [_small(n) for n in range(20)] + noisy[:2])
    found = shared_pictures(marks)
    pairs = {
        (int(v), int(f), int(o), int(w))
        for v, f, o, w in zip(found.video, found.first, found.other, found.other_first, strict=True)
    }
    wanted = {(0, 30 + n, 1, n) for n in range(10)} | {(0, n, 2, 20 + n) for n in range(2)}
    assert pairs == wanted | {(o, w, v, f) for v, f, o, w in wanted}


def _library(db: Database, *groups: str) -> list[Video]:
    for place, group in enumerate(groups):
        video = Video(f"v{place}", f"V{place}", group, "upload", "", "en", every_s=2.0)
        videos.add(db, video)
        frames = [Frame(video.id, i, 2.0 * i, f"{i}.jpg") for i in range(100)]
        videos.finish_ingest(db, video.id, frames, [])
    return videos.ready(db)


def test_openings_endings_and_copies(db: Database) -> None:
    opening, ending, copy = ([_small(n) for n in range(3)] for _ in range(3))
    scenes = [[_small(n) for n in range(100)] for _ in range(4)]
    scenes[0][:3], scenes[1][5:8], scenes[2][0:3] = opening, opening, opening
    scenes[0][-4:-1], scenes[1][-3:] = ending, ending
    scenes[1][60:63], scenes[3][60:63] = copy, copy
    scenes[3][2] = opening[1]  # another group's: no opening, but a copy
    ready = _library(db, "us", "us", "us", "cn")
    found = {(one.kind, one.video): one.rows for one in repeats(db, ready, _marks(*scenes))}
    assert {key: rows for key, rows in found.items() if key[0] != "duplicate"} == {
        ("intro", 0): [0, 1, 2],
        ("intro", 1): [5, 6, 7],
        ("intro", 2): [0, 1, 2],
        ("outro", 0): [96, 97, 98],
        ("outro", 1): [97, 98, 99],
    }
    assert found["duplicate", 3] == [2, 60, 61, 62]
    assert found["duplicate", 2] == [0, 1, 2] and ("duplicate", 0) not in found


def test_proposals_leave_out_what_is_gone(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add_video(db, "video0", "us", 6, 0)
    path = db.files.frames("video0") / "000003.jpg"
    cv2.imwrite(str(path), cv2.GaussianBlur(cv2.imread(str(path)), (0, 0), 9))
    found = [one for one in finder.find_faulty(db) if one.kind == "blurred"]
    assert [one.frames for one in found] == [(FrameId("video0", 3),)]
    left_out.add(db, [FrameId("video0", 3)], "blurred")
    assert not [one for one in finder.find_faulty(db) if one.kind == "blurred"]


@pytest.mark.parametrize("later_s", [-3.2, 0.0, 0.4, 7.5])
def test_captions_are_as_late_as_they_were_made(later_s: float) -> None:
    starts = np.cumsum(GENERATOR.uniform(2, 9, 60))
    speech = [(s, s + GENERATOR.uniform(0.8, 1.9)) for s in starts]
    said = [(s + later_s - 0.2, e + later_s + 0.2) for s, e in speech]
    lag = speech_lag(speech, said, float(starts[-1] + 10))
    assert lag is not None and lag.seconds == pytest.approx(later_s, abs=0.25)
    assert lag.there > 0.7


def test_shifted_captions_are_said_where_sound_is_at_hand(
    db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for place in range(2):
        add_video(db, f"video{place}", "us", 60, place)
    (db.files.video("video1") / "media.mp4").unlink()
    starts = np.cumsum(GENERATOR.uniform(3, 8, 18))
    said = [Caption("video0", i, s + 2.0, s + 3.5, "so") for i, s in enumerate(starts)]
    captions.replace(db, "video0", said, origin="uploaded", timed=True, language="en")
    monkeypatch.setattr(listening.frames, "sound", lambda *_: iter([np.ones(16_000, np.float32)]))
    monkeypatch.setattr(listening, "spoken", lambda _: [(s, s + 1.4) for s in starts])
    first, second = listening.find_shifted_captions(db, Progress(None))
    assert first.shifted and first.later_s == pytest.approx(2.0, abs=0.2)
    assert second.later_s is None and "sound is not in this library" in second.why
    assert look.shifted(db) is None
    look.look(db, look.SHIFTED, Progress(None))
    assert look.shifted(db) == [first, second]
    look.note_shift(db, [first, second], first)
    assert [one.shifted for one in look.shifted(db) or ()] == [False, False]
