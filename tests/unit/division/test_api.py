"""The routes under /api/: what they answer, what may be kept, and what is not found."""

from __future__ import annotations

import base64
import os

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.analysis.map_quality import map_quality
from core.api import routes
from core.records import Caption, FrameId, Run
from core.storage import Database, analyses, captions, results, video_columns, videos
from core.storage.annotations import tags
from core.storage.files import write_json
from core.storage.schema import frames
from tests.left_out import leave_out
from tests.synthetic import make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


@pytest.fixture
def client(db: Database, run: Run) -> TestClient:
    return TestClient(Starlette(routes=routes(lambda _: db)))


def test_pictures_are_the_files_and_may_be_kept(client: TestClient, db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    for address, path in {
        "/api/videos/video1/frames/11.jpg": db.files.frames("video1") / "000011.jpg",
        "/api/videos/video1/atlas/0.webp": db.files.atlas("video1", 0),
        f"/api/runs/{run.id}/keyframes/video0/3.jpg": db.files.run(run.id)
        / "keyframes/video0/3.jpg",
        f"/api/runs/{run.id}/atlas/0.webp": results.atlas(db, run.id, 0),
        f"/api/runs/{run.id}/clusterings/{clustering.id}/3.jpg": analyses.centre_picture(
            db, clustering, 3
        ),
    }.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.content == path.read_bytes()
        assert {"private", "immutable"} <= {*answer.headers["cache-control"].split(", ")}
        assert answer.headers["x-content-type-options"] == "nosniff"


_NOWHERE = (
    "/api/videos/video1/frames/12.jpg",
    "/api/videos/nobody/frames/0.jpg",
    "/api/videos/video1/frames/-1.jpg",
    "/api/videos/video1/frames/1e9.jpg",
    "/api/videos/%2e%2e/frames/0.jpg",
    "/api/videos/..%2f..%2flibrary.db%00/media",
    "/api/videos/nobody/media",
    "/api/runs/nobody/stretches",
    "/api/runs/nobody/points/video0/0",
    "/api/runs/synthetic-run/points/video0/9",
    "/api/runs/synthetic-run/points/video0/0?clustering=none",
    "/api/runs/synthetic-run/figures/none",
    "/api/runs/synthetic-run/figures/none/quality",
    "/api/runs/nobody/tags",
    "/api/runs/synthetic-run/clusterings/none",
    "/api/runs/synthetic-run/clusterings/none/1.jpg",
    "/api/runs/synthetic-run/atlas/7.webp",
    "/api/runs/synthetic-run/reconstructions/7.jpg",
)


def test_what_is_not_there_is_one_sentence(client: TestClient) -> None:
    for address in _NOWHERE:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "\n" not in answer.text
        assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_range_in_another_unit_gives_the_whole_file(client: TestClient) -> None:
    picture = "/api/videos/video0/frames/0.jpg"
    whole = client.get(picture)
    other = client.get(picture, headers={"Range": "pages=1-2"})
    assert (other.status_code, other.content) == (200, whole.content)
    part = client.get(picture, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole.content[:10])


def test_quality_and_tags_of_each_row(client: TestClient, db: Database, run: Run) -> None:
    layout = analyses.projections_of(db, run.id)[0]
    said = client.get(f"/api/runs/{run.id}/figures/{layout.id}/quality").json()
    found = map_quality(results.latents(db, run.id), analyses.layout(db, layout))
    assert found is not None
    assert said["neighbours"] == found.neighbours == 10  # half of the other frames
    assert said["trustworthiness"] == found.trustworthiness
    np.testing.assert_array_equal(_array(said["of_frame"], "<f4"), found.of_frame)
    tags.add(db, "street", [FrameId("video0", 2), FrameId("video1", 0)])
    tags.add(db, "crowd", [FrameId("video1", 0)])
    tagged = client.get(f"/api/runs/{run.id}/tags").json()
    assert tagged["names"] == ["crowd + street", "street"]
    numbers = _array(tagged["of_frame"], "<u2")
    assert {row: int(numbers[row]) for row in numbers.nonzero()[0]} == {2: 2, 9: 1}


def test_columns_and_measures_of_each_row(client: TestClient, db: Database, run: Run) -> None:
    video_columns.add(db, "side")
    video_columns.write(db, {video_columns.Cell("video1", "side"): "<b>left"})
    said = client.get(f"/api/runs/{run.id}/columns?name=side").json()
    assert said["names"] == ["<b>left"]
    assert _array(said["of_frame"], "<u2").tolist() == [0] * 9 + [1] * 12
    for unknown in ("", "?name=none"):
        assert client.get(f"/api/runs/{run.id}/columns{unknown}").status_code == 404
    words = _array(client.get(f"/api/runs/{run.id}/measures/words").json()["of_frame"], "<f4")
    assert words[0] == 4  # Good evening, and welcome.
    light = _array(client.get(f"/api/runs/{run.id}/measures/brightness").json()["of_frame"], "<f4")
    assert len(light) == 21 and 0 < light.min() < light.max() < 100
    assert client.get(f"/api/runs/{run.id}/measures/none").status_code == 404


def test_the_map_is_sent_as_packed_arrays(client: TestClient, db: Database, run: Run) -> None:
    rows = client.get(f"/api/runs/{run.id}/stretches").json()
    assert rows["videos"] == ["video0", "video1"]
    assert _array(rows["video"], "<u2").tolist() == [0, 1]
    assert _array(rows["index"], "<i4").tolist() == [0, 0]
    assert _array(rows["count"], "<i4").tolist() == [9, 12]
    assert _array(rows["time"], "<f8").tolist() == [0, 0]
    assert _array(rows["step"], "<f8").tolist() == [2, 2]
    layout = analyses.projections_of(db, run.id)[0]
    (points,) = client.get(f"/api/runs/{run.id}/figures/{layout.id}").json()["data"]
    assert points["x"]["dtype"] == points["y"]["dtype"] == "f4"
    sent = np.stack([_array(points[axis]["bdata"], "<f4") for axis in "xy"], axis=1)
    np.testing.assert_array_equal(sent, analyses.layout(db, layout))
    clustering = analyses.clusterings_of(db, run.id)[0]
    labels = client.get(f"/api/runs/{run.id}/clusterings/{clustering.id}").json()
    assert labels["k"] == 3
    kept = analyses.division(db, clustering)
    np.testing.assert_array_equal(_array(labels["labels"], "<u2"), kept["labels"])
    assert labels["nearest"] == kept["nearest"].tolist()


def test_frames_at_uneven_times_are_sent_as_they_are(db: Database) -> None:
    run = make_run(db, (9, 12))
    times = {"video0": [0, 2, 4, 6, 6.5, 9, 11, 13, 15]}
    with db.write() as connection:
        for index, time_s in enumerate(times["video0"]):
            frame = (frames.c.video_id == "video0") & (frames.c.index == index)
            connection.execute(frames.update().where(frame).values(time_s=time_s))
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    sent = client.get(f"/api/runs/{run.id}/stretches").json()
    begins, steps = _array(sent["time"], "<f8"), _array(sent["step"], "<f8")
    counts = _array(sent["count"], "<i4")
    told = [
        begin + step * i
        for begin, step, count in zip(begins, steps, counts, strict=True)
        for i in range(count)
    ]
    assert told == times["video0"] + [2.0 * i for i in range(12)]
    assert len(counts) < 9


def test_captions_are_read_fresh(client: TestClient, db: Database, run: Run) -> None:
    def sent() -> str:
        answer = client.get(f"/api/runs/{run.id}/captions")
        assert answer.headers["cache-control"] == "no-cache"
        packed = answer.json()
        return packed["texts"][_array(packed["text"], "<i4")[0]]

    assert sent() == "Good evening, and welcome."
    captions.correct(db, "video0", 0, text="Good night.", start_s=0, end_s=6)
    assert sent() == "Good night."


def test_a_frame_in_no_cluster_is_answered(client: TestClient, db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    leave_out(db, clustering, [10])
    address = f"/api/runs/{run.id}/points/video1/1?clustering={clustering.id}"
    said = client.get(address)
    assert said.status_code == 200
    assert said.json()["cluster"] is None


def test_a_click_is_answered_in_one_go(client: TestClient, db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    kept = analyses.division(db, clustering)
    number = int(kept["labels"][10]) + 1
    analyses.rename(db, clustering.id, number, "studio")
    address = f"/api/runs/{run.id}/points/video1/1?clustering={clustering.id}"
    said = client.get(address).json()
    assert said["frame"] == "video1:1"
    assert said["title"] == "News of cn <b>&"
    assert said["time_s"] == 2.0
    assert said["caption"] == "欢迎收看今天的节目。"
    assert said["caption_origin"] == "uploaded"
    assert said["cluster"]["number"] == number
    assert said["cluster"]["name"] == "studio"
    assert said["cluster"]["probability"] is None
    nearest = results.neighbours(db, run.id)[10].tolist()
    assert [neighbour["row"] for neighbour in said["neighbours"]] == nearest
    assert said["media_url"] == "/api/videos/video1/media"
    assert said["watch_url"] is None


def test_a_click_loads_the_division_once_and_no_caption_far_away(
    client: TestClient, db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = np.load
    monkeypatch.setattr(
        np, "load", lambda path, *a, **k: loaded.append(str(path)) or load(path, **k)
    )
    read: list[Caption] = []
    listed = captions.listed
    monkeypatch.setattr(captions, "listed", lambda *a: read.extend(found := listed(*a)) or found)
    clustering = analyses.clusterings_of(db, run.id)[0]
    segments = [Caption("video1", n, n * 2.0, n * 2.0 + 2, f"line {n}") for n in range(12)]
    captions.replace(db, "video1", segments, origin="uploaded", timed=True, language="en")
    said = client.get(f"/api/runs/{run.id}/points/video1/6?clustering={clustering.id}").json()
    assert said["caption"] == "line 6"
    assert sum(path.endswith(".npz") for path in loaded) == 1
    assert 1 <= len(read) <= 3


def test_words_decoded_from_a_latent_stay_apart_from_the_caption(
    client: TestClient, db: Database, run: Run
) -> None:
    point = f"/api/runs/{run.id}/points/video1/1"
    assert client.get(point).json()["decoded_text"] is None  # a model without words
    assert client.get(f"/api/runs/{run.id}/captions").json()["decoded"] is None
    said = [f"word {row}" for row in range(20)] + [""]
    write_json(db.files.run(run.id) / "decoded.json", said)
    answer = client.get(point).json()
    assert (answer["decoded_text"], answer["caption"]) == ("word 10", "欢迎收看今天的节目。")
    assert client.get(f"/api/runs/{run.id}/captions").json()["decoded"] == said
    of_one = client.get(f"/api/runs/{run.id}/captions?video=video1").json()
    assert of_one["decoded"] == said[9:]
    assert _array(of_one["rows"], "<i4").tolist() == [*range(9, 21)]
    texts = [of_one["texts"][place] for place in _array(of_one["text"], "<i4")]
    assert texts[1] == "欢迎收看今天的节目。"
    assert client.get(f"/api/runs/{run.id}/captions?video=nobody").status_code == 404
    assert client.get(f"/api/runs/{run.id}/points/video1/11").json()["decoded_text"] == ""
    path = db.files.run(run.id) / "decoded.json"
    write_json(path, ["other"] * 21)
    os.utime(path, ns=(0, 1))  # the clock of a file may be coarse
    assert client.get(point).json()["decoded_text"] == "other"


def test_words_of_the_centres_are_those_kept(client: TestClient, db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    address = f"/api/runs/{run.id}/clusterings/{clustering.id}"
    assert client.get(address).json()["texts"] is None
    analyses.write_centre_texts(db, clustering, ["mask", "口罩", ""])
    assert client.get(address).json()["texts"] == ["mask", "口罩", ""]


def test_a_video_from_youtube_is_watched_there(client: TestClient, db: Database, run: Run) -> None:
    videos.update(db, "video1", youtube_id="dQw4w9WgXcQ", media_file=None)
    said = client.get(f"/api/runs/{run.id}/points/video1/4").json()
    assert said["watch_url"] == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=8s"
    assert said["media_url"] is None
    assert client.get("/api/videos/video1/media").status_code == 404


def test_a_player_can_seek(client: TestClient, db: Database) -> None:
    whole = (db.files.video("video0") / "media.mp4").read_bytes()
    part = client.get("/api/videos/video0/media", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole[100:200]
    assert part.headers["content-type"] == "video/mp4"


def test_an_analysis_of_another_run_is_not_found(
    client: TestClient, db: Database, run: Run
) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    answer = client.get(f"/api/runs/other/clusterings/{clustering.id}")
    assert answer.status_code == 404
    assert answer.text == "That analysis belongs to another run."


def _array(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def test_a_difference_is_answered_as_json_and_as_a_table(
    client: TestClient, db: Database, run: Run
) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    asked = {"clustering": clustering.id, "a": "cluster:1", "b": "rest"}
    answer = client.get(f"/api/runs/{run.id}/difference", params=asked).json()
    first, second = answer["sides"]
    assert first["frames"] + second["frames"] == run.frames
    assert sum(last - begin + 1 for begin, last in first["rows"]) == first["frames"]
    assert {one["name"] for one in answer["groups"]} == {"us", "cn"}
    table = client.get(f"/api/runs/{run.id}/difference.csv", params=asked)
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[0].lstrip("\ufeff").startswith("what,item,first")
    lacking = client.get(f"/api/runs/{run.id}/difference", params={**asked, "b": "cluster:99"})
    assert (lacking.status_code, lacking.text) == (
        503,
        "There is no cluster 99 here; choose one that is shown.",
    )


def test_two_maps_say_which_neighbours_they_share(
    client: TestClient, db: Database, run: Run
) -> None:
    first = analyses.projections_of(db, run.id)[0]
    address = f"/api/runs/{run.id}/figures/{first.id}/agreement"
    answer = client.get(address, params={"with": f"{run.id}:{first.id}"}).json()
    of_frame = np.frombuffer(base64.b64decode(answer["of_frame"]), "<f4")
    assert of_frame.tolist() == [1] * run.frames and answer["kept"] == 1 > answer["chance"]
    for other in (f"{run.id}:nothing", f"../{run.id}:{first.id}", run.id):
        assert client.get(address, params={"with": other}).status_code == 404
    assert client.get(address).status_code == 404
