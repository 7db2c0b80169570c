"""Frames found by words, by what is said, by likeness to a frame and to a picture."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
import torch

from core.analysis import resemblance
from core.analysis.weighting import distances
from core.config import RunConfig
from core.errors import CheckpointUnreadable, InvalidSetting, NotFound, VideoUnreadable
from core.pipeline.captions import frame_captions
from core.pipeline.search import (
    encode_text,
    find_frames,
    model_meaning,
    shown_words,
    spoken_meaning,
)
from core.pipeline.search.uploaded_picture import like_picture
from core.records import FrameId, Run, ScreenText
from core.storage import (
    Database,
    captions,
    checkpoints,
    left_out,
    recognition,
    results,
    runs,
    videos,
)
from core.storage.files import save_array
from core.storage.recognition import Recognised
from core.text.vectors import multilingual
from core.video import uploaded_picture
from models.affinity.model import Affinity
from models.config import AffinityConfig, CompactConfig
from models.factory import build
from tests.fake_packages import OPEN_CLIP, put_open_clip
from tests.synthetic import THREE_BLOCKS, make_run

pytestmark = pytest.mark.slow

_NO_VECTORS = pytest.mark.skipif(
    not multilingual.available(), reason="multilingual word vectors do not run on this machine"
)
_SMALL = AffinityConfig(
    width=40, height=24, appearance_size=3, channels=4, maps=1, feature_size=6,
    content_size=2, meaning_size=4, wording_size=2, word_size=300,
)  # fmt: skip
_COMPACT = CompactConfig(width=40, height=24, latent_size=6, channels=4, maps=1)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), every_k=(), layouts=(), model=_COMPACT)


def test_captions_are_found_with_their_words_marked(db: Database, run: Run) -> None:
    found = find_frames.by_captions(db, run, "good EVEN")
    assert found.total == len(found.results) == 1  # three frames of one caption are one result
    only = found.results[0]
    assert (only.frame, only.frames) == (FrameId("video0", 0), 3)
    assert [only.caption[a:b] for a, b in only.spans] == ["Good", "even"]
    chinese = find_frames.by_captions(db, run, "疫苗")
    assert [one.frame.video_id for one in chinese.results] == ["video1"]
    assert find_frames.by_captions(db, run, "dinosaur").total == 0


def test_what_is_left_out_is_not_found(db: Database, run: Run) -> None:
    frames = [FrameId("video0", index) for index in range(3)]
    like = find_frames.like_frame(db, run, FrameId("video0", 4)).results
    assert {FrameId("video0", 2), FrameId("video0", 3)} & {one.frame for one in like}
    left_out.add(db, frames, "titles")
    assert find_frames.by_captions(db, run, "good even").total == 0
    found = find_frames.like_frame(db, run, FrameId("video0", 4)).results
    shown = {
        FrameId(one.frame.video_id, one.frame.index + i) for one in found for i in range(one.frames)
    }
    assert found and not shown & set(frames)


def test_text_on_the_screen_is_found_and_said_to_be_there(db: Database, run: Run) -> None:
    first = videos.frames_of(db, "video0")[0].time_s
    plates = (ScreenText("video0", 0, first, first + 0.1, "Anna Miller, dinosaurs", 0.9),)
    recognition.keep(db, "video0", Recognised("ocr", "none", (), plates), replace=False)
    (only,) = find_frames.by_captions(db, run, "dinosaur").results
    assert (only.frame, only.frames) == (FrameId("video0", 0), 1)
    assert only.caption == "On screen: Anna Miller, dinosaurs"
    assert [only.caption[a:b] for a, b in only.spans] == ["dinosaur"]


@_NO_VECTORS
def test_a_chinese_query_finds_english_captions_by_the_mean_of_vectors(
    db: Database, run: Run
) -> None:
    found = find_frames.by_meaning(db, run, "地铁上戴口罩")
    english = [one for one in found.results if one.frame.video_id == "video0"]
    assert english[0].caption == "Wear a mask on the subway."
    assert "the mean of each caption's word vectors" in found.said
    likeness = [one.likeness for one in found.results]
    assert likeness == sorted(likeness, reverse=True)
    assert all(one.caption for one in found.results)


@_NO_VECTORS
def test_captions_are_read_for_their_meaning_once_until_they_change(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_frames.by_meaning(db, run, "mask")
    with monkeypatch.context() as context:
        context.setattr(spoken_meaning, "words_in", lambda *_: pytest.fail("read again"))
        assert find_frames.by_meaning(db, run, "vaccine").results
    (segment, *_) = captions.of_video(db, "video0")
    words = "Dinosaurs in a museum."
    captions.correct(db, "video0", 0, text=words, start_s=segment.start_s, end_s=segment.end_s)
    assert find_frames.by_meaning(db, run, "dinosaur").results[0].caption == words


@_NO_VECTORS
def test_as_many_are_found_by_meaning_where_the_nearest_are_left_out(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_frames, "_NEAREST", 2)
    nearest, *_ = (one.frame for one in find_frames.by_meaning(db, run, "mask").results)
    every = videos.frames_of(db, nearest.video_id)
    left_out.add(db, [one.id for one in every], "not these")
    found = find_frames.by_meaning(db, run, "mask").results
    assert len(found) == 2 and nearest.video_id not in {one.frame.video_id for one in found}


def test_a_text_without_words_and_a_run_without_captions_say_so(db: Database, run: Run) -> None:
    for text in (" ", "x" * 201):
        with pytest.raises(InvalidSetting, match="type"):
            find_frames.by_meaning(db, run, text)
    from core.storage import captions

    for video_id in run.video_ids:
        captions.replace(db, video_id, [], origin="none", language="en", timed=True)
    with pytest.raises(InvalidSetting, match="add captions in Transcripts"):
        find_frames.by_meaning(db, run, "mask")


def test_words_find_what_pictures_show_where_the_features_know_words(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidSetting, match="only in a run whose picture features"):
        find_frames.by_shown(db, run, "a green wall")
    assert not shown_words.offered(run)
    config = RunConfig(dataclasses.replace(_SMALL, backbone=OPEN_CLIP, feature_size=3))
    runs.update(db, run.id, config=config.to_json())
    ours = runs.get(db, run.id)
    put_open_clip(monkeypatch)
    monkeypatch.setattr(shown_words.importlib.util, "find_spec", lambda name: name)
    assert shown_words.offered(ours)
    monkeypatch.setattr(shown_words.child, "messages", _in_this_process)
    with pytest.raises(InvalidSetting, match="train the run again"):
        find_frames.by_shown(db, ours, "a green wall")
    for video, frames in (("video0", 9), ("video1", 12)):
        colours = np.eye(3, dtype=np.float16)[[0] * frames]
        colours[4] = (0, 1, 0)
        save_array(db.files.features(video, "open_clip-ViT-B-32-laion2b-1"), colours)
    found = find_frames.by_shown(db, ours, "a green wall")
    assert {one.frame for one in found.results} == {
        FrameId("video0", 4),
        FrameId("video1", 4),
    }
    assert found.results[0].likeness == pytest.approx(1)


def _in_this_process(module: str, request: dict, **_: object) -> list[dict]:
    """What the child would say: it could not see the stand-in."""
    assert module == "core.pipeline.search.encode_text"
    said: list[dict] = []
    encode_text._encode(request, b"", lambda **what: said.append(what))
    return said


def _affinity_run(db: Database, run: Run) -> tuple[Run, Affinity, tuple[str, ...]]:
    """The run as one of our own model, prepared on made-up words; no training."""
    words = ("", "mask", "subway", "vaccine", "wear", "口罩", "疫苗")
    vectors, _ = multilingual.Multilingual(300).lookup(words)
    model = build(_SMALL)
    assert isinstance(model, Affinity)
    model.use_words(torch.from_numpy(vectors), 3)
    generator = torch.Generator().manual_seed(0)
    said = torch.randint(0, len(words), (30, 3), generator=generator)
    said[:, 0] = said[:, 0].clamp_min(1)
    model.meaning.prepare(said, model.embedding, torch.randn(30, 2, generator=generator))
    model.scale.uniform_(0.5, 2.0, generator=generator)
    ours = dataclasses.replace(
        run, id="ours", model="affinity", config=RunConfig(_SMALL).to_json(),
        latent_size=_SMALL.latent_size,
    )  # fmt: skip
    runs.add(db, ours)
    checkpoints.save_model(results.checkpoint(db, "ours"), model, RunConfig(_SMALL), words)
    return ours, model, words


@_NO_VECTORS
def test_typed_words_are_encoded_as_the_model_does(db: Database, run: Run) -> None:
    ours, model, words = _affinity_run(db, run)
    read = model_meaning.ModelMeaning.read(db, ours)
    assert read is not None
    typed = read.of_text("Wear mask, wear")
    assert typed.words == ("wear", "mask", "wear")
    numbers = torch.tensor([[words.index(word) for word in typed.words]])
    theirs = model.meaning.encode(numbers, model.embedding)[0].numpy()
    np.testing.assert_allclose(typed.vector, theirs, atol=1e-5)
    latents = torch.randn(5, _SMALL.latent_size)
    np.testing.assert_allclose(
        read.of_latents(latents.numpy()), model._parts(latents)[2].numpy(), rtol=1e-5
    )
    assert read.of_text("trolley").words == ("trolley",)  # not in the vocabulary: looked up


def test_a_run_of_another_model_has_no_block_of_words(db: Database, run: Run) -> None:
    assert model_meaning.ModelMeaning.read(db, run) is None


@_NO_VECTORS
def test_our_own_model_s_block_is_used_and_named(db: Database, run: Run) -> None:
    ours, model, words = _affinity_run(db, run)
    folder = db.files.run("ours")
    (folder / "frames.json").write_bytes((db.files.run(run.id) / "frames.json").read_bytes())
    latents = np.random.default_rng(0).normal(size=(21, _SMALL.latent_size)).astype(np.float32)
    typed = torch.tensor([[words.index("wear"), words.index("mask"), 0]])
    with torch.no_grad():
        said = model.meaning.encode(typed, model.embedding)[0]
    first = _SMALL.appearance_size + _SMALL.content_size
    part = slice(first, first + _SMALL.meaning_size)
    latents[6, part] = (said * model.scale[part] * 9).numpy()  # video0's third caption
    save_array(folder / "latents.npy", latents)
    found = find_frames.by_meaning(db, ours, "wear mask")
    assert "own block of words" in found.said
    assert found.results[0].caption == "Wear a mask on the subway."
    (folder / "checkpoint" / "model.safetensors").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointUnreadable, match="train the run again"):
        find_frames.by_meaning(db, ours, "mask")


def test_neighbours_of_a_frame_are_those_of_the_block(db: Database) -> None:
    run = make_run(db, (9, 12), every_k=(), layouts=(), model=THREE_BLOCKS)
    latents = results.latents(db, run.id)
    frame, row = FrameId("video1", 3), 12
    for by, part in (("appearance", slice(0, 3)), ("content", slice(3, 5)), (None, slice(0, 7))):
        found = find_frames.like_frame(db, run, frame, by)
        apart = np.linalg.norm((latents - latents[row])[:, part], axis=1)
        apart[row] = np.inf
        best = found.results[0]
        assert best.distance == pytest.approx(apart.min(), abs=1e-5)
        assert apart[best.row] == pytest.approx(apart.min(), abs=1e-5)
        assert frame not in [one.frame for one in found.results]
    with pytest.raises(InvalidSetting, match="choose from appearance, content, words"):
        find_frames.like_frame(db, run, frame, "colour")
    with pytest.raises(NotFound, match="video1:99"):
        find_frames.like_frame(db, run, FrameId("video1", 99))


def test_more_like_these_and_less_like_those(db: Database) -> None:
    run = make_run(db, (9, 12), latent=2, every_k=(), layouts=())
    latents = np.zeros((21, 2), np.float32)
    latents[[3, 5, 7, 9, 10]] = [[1, 1], [1, -1], [0, 3], [0, -3], [-2, 0]]
    far = [row for row in range(21) if row not in (0, 1, 3, 5, 7, 9, 10)]
    latents[far] = [[9, 9], [-9, -9]] * 7  # the mean of all is 0
    save_array(db.files.run(run.id) / "latents.npy", latents)
    liked = [FrameId("video0", 0), FrameId("video0", 1)]
    up, down = FrameId("video0", 7), FrameId("video1", 0)
    for unliked, nearest in ((up, 5), (down, 3)):
        found = find_frames.like_frames(db, run, liked, [unliked])
        assert found.results[0].frame == FrameId("video0", nearest)
        assert found.results[0].distance == pytest.approx(1.0)  # from (0, -1) and (0, 1)
        assert "2 frames, and unlike 1 frame" in found.said
    with pytest.raises(InvalidSetting):
        find_frames.like_frames(db, run, [])
    with pytest.raises(NotFound):
        find_frames.like_frames(db, run, [FrameId("video0", 99)])


def test_frames_without_a_caption_are_not_alike_in_words(db: Database) -> None:
    run = make_run(db, (9, 12), every_k=(), layouts=(), model=THREE_BLOCKS)
    kept = captions.of_video(db, "video0")[:1]  # the other frames of this video say nothing
    captions.replace(db, "video0", kept, origin="uploaded", timed=True, language="en")
    spoken = [bool(text) for text in frame_captions(db, "video0")]
    assert 0 < sum(spoken) < len(spoken)
    found = find_frames.like_frame(db, run, FrameId("video1", 3), "words")
    silent = {FrameId("video0", index) for index, said in enumerate(spoken) if not said}
    assert all(one.caption for one in found.results)
    assert silent.isdisjoint(one.frame for one in found.results)
    by_look = find_frames.like_frame(db, run, FrameId("video1", 3), "appearance")
    assert sum(one.frames for one in by_look.results) == 20  # the silent ones too


def test_one_block_has_nothing_to_choose(db: Database, run: Run) -> None:
    with pytest.raises(InvalidSetting, match="leave it out"):
        find_frames.like_frame(db, run, FrameId("video0", 0), "content")


def test_frames_in_a_row_are_one_result() -> None:
    follows = np.array([False, True, True, True, False, True])
    found = resemblance.merge_adjacent([2, 5, 1, 4, 0], follows, [""] * 6)
    assert [(one.row, one.first, one.last) for one in found] == [(2, 0, 2), (5, 4, 5)]
    apart = resemblance.merge_adjacent([0, 1, 2], follows, ["a", "a", "b"])
    assert [one.frames for one in apart] == [2, 1]
    between = resemblance.merge_adjacent([1, 3, 0, 2], np.ones(4, bool), [""] * 4)
    assert [(one.row, one.first, one.last) for one in between] == [(1, 0, 3)]
    late = resemblance.merge_adjacent([5, 7, 6], np.ones(8, bool), [""] * 8)
    assert [(one.row, one.first, one.last) for one in late] == [(5, 5, 7)]


def test_languages_are_compared_from_their_own_middle() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(40, 5)) * [1, 2, 3, 4, 5]
    rows[20:] += 100
    kinds = ["en"] * 20 + ["zh"] * 19 + ["other"]
    moved, spread = resemblance.standardise_by_language(rows, kinds)
    assert np.abs(moved[:20].mean(axis=0)).max() < 1e-6
    assert np.abs(moved[20:39].mean(axis=0)).max() < 1e-6
    np.testing.assert_allclose(moved.std(axis=0), 1.0, rtol=1e-6)
    assert spread.shape == (5,)


@pytest.fixture
def compact(db: Database, run: Run) -> Run:
    """A run with a checkpoint, whose latents are what its model makes of the kept frames."""
    from core.pipeline.search.encode_uploaded_picture import latent_of

    torch.manual_seed(0)
    model = build(_COMPACT)
    checkpoints.save_model(results.checkpoint(db, run.id), model, RunConfig(_COMPACT))
    alone, latents = np.empty((0, 24, 40, 3), np.uint8), []
    for frame in results.frames(db, run.id):
        path = db.files.frames(frame.video_id) / f"{frame[1]:06d}.jpg"
        picture = uploaded_picture.uploaded_picture(path.read_bytes())
        latents.append(latent_of(results.checkpoint(db, run.id), picture, alone))
    save_array(db.files.run(run.id) / "latents.npy", np.stack(latents))
    return run


def test_a_picture_finds_the_frame_that_it_is(db: Database, compact: Run) -> None:
    data = (db.files.frames("video1") / "000007.jpg").read_bytes()
    best = like_picture(db, compact, data).results[0]
    assert best.distance == pytest.approx(0, abs=1e-3)
    latents = results.latents(db, compact.id)
    assert np.linalg.norm(latents[best.row] - latents[9 + 7]) < 1e-3
    with pytest.raises(InvalidSetting, match="leave it out"):
        like_picture(db, compact, data, "content")


def _png(width: int, height: int) -> bytes:
    return cv2.imencode(".png", np.zeros((height, width, 3), np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no picture"),
        (b"hello, I am no picture", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "damaged|no picture"),
        (_png(64, 64)[:60], "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(500), "damaged|no picture"),
        (bytes(uploaded_picture.MAX_BYTES + 1), "more than 20 MB"),
    ],
)
def test_what_is_no_picture_is_refused(db: Database, run: Run, sent: bytes, said: str) -> None:
    with pytest.raises(VideoUnreadable, match=said):
        like_picture(db, run, sent)


def test_a_picture_s_size_is_bounded_before_it_is_decoded() -> None:
    header = bytearray(_png(8, 8))
    header[16:24] = (100_000).to_bytes(4, "big") * 2
    import zlib

    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(VideoUnreadable, match="more pixels"):
        uploaded_picture.uploaded_picture(bytes(header))


def test_a_picture_is_upright_white_where_clear_and_no_larger_than_a_frame() -> None:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (1400, 700), (200, 10, 10)).save(out, "JPEG", exif=exif)
    assert uploaded_picture.uploaded_picture(out.getvalue()).shape == (640, 320, 3)
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert (uploaded_picture.uploaded_picture(out.getvalue()) == 255).all()


def test_latents_of_another_size_are_refused(db: Database, run: Run) -> None:
    with pytest.raises(InvalidSetting, match="train the run again"):
        distances(np.zeros((3, 4), np.float32), np.zeros(5), {"latent": 4}, {})
    assert videos.get(db, "video0").frames == 9
