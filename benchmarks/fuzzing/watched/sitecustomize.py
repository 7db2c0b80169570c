"""Loaded by every Python that the fuzzer starts: notes each file that it writes or removes.

The paths go to the file that AFFINITY_FUZZ_WATCH names, one a line, except those inside
AFFINITY_FUZZ_INSIDE and devices.
"""

import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Of each event: which of its values are paths, and which say from what folder.
_PATHS = {"os.remove": {0: 1}, "os.rmdir": {0: 1}, "os.mkdir": {0: 2}, "os.rename": {0: 2, 1: 3}}
_PATHS |= {"os.link": {1: 3}, "os.symlink": {1: 2}, "os.truncate": {0: 9}, "os.chmod": {0: 2}}


def _real(path: str, folder: int) -> str:
    if isinstance(folder, int) and folder >= 0:
        path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)  # noqa: PTH115, PTH118
    return os.path.realpath(path)


def _watch(log: int, inside: tuple[str, ...]) -> None:
    def heard(event: str, args: tuple) -> None:
        places = _PATHS.get(event, {})
        if event == "open" and isinstance(args[2], int) and args[2] & _WRITES:
            places = {0: 9}
        for place, within in places.items():
            path = args[place]
            if isinstance(path, (str, bytes)):
                folder = args[within] if len(args) > within else -1
                found = _real(os.fsdecode(path), folder)
                if not f"{found}/".startswith(inside):
                    os.write(log, f"{event} {found!r}\n".encode("utf-8", "backslashreplace"))

    sys.addaudithook(heard)


if "AFFINITY_FUZZ_WATCH" in os.environ:
    _watch(
        os.open(os.environ["AFFINITY_FUZZ_WATCH"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        (*os.environ["AFFINITY_FUZZ_INSIDE"].split(os.pathsep), "/dev/", "/proc/"),
    )
