"""Machines that share no folder: each has its own, and all files that count are in a bucket."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from core.api import routes
from core.config import RunConfig
from core.doctor import stored_files
from core.errors import (
    BucketFailed,
    InvalidSetting,
    NotAllowed,
    NotFound,
    StorageFailed,
    Superseded,
    TablesBehind,
)
from core.pipeline.division.analyse import cluster
from core.pipeline.intake.add_video import add_file
from core.pipeline.intake.decode_video import decode_video
from core.pipeline.training.train import train
from core.records import FrameId, Run
from core.storage import (
    Database,
    analyses,
    bucket_copies,
    cuts,
    fence,
    open_library,
    people,
    projects,
    results,
    runs,
    videos,
)
from core.storage.acting import Person
from core.storage.bucket import Bucket
from core.storage.database import migrate
from core.storage.files import read_json, write_json
from core.storage.new_run import new_run
from core.storage.progress import Progress
from core.storage.schema import stored_files as stored_files_table
from core.video.pixels import pixels
from models.config import PcaConfig
from tests import on_postgres
from tests.cluster.conftest import ADDRESS, Machine
from tests.object_store import Store

pytestmark = pytest.mark.postgres

NOBODY = Progress(None)
Sample = dict[str, tuple[Path, Path]]


def _read(machine: Machine, sample: Sample, channel: str = "river-news") -> str:
    """A video that one machine added and another one read."""
    film, captions = sample[channel]
    said = (captions.name, captions.read_bytes())
    video = add_file(machine("web"), film, film.name, group=channel, captions=said)
    decode_video(machine("worker"), video.id, NOBODY)
    return video.id


def _new_run(db: Database, video_id: str) -> Run:
    config = RunConfig(PcaConfig(width=40, height=24, latent_size=4))
    run = new_run(config, [videos.get(db, video_id)])
    runs.add(db, run)
    return run


def _one_clustering(db: Database, run_id: str, report: Progress) -> None:
    """What a training leaves is clusterings of many k; here of one."""
    cluster(db, run_id, "kmeans", 3, 0, report)


def test_what_one_machine_made_all_have(
    machine: Machine, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = _read(machine, sample)
    made, seen = machine("worker"), machine("reader")
    video = videos.get(seen, video_id)
    assert (video.state, video.frames > 3) == ("ready", True)
    film = seen.files.media(video)
    assert film.read_bytes() == sample["river-news"][0].read_bytes()
    frame = seen.files.picture(FrameId(video_id, 1))
    assert [path.name for path in frame.parent.iterdir()] == [frame.name]  # no other was fetched
    assert len(list(seen.files.frames(video_id).glob("*.jpg"))) == video.frames
    run = _new_run(made, video_id)
    monkeypatch.setattr("core.pipeline.training.train.standard", _one_clustering)
    train(made, run.id, NOBODY)
    assert results.latents(seen, run.id).shape == (video.frames, 4)
    assert results.log(seen, run.id) == results.log(made, run.id)
    assert results.metrics(seen, run.id) == results.metrics(made, run.id)
    assert results.keyframe(seen, run.id, FrameId(video_id, 0)).exists()
    (clustering,) = analyses.clusterings_of(seen, run.id)
    assert analyses.clustering_file(seen, clustering).exists()
    assert analyses.centre_picture(seen, clustering, 1).exists()
    folder = analyses.clustering_file(seen, clustering).with_suffix("")
    pictures = stored_files_table.c.name.like(f"%/{folder.name}/%.jpg")
    with seen.read() as connection:
        found = connection.execute(
            sa.select(sa.func.count(), sa.func.count(stored_files_table.c.change.distinct())).where(
                pictures
            )
        ).one()
    assert tuple(found) == (len(list(folder.glob("*.jpg"))), 1)  # all pictures in one write
    assert not results.resume_file(seen, run.id).exists()


def test_a_video_that_is_read_anew_is_new_everywhere(machine: Machine, sample: Sample) -> None:
    video_id = _read(machine, sample)
    seen = machine("reader")
    before = pixels(seen, video_id, 40, 24).copy()
    videos.update(machine("web"), video_id, state="waiting", every_s=4.0)
    decode_video(machine("other"), video_id, NOBODY)
    frames = videos.get(seen, video_id).frames
    assert 0 < frames < len(before)
    assert len(list(seen.files.frames(video_id).glob("*.jpg"))) == frames
    assert len(pixels(seen, video_id, 40, 24)) == frames
    kept = {key.split("-")[-1] for key in _objects() if "/frames/" in key}
    assert kept == {f"{index:06d}.jpg" for index in range(frames)}  # the others' objects are gone


def test_what_is_deleted_is_deleted_everywhere(machine: Machine, sample: Sample) -> None:
    video_id = _read(machine, sample)
    made, seen = machine("worker"), machine("reader")
    run = _new_run(made, video_id)
    write_json(made.files.run(run.id) / "frames.json", [[video_id, 0]])
    cuts.write(made, video_id, {"cuts": []})
    assert cuts.read(seen, video_id) == {"cuts": []}
    assert read_json(seen.files.run(run.id) / "frames.json") == [[video_id, 0]]
    runs.delete(machine("web"), run.id)
    runs.add(made, run)  # the same run once more, of which there is nothing yet
    runs.get(seen, run.id)
    assert not (seen.files.run(run.id) / "frames.json").exists()
    runs.delete(made, run.id)
    videos.delete(machine("web"), video_id)
    assert videos.every(seen) == []
    assert _objects() == {"in-use.json"}
    assert not list(seen.files.frames(video_id).glob("*"))


def test_a_late_attempt_publishes_nothing(
    machine: Machine, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = _read(machine, sample)
    late, seen = machine("worker"), machine("reader")
    with late.write() as connection:
        number = fence.begin(connection, f"cuts-{video_id}")
    monkeypatch.setenv(fence.VARIABLE, fence.held(f"cuts-{video_id}", number))
    cuts.write(late, video_id, {"cuts": [1]})
    monkeypatch.delenv(fence.VARIABLE)
    with seen.write() as connection:
        fence.begin(connection, f"cuts-{video_id}")
    cuts.write(seen, video_id, {"cuts": [2]})
    monkeypatch.setenv(fence.VARIABLE, fence.held(f"cuts-{video_id}", number))
    with pytest.raises(Superseded):
        cuts.write(late, video_id, {"cuts": [3]})
    assert videos.every(late) == videos.every(seen)
    assert cuts.read(late, video_id) == cuts.read(seen, video_id) == {"cuts": [2]}


def test_what_a_write_takes_back_is_seen_by_nobody(machine: Machine, sample: Sample) -> None:
    video_id = _read(machine, sample)
    made, seen = machine("worker"), machine("reader")
    cuts.write(made, video_id, {"cuts": [1]})
    with pytest.raises(NotFound), made.write():
        cuts.write(made, video_id, {"cuts": [2]})
        raise NotFound("It goes back.")
    assert cuts.read(seen, video_id) == {"cuts": [1]}


def test_a_browser_gets_pictures_from_the_bucket(
    machine: Machine, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = _read(machine, sample)
    web = machine("reader")

    def refused(_: Request) -> Person:
        raise NotAllowed("Sign in first.")

    monkeypatch.setenv("AFFINITY_PICTURES", "bucket")
    asked = f"/api/videos/{video_id}/frames/1.jpg"
    client = TestClient(Starlette(routes=routes(lambda _: web)), follow_redirects=False)
    given = client.get(asked)
    assert given.status_code == 302
    assert given.headers["cache-control"] == "private, max-age=240"
    here = web.files.place_of_picture(FrameId(video_id, 1))
    assert not here.exists()
    signed = given.headers["location"]
    with urllib.request.urlopen(signed) as answer:  # noqa: S310
        assert answer.headers["Content-Type"] == "image/jpeg"
        picture = answer.read()
    assert parse_qs(urlsplit(signed).query)["X-Amz-Expires"] == ["300"]
    assert client.get(f"{asked}?here=1").content == picture == here.read_bytes()
    assert client.get(f"/api/videos/{video_id}/frames/999.jpg").status_code == 404
    stranger = TestClient(
        Starlette(routes=routes(lambda _: web, refused)), follow_redirects=False
    ).get(asked)
    assert (stranger.status_code, stranger.headers.get("location")) == (403, None)
    videos.delete(machine("web"), video_id)
    assert client.get(asked).status_code == 404
    monkeypatch.setenv("AFFINITY_PICTURES", "web")
    assert client.get(asked).status_code == 404


def test_no_more_is_kept_here_than_may_be(
    machine: Machine, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _read(machine, sample), _read(machine, sample, "harbour-news")
    monkeypatch.setenv("AFFINITY_CACHE_GB", "0.0001")
    monkeypatch.setattr("core.storage.stored._KEPT_S", -1.0)
    small = machine("small")
    own = small.files.folder / "videos" / first / "own.txt"
    own.parent.mkdir(parents=True)
    own.write_text("not published")
    film = small.files.media(videos.get(small, first))
    assert film.exists()
    assert small.files.media(videos.get(small, second)).exists()
    assert not film.exists()
    assert own.exists()
    assert small.files.media(videos.get(small, first)).read_bytes() == film.read_bytes()


def test_an_object_that_is_damaged_or_lost_is_one_sentence(
    machine: Machine, sample: Sample, store: Store
) -> None:
    video_id = _read(machine, sample)
    seen = machine("reader")
    film = seen.files.media(videos.get(seen, video_id)).name
    (key,) = [one for one in _objects() if one.endswith(film)]
    said = store.head_object(Bucket="films", Key=f"study/{key}")["Metadata"]
    store.put_object(Bucket="films", Key=f"study/{key}", Body=b"other", Metadata=said)
    other = machine("other")
    with pytest.raises(BucketFailed, match=film):
        other.files.media(videos.get(other, video_id))
    store.delete_object(Bucket="films", Key=f"study/{key}")
    with pytest.raises(BucketFailed):
        other.files.media(videos.get(other, video_id))
    assert not (other.files.folder / "videos" / video_id / film).exists()


def test_who_may_use_it_is_the_same_everywhere(machine: Machine) -> None:
    homes = [machine(name).files.folder for name in ("web", "other")]
    people.put(homes[0], "ada@example.org", "owner")
    people.put(homes[1], "bob@example.org", "reader")
    people.remove(homes[1], "ada@example.org")
    assert [one.name for one in people.every(homes[0])] == ["bob@example.org"]


def test_a_folder_or_bucket_of_something_else_is_refused(
    machine: Machine, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine("web")
    other = tmp_path / "of-another"
    on_postgres.claim(other)
    write_json(other / "database.json", {"schema": "affinity_other"})
    with pytest.raises(StorageFailed):
        open_library(other)
    Bucket.at("s3://films/other").write_json("something.json", {})
    monkeypatch.setenv("AFFINITY_FILES", "s3://films/other")
    with pytest.raises(StorageFailed):
        migrate(tmp_path / "new")
    monkeypatch.setenv("AFFINITY_FILES", "s3://films/none")
    with pytest.raises(TablesBehind):
        open_library(tmp_path / "newer")
    monkeypatch.delenv("AFFINITY_DATABASE")
    with pytest.raises(InvalidSetting):
        open_library(tmp_path / "newest")
    assert not (tmp_path / "newest").exists()


def _objects() -> set[str]:
    return set(Bucket.at(ADDRESS).sizes())


def test_the_doctor_finds_what_is_lost_and_what_is_too_much(
    machine: Machine, sample: Sample, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = _read(machine, sample)
    stored = machine("web").files.stored
    assert stored is not None
    assert stored.amiss() == ([], [])
    store.put_object(Bucket="films", Key=f"study/videos/{video_id}/1-left.json", Body=b"{}")
    (film,) = [key for key in _objects() if key.endswith(".mp4")]
    store.delete_object(Bucket="films", Key=f"study/{film}")
    assert [one.ok for one in stored_files.findings(stored, True)] == [False]  # the other is young
    monkeypatch.setattr("core.storage.stored._STRANGE_S", -1.0)
    assert [one.ok for one in stored_files.findings(stored, True)] == [False, True]
    lost, strangers = stored.amiss()
    assert lost == [f"videos/{video_id}/source.mp4"]
    assert strangers == []


def test_the_doctor_asks_for_a_picture_as_browsers_do(
    machine: Machine, sample: Sample, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = machine("web")
    stored, picture = (
        seen.files.stored,
        seen.files.place_of_picture(FrameId(_read(machine, sample), 0)),
    )
    assert stored is not None
    assert list(stored_files.shown(stored, picture)) == []  # they come from the web process
    monkeypatch.setenv("AFFINITY_PICTURES", "bucket")
    (found,) = stored_files.shown(stored, picture)
    assert found.ok and "this machine alone" in found.message
    (key,) = [one for one in _objects() if one.endswith("-000000.jpg")]
    store.delete_object(Bucket="films", Key=f"study/{key}")
    (found,) = stored_files.shown(stored, picture)
    assert not found.ok and "404" in found.message


def test_a_name_is_everybodys(machine: Machine, tmp_path: Path) -> None:
    projects.rename(machine("web").files.project, "Pandemic")
    assert machine("other").files.project.name == "Pandemic"


def test_it_is_not_sent_to_another_bucket_from_one_machine(machine: Machine) -> None:
    with pytest.raises(InvalidSetting, match=ADDRESS):
        bucket_copies.send(machine("web"), "s3://films/copy", NOBODY)
