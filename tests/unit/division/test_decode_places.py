"""The routes that decode places of a map: right pictures, distances and frames; good refusals."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.analysis import inverse_layout, limits
from core.analysis.modes import mode_near
from core.api import map_data, routes
from core.config import RunConfig
from core.pipeline.decoding import keyframes
from core.records import Projection, Run
from core.storage import Database, analyses, checkpoints, results
from core.storage.progress import Progress
from models.config import PcaConfig
from models.factory import build
from tests.synthetic import make_run

SIZE = PcaConfig(width=80, height=48, latent_size=6)


@pytest.fixture
def run(db: Database) -> Run:
    """A run of 9 + 12 frames whose checkpoint decodes: a PCA of random, smooth pictures."""
    made = make_run(db, (9, 12), every_k=(3,), layouts=("pca",), model=SIZE)
    model = build(SIZE)
    noise = torch.Generator().manual_seed(0)
    coarse = torch.rand((20, 3, 4, 5), generator=noise)
    smooth = torch.nn.functional.interpolate(coarse, (48, 80), mode="bicubic").clamp(0, 1)
    model.prepare((255 * smooth).byte(), noise)
    checkpoints.save_model(results.checkpoint(db, made.id), model, RunConfig(SIZE))
    return made


@pytest.fixture
def projection(db: Database, run: Run) -> Projection:
    return analyses.projections_of(db, run.id)[0]


@pytest.fixture
def client(db: Database, run: Run) -> TestClient:
    return TestClient(Starlette(routes=routes(lambda _: db)))


def test_of_many_frames_keyframes_are_made_when_they_are_asked_for(
    client: TestClient, db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, folder = f"/api/runs/{run.id}/keyframes/video1/3.jpg", db.files.run(run.id)
    keyframes.write_all(db, run, Progress(None))
    whole = {path: path.read_bytes() for path in (folder / "keyframes").glob("*/*.jpg")}
    page = results.atlas(db, run.id, 0).read_bytes()
    shutil.rmtree(folder / "keyframes")
    shutil.rmtree(folder / "atlas")
    assert client.get(frame).status_code == 404
    monkeypatch.setattr(limits, "EXACT_UP_TO", 20)
    keyframes.write_all(db, run, Progress(None))
    assert not (folder / "keyframes").exists()
    shown = folder / "keyframes" / "video1" / "3.jpg"
    assert client.get(frame).content == whole[shown] == shown.read_bytes()
    assert client.get(f"/api/runs/{run.id}/atlas/0.webp").content == page
    for nowhere in ("keyframes/video1/12.jpg", "keyframes/nobody/0.jpg", "atlas/1.webp"):
        assert client.get(f"/api/runs/{run.id}/{nowhere}").status_code == 404


def _picture(answer: dict) -> np.ndarray:
    kind, data = answer["picture"].split(",")
    assert kind == "data:image/webp;base64"
    return cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)


def test_a_frames_place_decodes_to_that_frame(
    client: TestClient, db: Database, run: Run, projection: Projection
) -> None:
    x, y = analyses.layout(db, projection)[4].tolist()
    asked = {"projection": projection.id, "x": repr(x), "y": repr(y)}
    answer = client.get(f"/api/runs/{run.id}/decode", params=asked)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["frame"], said["row"], said["words"]) == ("video0:4", 4, None)
    assert said["distance"] == pytest.approx(0, abs=1e-4)
    model = checkpoints.open_model(results.checkpoint(db, run.id))
    latent = torch.from_numpy(results.latents(db, run.id)[4:5])
    expected = model.decode(latent).clamp(0, 1)[0].permute(1, 2, 0).numpy()[..., ::-1] * 255
    assert _picture(said).shape == (48, 80, 3)
    assert np.abs(_picture(said) - expected).mean() < 4  # what WebP loses


def test_the_distance_is_in_usual_neighbour_distances(
    client: TestClient, db: Database, run: Run, projection: Projection
) -> None:
    layout, latents = analyses.layout(db, projection), results.latents(db, run.id)
    x, y = (layout[2] + layout[15]) / 2
    asked = {"projection": projection.id, "x": f"{x}", "y": f"{y}"}
    said = client.get(f"/api/runs/{run.id}/decode", params=asked).json()
    latent = inverse_layout.place(layout, float(x), float(y)).of(latents)
    apart = np.linalg.norm(latents - latent, axis=1)
    nearest = results.neighbours(db, run.id)[:, 0]
    usual = np.median(np.linalg.norm(latents - latents[nearest], axis=1))
    assert said["row"] == apart.argmin()
    assert said["distance"] == pytest.approx(apart.min() / usual, rel=1e-4)
    assert said["distance"] > 0


def test_the_picture_between_frames_is_that_of_the_mode_near_there(
    client: TestClient, db: Database, run: Run, projection: Projection
) -> None:
    layout, latents = analyses.layout(db, projection), results.latents(db, run.id)
    x, y = (layout[2] + layout[15]) / 2
    asked = {"projection": projection.id, "x": f"{x}", "y": f"{y}"}
    shown = _picture(client.get(f"/api/runs/{run.id}/decode", params=asked).json())
    mean = inverse_layout.place(layout, float(x), float(y)).of(latents)
    off = {}
    for name, place in (("mean", mean), ("mode", mode_near(latents, mean, {"latent": 6}))):
        model = checkpoints.open_model(results.checkpoint(db, run.id))
        decoded = model.decode(torch.from_numpy(place[None])).clamp(0, 1)[0]
        off[name] = np.abs(shown - decoded.permute(1, 2, 0).numpy()[..., ::-1] * 255).mean()
    assert off["mode"] < 4 < off["mean"]


def test_a_walk_goes_from_a_frame_to_a_place_in_nine_steps(
    client: TestClient, db: Database, run: Run, projection: Projection
) -> None:
    x, y = analyses.layout(db, projection)[20].tolist()
    asked = {"projection": projection.id, "from": "video0:0", "to": f"{x!r},{y!r}"}
    answer = client.get(f"/api/runs/{run.id}/walk", params=asked)
    steps = answer.json()["steps"]
    assert len(steps) == 9
    assert (steps[0]["frame"], steps[-1]["frame"]) == ("video0:0", "video1:11")
    assert steps[0]["distance"] == pytest.approx(0, abs=1e-4)
    assert steps[-1]["distance"] == pytest.approx(0, abs=1e-4)
    assert max(step["distance"] for step in steps) > 0.1


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("decode", {"x": "nan"}),
        ("decode", {"x": "1e309"}),
        ("decode", {"x": "<script>"}),
        ("decode", {"x": ""}),
        ("decode", {"projection": "none"}),
        ("decode", {"projection": "../../x"}),
        ("walk", {"from": "video0:9", "to": "0,0"}),
        ("walk", {"from": "nobody:0", "to": "0,0"}),
        ("walk", {"from": "video0:-1", "to": "0,0"}),
        ("walk", {"from": "0", "to": "0,0"}),
        ("walk", {"from": "0,0"}),
    ],
)
def test_senseless_places_are_refused_in_one_sentence(
    client: TestClient, run: Run, projection: Projection, path: str, changes: dict[str, str]
) -> None:
    asked = {"projection": projection.id, "x": "0", "y": "0", **changes}
    answer = client.get(f"/api/runs/{run.id}/{path}", params=asked)
    assert answer.status_code in (404, 503)
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Traceback" not in answer.text
    assert answer.text.endswith(".")
    assert answer.text.count("\n") == 0


def test_a_run_without_its_model_says_so(
    client: TestClient, db: Database, run: Run, projection: Projection
) -> None:
    (results.checkpoint(db, run.id) / "model.json").unlink()
    asked = {"projection": projection.id, "x": "0", "y": "0"}
    answer = client.get(f"/api/runs/{run.id}/decode", params=asked)
    assert answer.status_code == 503
    assert "train the run again" in answer.text


def test_the_routes_import_no_torch_before_a_place_is_asked_for() -> None:
    asked = "import sys, core.api; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_of_very_many_frames_a_share_of_each_group_is_drawn(
    client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/runs/{run.id}/stretches"
    assert client.get(address).json()["shown"] is None
    monkeypatch.setattr(map_data, "MOST_POINTS", 7)
    packed = client.get(address).json()["shown"]
    shown = np.frombuffer(base64.b64decode(packed), "<i4")
    assert len(shown) == 7
    assert (shown < 9).sum() == 3  # 9 of 21 frames are of the first group
