"""Draws, and says, what a frame's latent, a cluster's centre or a latent of your own stands for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from core.commands.shared import choices
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_division, division
from core.errors import CheckpointUnreadable, InvalidSetting, NotFound
from core.pipeline.comparison.places import Place, of_cluster, of_latent
from core.pipeline.comparison.typical_words import TypicalWords
from core.records import FrameId, Run
from core.storage import Database, open_library, results
from core.storage.files import write_bytes
from models.config import centre_of


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--frame", metavar="VIDEO:INDEX", help="one of the run's frames")
    what.add_argument("--cluster", type=int, metavar="N", help="a cluster's centre, from 1")
    what.add_argument("--latent", type=Path, metavar="F.npy", help="a latent of your own, (D,)")
    parser.add_argument(
        "--out", type=output_file, required=True, metavar="F.png", help="the picture"
    )
    parser.add_argument(
        "--centre",
        choices=("mode", "mean"),
        help="with --cluster or --latent: where frames there lie densest, or the mean and the "
        "latent itself (mean for published models, else mode)",
    )
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    place = _place(db, chosen, options)
    from core.pipeline.decoding.decoder import Decoder  # torch, which nothing above needs

    decoder = Decoder(db, chosen.id)
    picture = next(decoder.pictures(place.latent[None]))  # (H, W, 3) RGB
    encoded, data = cv2.imencode(options.out.suffix or ".png", picture[..., ::-1])
    if not encoded:
        raise InvalidSetting(f"{options.out} cannot be written as a picture; name it .png.")
    write_bytes(options.out, data.tobytes())
    if place.lines is None:
        texts = decoder.texts(place.latent[None])
        of_words = _of_words(chosen, texts)
    else:
        texts, of_words = [line.text for line in place.lines], _of_lines(place.lines)
    for text in texts or ():
        print(text)
    said = [f"Wrote {options.out}.", place.where, of_words]
    if not decoder.exact and options.frame is None:
        said.insert(1, _of_stand_in(db, chosen, place.latent))
    print(" ".join(sentence for sentence in said if sentence), file=sys.stderr)
    return 0


def _of_words(run: Run, texts: list[str] | None) -> str:
    if texts is None:
        return f"The model {run.model} carries no words."
    return "" if texts[0] else "The model says nothing there."


def _of_lines(lines: tuple[TypicalWords, ...]) -> str:
    counted = ", ".join(f"{line.captions} in {line.language}" for line in lines)
    return f"Typical words of the captions there ({counted})." if lines else "No caption is there."


def _of_stand_in(db: Database, run: Run, latent: np.ndarray) -> str:
    """Which frame's map was decoded, where the point itself has none."""
    from core.analysis.neighbours import nearest_rows

    row = int(nearest_rows(results.latents(db, run.id), latent[None])[0])
    return (
        f"The model {run.model} decodes whole maps, which only frames have: the map of the "
        f"nearest frame, {results.frames(db, run.id)[row]}, stands in."
    )


def _place(db: Database, run: Run, options: argparse.Namespace) -> Place:
    centre = options.centre or centre_of(run.model)
    if options.cluster is not None:
        clustering = division(db, run, options)
        if not 1 <= options.cluster <= clustering.k:
            raise InvalidSetting(
                f"--cluster must lie between 1 and {clustering.k}; {options.cluster} was given."
            )
        return of_cluster(db, run, clustering, options.cluster - 1, centre)
    if options.latent is not None:
        return of_latent(db, run, _of_file(options.latent, run), centre)
    if options.centre is not None:
        raise InvalidSetting("--centre goes with --cluster or --latent.")
    return Place(_of_frame(db, run, options.frame), "", None)


def _of_frame(db: Database, run: Run, words: str) -> np.ndarray:
    video, _, index = words.rpartition(":")
    if not (video and index.isdecimal()):
        raise InvalidSetting(f"--frame takes VIDEO:INDEX; {words!r} was given.")
    frame = FrameId(choices.video(db, video).id, int(index))
    rows = results.frames(db, run.id)
    if frame not in rows:
        raise NotFound(f"Run {run.id} was not trained on frame {frame}; choose another.")
    return results.latents(db, run.id)[rows.index(frame)]


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
