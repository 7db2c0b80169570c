"""A finished run without training: drawn frames, latents, keyframes and analyses, at once.

Making one takes half a second; the same one again is copied, in a tenth of that.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import sqlalchemy as sa

from core.analysis import clustering as divisions
from core.config import RunConfig
from core.pipeline.division import analyse
from core.pipeline.division.taken import taken
from core.records import Caption, Clustering, Frame, FrameId, Run, Video
from core.storage import Database, analyses, open_library, results, runs, schema, videos
from core.storage.files import Files, atomic, save_array, write_json
from core.storage.progress import Progress
from models.config import AffinityConfig, ModelConfig

WIDTH, HEIGHT, EVERY_S = 640, 360, 2.0
THREE_BLOCKS = AffinityConfig(  # a latent of 7 numbers: appearance 3, content 2, words 2
    appearance_size=3, content_size=2, meaning_size=1, wording_size=1
)
_LINES = {
    "us": ("Good evening, and welcome.", "It is called BA.5.", "Wear a mask on the subway."),
    "cn": ("欢迎收看今天的节目。", "新冠病毒又变异了。", "打疫苗，=保护老人。"),
}


def make_run(
    db: Database,
    frames_per_video: tuple[int, ...] = (40, 60),
    groups: tuple[str, ...] = ("us", "cn"),
    latent: int = 16,
    every_k: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8, 9, 10),
    layouts: tuple[str, ...] = ("pca", "tsne"),
    model: ModelConfig | None = None,
) -> Run:
    """Two drawn videos with captions, and a finished run on them with clusterings and layouts.

    With `model` the run is one of that model, its settings known and its latent of that size.
    """
    made, run = _made(frames_per_video, groups, latent, every_k, layouts, model)
    for part in ("videos", "runs"):
        shutil.copytree(made.folder / part, db.files.folder / part, dirs_exist_ok=True)
    if db.shared:
        _copy_rows(made.library_db, db)
        return run
    with closing(db.engine.raw_connection()) as connection:
        connection.execute("ATTACH ? AS made", (str(made.library_db),))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys=ON")
        for table in schema.metadata.tables:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM made.{table}")
        connection.execute("COMMIT")
        connection.execute("DETACH made")
    return run


def _copy_rows(library: Path, db: Database) -> None:
    source = sa.create_engine(f"sqlite:///{library}")
    with source.connect() as made, db.write() as connection:
        for table in schema.metadata.sorted_tables:
            if rows := made.execute(sa.select(table)).mappings().all():
                connection.execute(sa.insert(table), [dict(row) for row in rows])
    source.dispose()


@functools.cache
def _made(
    frames_per_video: tuple[int, ...],
    groups: tuple[str, ...],
    latent: int,
    every_k: tuple[int, ...],
    layouts: tuple[str, ...],
    model: ModelConfig | None,
) -> tuple[Files, Run]:
    """The files of a library that holds nothing but this run; they stay until the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="made-runs-")
    atexit.register(folder.cleanup)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AFFINITY_DATABASE", raising=False)
        db = open_library(Path(folder.name))
    run = _make(db, frames_per_video, groups, latent, every_k, layouts, model)
    db.close()
    return db.files, run


def _make(
    db: Database,
    frames_per_video: Sequence[int],
    groups: Sequence[str],
    latent: int,
    every_k: Sequence[int],
    layouts: Sequence[str],
    model: ModelConfig | None,
) -> Run:
    pictures = []
    for place, (count, group) in enumerate(zip(frames_per_video, groups, strict=True)):
        pictures.append(add_video(db, f"video{place}", group, count, place))
    run = Run(
        id="synthetic-run",
        name="Synthetic run",
        model=model.name if model else "compact",
        preset="fast",
        state="done",
        video_ids=tuple(f"video{i}" for i in range(len(groups))),
        config=RunConfig(model).to_json() if model else {},
        frames=sum(frames_per_video),
        latent_size=model.latent_size if model else latent,
        error_train=1.234,
        error_held_out=2.345,
        seconds=12.0,
        device="cpu",
        created_at=time.time(),
        finished_at=time.time(),
    )
    runs.add(db, run)
    _write_results(db, run, frames_per_video, np.concatenate(pictures))
    for k in every_k:
        if k < run.frames:
            add_clustering(db, run, k)
    for method in layouts:
        analyse.project(db, run.id, method, {}, Progress(None))
    return run


def add_clustering(
    db: Database, run: Run, k: int, method: str = "kmeans", smallest: int = 0
) -> Clustering:
    """As division.analyse.cluster, with the nearest keyframe in place of a decoded centre."""
    used = taken(db, run)
    gone = used.gone
    identifier = analyses.clustering_id(run.id, method, k, 0, {}, smallest, gone.mark)
    latents = results.latents(db, run.id)[used.rows]
    division = used.spread(divisions.cluster(latents, method, k, smallest=smallest))
    found = len(division.centres)
    made = (time.time(), {}, smallest)
    clustering = Clustering(
        identifier, run.id, method, found, 0, *made, without=gone.mark, left_out=gone.reasons
    )
    listed = results.frames(db, run.id)
    for number, row in enumerate(division.nearest, start=1):
        keyframe = results.keyframe(db, run.id, listed[row])
        _write(analyses.centre_picture(db, clustering, number), keyframe.read_bytes())
    path = analyses.clustering_file(db, clustering)
    with atomic(path) as temporary, temporary.open("wb") as out:
        np.savez(out, **division.arrays())
    analyses.add_clustering(db, clustering)
    return clustering


def add_video(db: Database, video_id: str, group: str, count: int, seed: int) -> np.ndarray:
    drawn = np.stack([_draw(i, count, seed) for i in range(count)])  # (N, H, W, 3) BGR
    videos.add(
        db,
        Video(
            id=video_id,
            title=f"News of {group} <b>&",  # markup, which must stay text
            group=group,
            source="upload",
            origin=f"{group}.mp4",
            language="zh" if group == "cn" else "en",
            media_file="media.mp4",
            duration_s=count * EVERY_S,
            width=WIDTH,
            height=HEIGHT,
            every_s=EVERY_S,
            caption_origin="uploaded",
            added_at=time.time() + seed,
        ),
    )
    for index, picture in enumerate(drawn):
        _write(db.files.frames(video_id) / f"{index:06d}.jpg", _encode(".jpg", picture))
    small = [_letterboxed(picture) for picture in drawn]
    for page in range(0, count, 256):
        _write(db.files.atlas(video_id, page // 256), _atlas(small[page : page + 256]))
    _write_media(db.files.video(video_id) / "media.mp4", drawn)
    sampled = [Frame(video_id, i, i * EVERY_S, f"{i:06d}.jpg") for i in range(count)]
    lines = _LINES.get(group, _LINES["us"])
    segments = [
        Caption(video_id, i, i * 6.0, i * 6.0 + 6.0, lines[i % len(lines)])
        for i in range(count // 3)
    ]
    videos.finish_ingest(db, video_id, sampled, segments)
    return drawn


def _draw(index: int, count: int, seed: int) -> np.ndarray:
    """A studio, a street or a slide: blocks of frames alike, with a figure that moves."""
    scene = (index * 6 // max(1, count) + seed) % 4
    generator = np.random.default_rng(1000 * seed + index)
    back = [(150, 90, 40), (60, 130, 70), (225, 220, 210), (50, 50, 120)][scene]
    picture = np.full((HEIGHT, WIDTH, 3), back, np.uint8)
    step = int(generator.integers(-40, 40))
    if scene == 2:
        for line in range(5):
            end = 200 + int(generator.integers(60, 360))
            cv2.rectangle(picture, (60, 60 + 52 * line), (end, 82 + 52 * line), (90, 60, 40), -1)
    else:
        middle = WIDTH // 2 + step + 60 * seed
        cv2.rectangle(picture, (middle - 110, 210), (middle + 110, HEIGHT), (70, 60, 60), -1)
        cv2.circle(picture, (middle, 150), 70, (140, 170, 220), -1)
    cv2.rectangle(picture, (0, 320), (WIDTH, HEIGHT), (40, 30, 160) if seed else (150, 60, 20), -1)
    cv2.putText(picture, f"{index}", (20, 350), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255,) * 3, 2)
    return picture


def _write_results(
    db: Database, run: Run, frames_per_video: Sequence[int], drawn: np.ndarray
) -> None:
    listed = [
        FrameId(video, index)
        for video, count in zip(run.video_ids, frames_per_video, strict=True)
        for index in range(count)
    ]
    folder = db.files.run(run.id)
    tiny = np.stack([cv2.resize(p, (40, 24)) for p in drawn]).reshape(len(drawn), -1)  # (N, 2880)
    centred = tiny / 255.0 - (tiny / 255.0).mean(axis=0)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    latents = (left * scale)[:, : run.latent_size].astype(np.float32)  # (N, D)
    apart = np.linalg.norm(latents[:, None] - latents[None], axis=2)  # (N, N)
    np.fill_diagonal(apart, np.inf)
    save_array(folder / "latents.npy", latents)
    save_array(folder / "neighbours.npy", apart.argsort(axis=1)[:, :8].astype(np.int32))
    decoded = [cv2.GaussianBlur(cv2.resize(p, (214, 120)), (0, 0), 2) for p in drawn]
    for frame, picture in zip(listed, decoded, strict=True):
        _write(results.keyframe(db, run.id, frame), _encode(".jpg", picture))
    small = [_letterboxed(picture) for picture in decoded]
    for page in range(0, len(small), 256):
        _write(results.atlas(db, run.id, page // 256), _atlas(small[page : page + 256]))
    pca = {"latent_size": run.latent_size, "error_train": 2.5, "error_held_out": 3.5}
    write_json(folder / "report.json", {"pca": pca})
    results.write_frames(db, run.id, listed)


def _letterboxed(picture: np.ndarray) -> np.ndarray:
    tile = np.zeros((60, 100, 3), np.uint8)
    scale = min(100 / picture.shape[1], 60 / picture.shape[0])
    width, height = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    top, left = (60 - height) // 2, (100 - width) // 2
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    tile[top : top + height, left : left + width] = small
    return tile


def _atlas(tiles: Sequence[np.ndarray]) -> bytes:
    sheet = np.zeros((16 * 60, 16 * 100, 3), np.uint8)
    for place, tile in enumerate(tiles):
        top, left = place // 16 * 60, place % 16 * 100
        sheet[top : top + 60, left : left + 100] = tile
    return _encode(".webp", sheet)


def _encode(suffix: str, picture: np.ndarray) -> bytes:
    return cv2.imencode(suffix, picture)[1].tobytes()


def _write_media(path: Path, drawn: np.ndarray) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"g": "1", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for picture in drawn:
            small = cv2.resize(picture, (160, 90))
            for _ in range(int(EVERY_S)):
                frame = av.VideoFrame.from_ndarray(small, format="bgr24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)  # nothing here need outlive a crash, which saves seconds of fsync
