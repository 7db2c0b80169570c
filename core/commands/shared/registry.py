"""Which commands there are. A command's module is imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
from typing import Protocol, cast

from core.errors import InvalidSetting

COMMANDS = {
    "app": "serve the pages in the browser",
    "add": "add videos: files or YouTube addresses",
    "retry": "read again what failed",
    "videos": "list the videos",
    "columns": "keep what is known of videos: country, genre, date",
    "captions": "make, replace or shift a video's captions",
    "runs": "list the trainings",
    "jobs": "list the background jobs",
    "train": "train a model on videos",
    "cluster": "divide a run's frames into clusters",
    "recluster": "divide one cluster, or some frames, anew",
    "assign": "move frames to another cluster",
    "seed": "make clusters from examples: frames or words",
    "project": "lay a run's frames out as a map",
    "projects": "keep several studies apart: new, copy, archive, open",
    "move": "copy a project to a bucket of an object store, and back",
    "people": "say who may use a team's server, and list who did what",
    "export": "write tables, a replication package, pictures, ELAN files, a report",
    "reproduce": "make a study again from a replication package",
    "search": "find frames by words, by likeness, by a picture",
    "decode": "draw what a latent stands for",
    "mark": "name, colour, note or merge a run's clusters",
    "tag": "tag frames, or list the tags",
    "leave": "leave frames out of what is computed, or take them in again",
    "note": "write notes on frames and selections, or list all",
    "selection": "keep lists of frames under a name",
    "view": "keep views of Explore under a name",
    "codebook": "keep the categories that frames are coded with",
    "coding": "draw samples to code, and say how far coders agree",
    "compare": "compare the groups of a run, cluster by cluster",
    "sequence": "find what follows what, and compare how often",
    "cuts": "find true cuts, and compare cutting rate, brightness, colour",
    "looked": "list every analysis that was looked at",
    "difference": "say what is different between two clusters or selections",
    "sweep": "show how a run's clusters change with k",
    "tables": "make both published tables, ours beside them",
    "words": "show the word vectors there are, or download some",
    "cancel": "cancel a job",
    "doctor": "check this installation and the data folder",
    "demo": "make the sample project",
    "migrate": "bring the tables to this version: PostgreSQL's only so",
    "worker": "run the background jobs in this terminal",
}


class Command(Protocol):
    """What each module of core.commands offers."""

    __doc__: str | None

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


def load(name: str) -> Command:
    """The command's module. Raises InvalidSetting for one that there is not."""
    if name not in COMMANDS:
        raise InvalidSetting(f"There is no command {name!r}; choose from {', '.join(COMMANDS)}.")
    return cast(Command, importlib.import_module(f"core.commands.{name}"))
