"""Leaves frames out of trainings, clusters, maps and comparisons: leave out, in, list, find.

  leave out FRAMES [--why TEXT]             VIDEO:INDEX or VIDEO:FIRST-LAST, as often as wanted
  leave out VIDEO --from T --until T        a stretch, in seconds or as 1:30
  leave out --run RUN --cluster N           a whole cluster; --k and --method as with export
  leave out --run RUN --where 'focus < 0.5'
  leave in ...                              the same words take them in again; --all everything

`list` says what is left out; `find` proposes black, uniform, frozen, blurred and letterboxed
frames, copies, openings and endings, and with --captions says which captions do not fit the speech;
it works in the background (--detach), and the Library shows what was found.
Clusters and maps of a run are made anew when they are asked for next; its training stays as it is.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core import jobs
from core.commands.shared import choices, printing
from core.commands.shared.arguments import add_detach, clock_time
from core.commands.shared.division import add_division, division
from core.commands.shared.filtered import add_where
from core.commands.shared.frame_list import library_frames
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.format import count
from core.pipeline.curation.look import FAULTY, SHIFTED, faulty, shifted
from core.pipeline.curation.only import frames_where
from core.records import FrameId
from core.storage import Database, analyses, left_out, open_library, results, videos

_HOW = "Write leave out FRAMES, leave in FRAMES, leave list or leave find; see leave --help."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("action", nargs="?", default="list", help="out, in, list or find")
    parser.add_argument("words", nargs="*", metavar="FRAMES")
    parser.add_argument("--why", default="", metavar="TEXT", help="with out: the reason")
    parser.add_argument("--from", dest="from_s", type=clock_time, metavar="T", help="of a stretch")
    parser.add_argument("--until", dest="until_s", type=clock_time, metavar="T", help="its end")
    parser.add_argument("--run", metavar="RUN", help="with --cluster: of which run")
    parser.add_argument("--cluster", type=int, metavar="N", help="a whole cluster, as shown")
    parser.add_argument(
        "--captions", action="store_true", help="with find: how much later than speech they are"
    )
    parser.add_argument("--all", action="store_true", help="with in: all that is left out")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    add_division(parser)
    add_detach(parser)
    add_where(parser, "; with --run")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound."""
    db = open_library(options.data)
    if options.action == "list" and not options.words:
        rows = [{"frame": str(f), "reason": why} for f, why in left_out.every(db).items()]
        printing.show(rows, ("frame", "reason"), "No frame is left out.", options.json)
    elif options.action == "find" and not options.words:
        what = SHIFTED if options.captions else FAULTY
        if finish(db, jobs.submit_look(db, what), options):
            (_show_captions if options.captions else _show_faulty)(db, options.json)
    elif options.action == "out" and not options.all:
        done = left_out.add(db, _meant(db, options), options.why)
        print(f"Left {count(len(done), 'frame')} out.", file=sys.stderr)
    elif options.action == "in":
        wanted = list(left_out.every(db)) if options.all else _meant(db, options)
        taken = left_out.remove(db, wanted)
        print(f"Took {count(len(taken), 'frame')} in again.", file=sys.stderr)
    else:
        raise InvalidSetting(_HOW)
    return 0


def _meant(db: Database, options: argparse.Namespace) -> list[FrameId]:
    """The frames that are named: by themselves, as a stretch, or as a cluster."""
    if options.where is not None and options.run is not None and not options.words:
        run = choices.trained_run(db, options.run)
        return frames_where(db, run, choices.last_clustering(db, run.id), options.where)
    if options.cluster is not None and options.run is not None and not options.words:
        return _of_cluster(db, options)
    if options.from_s is not None or options.until_s is not None:
        if len(options.words) != 1:
            raise InvalidSetting("--from and --until take one video: leave out VIDEO --from 0:10.")
        return _stretch(db, options.words[0], options.from_s or 0.0, options.until_s)
    if not options.words or options.cluster is not None or options.run is not None:
        raise InvalidSetting(_HOW)
    return library_frames(db, options.words)


def _stretch(db: Database, word: str, from_s: float, until_s: float | None) -> list[FrameId]:
    """The frames from a time to before another one, of a video to its end without."""
    video = choices.video(db, word)
    found = videos.frames_between(db, video.id, from_s, until_s)
    if not found:
        raise InvalidSetting(f"{video.title} has no frame in that stretch; it has {video.frames}.")
    return found


def _of_cluster(db: Database, options: argparse.Namespace) -> list[FrameId]:
    run = choices.trained_run(db, options.run)
    numbers = analyses.shown_numbers(db, division(db, run, options))
    rows = np.flatnonzero(numbers == options.cluster).tolist()
    if not rows or options.cluster < 1:
        raise InvalidSetting(f"There is no frame in a cluster {options.cluster}; choose another.")
    listed = results.frames(db, run.id)
    return [listed[row] for row in rows]


def _show_faulty(db: Database, as_json: bool) -> None:
    rows = [
        {
            "video": one.video_id,
            "title": one.title,
            "kind": one.kind,
            "frames": len(one.frames),
            "which": [frame.index for frame in one.frames],
            "about": one.about,
        }
        for one in faulty(db) or ()
    ]
    columns = ("video", "title", "kind", "frames", "which", "about")
    printing.show(rows, columns, "No frame to leave out was found.", as_json)


def _show_captions(db: Database, as_json: bool) -> None:
    rows = [
        {"video": one.video_id, "title": one.title, "later_s": one.later_s, "about": one.why}
        for one in shifted(db) or ()
    ]
    columns = ("video", "title", "later_s", "about")
    printing.show(rows, columns, "No video has captions.", as_json)
