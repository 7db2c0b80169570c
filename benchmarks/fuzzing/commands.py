"""The command line with hostile words: one line and an exit code, never a traceback."""

from __future__ import annotations

import contextlib
import io
from random import Random

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core.__main__ import main
from core.errors import InvalidSetting

_LINES = (
    ("videos",), ("videos", "--json"), ("runs", "--json"), ("jobs",), ("jobs", "--json"),
    ("captions", VIDEO), ("captions", VIDEO, "--shift", "1"), ("captions", VIDEO, "--file", "x.srt"),
    ("search", RUN, "mask"), ("search", RUN, "--frame", f"{VIDEO}:3"), ("search", RUN, "--by", "all"),
    ("note", "frame", f"{VIDEO}:1", "a note"), ("note", "selection", "a", "b"), ("note",),
    ("tag", "add", "expert", f"{VIDEO}:0-3"), ("tag", "remove", "expert", f"{VIDEO}:1"), ("tag",),
    ("tag", "rename", "expert", "other"), ("tag", "delete", "expert"), ("view",),
    ("view", "show", "a"), ("view", "save", "a", "b.json"), ("mark", RUN, "--cluster", "1"),
    ("mark", RUN, "--cluster", "1", "--name", "x", "--colour", "3"), ("mark", RUN, "--merge", "1,2"),
    ("mark", RUN, "--split", "1"), ("cancel", "x"), ("export", RUN), ("compare", RUN),
    ("cluster", RUN, "--k", "0"), ("project", RUN, "--perplexity", "0"), ("train", "--model", "x"),
    ("train", "--model", "pca", "--set", "latent_size=0"), ("add", "x.mp4", "--group", "g"),
    ("add", "https://evil.test/watch?v=dQw4w9WgXcQ", "--group", "g"), ("decode", RUN, "--out", "/x/y"),
    ("tables", "--quick", "--videos", "x"), ("sweep", "x"), ("nothing",), ("--help",),
)  # fmt: skip
_STARTS = (
    "app",
    "worker",
    "demo",
    "words",
    "doctor",
    "cluster",
    "project",
    "train",
    "sweep",
    "tables",
)


def attempt(place: Place, rng: Random) -> None:
    """A command that starts no work, some of its words replaced; the first stays a command's."""
    words = list(rng.choice(_LINES))
    changed = words[0] in _STARTS  # these lines are refused as they stand: numbers stay bad
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        at = rng.randint(1, len(words))
        word = rng.choice(
            (*mutate.TEXTS, "--json", "--", "all", RUN, VIDEO, f"{VIDEO}:0-99999999999")
        )
        word = word.replace("\0", "")  # which no word of a shell can hold
        if at == len(words) or changed:
            words.append(word)
        else:
            words[at] = word
    if changed and "--detach" not in words:
        words.append("--detach")
    _run(words)


def _run(words: list[str]) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as left:  # argparse
            code = left.code
    said = err.getvalue().strip()
    assert "should not have happened" not in said, f"{words}: {said}"
    assert "Traceback" not in said, f"{words}: {said}"
    if code in (0, None):
        out.getvalue().encode()
        return
    assert code in (1, 2), f"exit code {code} of {words}"
    lines = said.split("\n")
    assert said and (len(lines) == 1 or words[0] == "add"), f"{words} said {said!r}"
    raise InvalidSetting(lines[0])  # `add` has one for each file or address
