"""Draws, and says, what a frame's latent, a cluster's centre or a latent of your own stands for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from core.analysis.modes import modes
from core.analysis.surroundings import Surroundings
from core.analysis.weighting import blocks_of
from core.commands.shared import choices
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_division, division
from core.errors import CheckpointUnreadable, InvalidSetting, NotFound
from core.pipeline.comparison.typical_words import typical_words
from core.pipeline.comparison.words_nearby import words_nearby
from core.records import FrameId, Run
from core.storage import Database, analyses, open_library, results
from core.storage.files import write_bytes
from models.config import centre_of, says_typical_words


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
    latent, where, texts = _latent(db, chosen, options)  # (D,)
    from core.pipeline.decoding.decoder import Decoder  # torch, which nothing above needs

    decoder = Decoder(db, chosen.id)
    picture = next(decoder.pictures(latent[None]))  # (H, W, 3) RGB
    encoded, data = cv2.imencode(options.out.suffix or ".png", picture[..., ::-1])
    if not encoded:
        raise InvalidSetting(f"{options.out} cannot be written as a picture; name it .png.")
    write_bytes(options.out, data.tobytes())
    if texts is None:
        texts = decoder.texts(latent[None])
        where += _of_words(chosen, texts)
    for text in texts or ():
        print(text)
    said = [f"Wrote {options.out}.", where.strip()]
    if not decoder.exact and options.frame is None:
        said.insert(1, _of_stand_in(db, chosen, latent))
    print(" ".join(sentence for sentence in said if sentence), file=sys.stderr)
    return 0


def _of_words(run: Run, texts: list[str] | None) -> str:
    if texts is None:
        return f"The model {run.model} carries no words."
    return "" if texts[0] else "The model says nothing there."


def _of_stand_in(db: Database, run: Run, latent: np.ndarray) -> str:
    """Which frame's map was decoded, where the point itself has none."""
    from core.analysis.decoding import nearest_rows

    row = int(nearest_rows(results.latents(db, run.id), latent[None])[0])
    return (
        f"The model {run.model} decodes whole maps, which only frames have: the map of the "
        f"nearest frame, {results.frames(db, run.id)[row]}, stands in."
    )


_Place = tuple[np.ndarray, str, list[str] | None]  # latent, what it is, typical words there


def _latent(db: Database, run: Run, options: argparse.Namespace) -> _Place:
    if options.cluster is not None:
        return _of_cluster(db, run, options)
    if options.latent is not None:
        return _of_own(
            db, run, _of_file(options.latent, run), options.centre or centre_of(run.model)
        )
    if options.centre is not None:
        raise InvalidSetting("--centre goes with --cluster or --latent.")
    return _of_frame(db, run, options.frame), "", None


def _of_frame(db: Database, run: Run, words: str) -> np.ndarray:
    video, _, index = words.rpartition(":")
    if not (video and index.isdecimal()):
        raise InvalidSetting(f"--frame takes VIDEO:INDEX; {words!r} was given.")
    frame = FrameId(choices.video(db, video).id, int(index))
    rows = results.frames(db, run.id)
    if frame not in rows:
        raise NotFound(f"Run {run.id} was not trained on frame {frame}; choose another.")
    return results.latents(db, run.id)[rows.index(frame)]


def _of_cluster(db: Database, run: Run, options: argparse.Namespace) -> _Place:
    clustering = division(db, run, options)
    if not 1 <= options.cluster <= clustering.k:
        raise InvalidSetting(
            f"--cluster must lie between 1 and {clustering.k}; {options.cluster} was given."
        )
    place = options.cluster - 1
    arrays = analyses.division(db, clustering)
    latent, where = arrays["centres"][place], "It is decoded at the mean of the cluster. "
    if (options.centre or centre_of(run.model)) == "mode":
        own = results.latents(db, run.id)[arrays["labels"] == place]
        for first in modes(own, blocks_of(run))[:1]:
            latent = first.place
            where = f"It is decoded at the mode with {first.share:.0%} of the cluster's frames. "
    if not says_typical_words(run.model):
        return latent, where, None
    number = int(analyses.shown_numbers(db, clustering)[arrays["nearest"][place]])
    lines = typical_words(db, clustering).get((number, ""), ())
    counted = ", ".join(f"{line.captions} in {line.language}" for line in lines)
    where += f"Typical words of its captions ({counted})." if lines else "No caption is there."
    return latent, where, [line.text for line in lines]


def _of_own(db: Database, run: Run, latent: np.ndarray, centre: str) -> _Place:
    latents, near = results.latents(db, run.id), results.neighbours(db, run.id)
    surroundings = Surroundings(latents, near, blocks_of(run))
    around = surroundings.around(latent)
    if around.on_a_frame:
        return latent, "", None
    where = ""
    if centre == "mode":
        latent, own = surroundings.mode(latent, around), latent
        where = "It is decoded at the mode of the frames about the latent. "
    else:
        own = latent
    if not says_typical_words(run.model):
        return latent, where, None
    lines = words_nearby(db, run.id).at(own)
    counted = ", ".join(f"{line.captions} in {line.language}" for line in lines)
    where += (
        f"Typical words of the captions near it ({counted})." if lines else "No caption is near."
    )
    return latent, where, [line.text for line in lines]


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
