"""Draws what a frame's latent, a cluster's centre or a latent of your own stands for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from core.commands import choices
from core.commands.arguments import output_file
from core.commands.division import add_division, division
from core.errors import CheckpointUnreadable, InvalidSetting, NotFound
from core.records import FrameId, Run
from core.storage import Database, analyses, open_library, results
from core.storage.files import write_bytes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--frame", metavar="VIDEO:INDEX", help="one of the run's frames")
    what.add_argument("--cluster", type=int, metavar="N", help="a cluster's centre, from 1")
    what.add_argument("--latent", type=Path, metavar="F.npy", help="a latent of your own, (D,)")
    parser.add_argument(
        "--out", type=output_file, required=True, metavar="F.png", help="the picture"
    )
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    latent = _latent(db, chosen, options)  # (D,)
    from core.analysis import decoding  # torch, which nothing above needs

    model = decoding.open_model(results.checkpoint(db, chosen.id))
    picture = decoding.decode(model, latent[None])[0]  # (H, W, 3) RGB
    encoded, data = cv2.imencode(options.out.suffix or ".png", picture[..., ::-1])
    if not encoded:
        raise InvalidSetting(f"{options.out} cannot be written as a picture; name it .png.")
    write_bytes(options.out, data.tobytes())
    print(f"Wrote {options.out}. The model {chosen.model} carries no words.", file=sys.stderr)
    return 0


def _latent(db: Database, run: Run, options: argparse.Namespace) -> np.ndarray:
    if options.frame is not None:
        return _of_frame(db, run, options.frame)
    if options.cluster is not None:
        return _of_cluster(db, run, options)
    return _of_file(options.latent, run)


def _of_frame(db: Database, run: Run, words: str) -> np.ndarray:
    video, _, index = words.rpartition(":")
    if not (video and index.isdecimal()):
        raise InvalidSetting(f"--frame takes VIDEO:INDEX; {words!r} was given.")
    frame = FrameId(choices.video(db, video).id, int(index))
    rows = results.frames(db, run.id)
    if frame not in rows:
        raise NotFound(f"Run {run.id} was not trained on frame {frame}; choose another.")
    return results.latents(db, run.id)[rows.index(frame)]


def _of_cluster(db: Database, run: Run, options: argparse.Namespace) -> np.ndarray:
    clustering = division(db, run.id, options)
    if not 1 <= options.cluster <= clustering.k:
        raise InvalidSetting(
            f"--cluster must lie between 1 and {clustering.k}; {options.cluster} was given."
        )
    return analyses.division(db, clustering)["centres"][options.cluster - 1]


def _of_file(path: Path, run: Run) -> np.ndarray:
    try:
        latent = np.load(path, allow_pickle=False)
        latent = np.asarray(latent, dtype=np.float32).reshape(-1)
    except (OSError, ValueError, EOFError, TypeError) as error:
        raise CheckpointUnreadable(
            f"{path} cannot be read as a latent; save one row of an exported npz with numpy.save."
        ) from error
    if latent.shape != (run.latent_size,) or not np.isfinite(latent).all():
        raise CheckpointUnreadable(
            f"{path} must hold {run.latent_size} finite numbers for this run; "
            f"it holds {latent.size}{'' if np.isfinite(latent).all() else ', some not finite'}."
        )
    return latent
