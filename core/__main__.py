"""The command line: `python -m core COMMAND`. It finds the command; core.commands does the work."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from core.commands.shared.arguments import MARK, Arguments, library_folder, unmarked
from core.commands.shared.registry import COMMANDS, load
from core.errors import AffinityError

_ABOUT = "Compare videos of one event, made by different cultures, in one latent space."
_STOPPED = 130  # what a shell expects of a command that was interrupted


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status. What goes wrong is one line on stderr."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except AffinityError as error:
        return _say(str(error), 1)
    except KeyboardInterrupt:
        return _say("Stopped.", _STOPPED)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _say(f"This should not have happened: {error!r}; see {_details()}.", 1)


def _run(words: list[str]) -> int:
    """`--` ends the options: what follows is marked, parsed as plain words, and unmarked."""
    if "--" in words:
        end = words.index("--")
        words = words[:end] + [MARK + word for word in words[end + 1 :]]
    general = _general()
    chosen = general.parse_args(words)
    if chosen.command is None:
        general.print_help()
        return 0
    command = load(str(chosen.command).removeprefix(MARK))
    parser = Arguments(prog=f"python -m core {chosen.command}", description=command.__doc__)
    command.arguments(parser)
    options = unmarked(parser.parse_intermixed_args(chosen.rest))
    options.data = library_folder(options.data or chosen.data, options.project or chosen.project)
    return command.run(options)


def _general() -> Arguments:
    parser = Arguments(prog="python -m core", description=_ABOUT, formatter="raw")
    parser.epilog = "commands:\n" + "\n".join(f"  {n:<9} {h}" for n, h in COMMANDS.items())
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="one of those below")
    parser.add_argument("rest", nargs="...", metavar="...", help="see COMMAND --help")
    return parser


def _details() -> Path:
    """Where the whole story of the error being handled was written."""
    with tempfile.NamedTemporaryFile("w", prefix="affinity-", suffix=".txt", delete=False) as out:
        traceback.print_exc(file=out)
    return Path(out.name)


def _say(sentence: str, status: int) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
