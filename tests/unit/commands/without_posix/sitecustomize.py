"""Hides from this project's modules, and from nobody else's, what only POSIX systems have.

Python reads it at its start where its folder is on PYTHONPATH; processes that are started inherit
that.
"""

from __future__ import annotations

import builtins
import importlib
import types
from collections.abc import Mapping
from typing import Any

OURS = {"core", "models", "pages", "app", "__main__"}
MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"}
NAMES = {
    "os": (
        "fork forkpty killpg setsid getpgid getpgrp setpgid getuid geteuid getgid nice uname "
        "sched_getaffinity sched_setaffinity sysconf statvfs mkfifo pread pwrite wait3 wait4 "
        "getloadavg chown fchmod posix_fadvise O_CLOEXEC O_NOFOLLOW O_DIRECTORY"
    ),
    "sys": "",
    "signal": "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGPIPE SIGALRM SIGXCPU setitimer alarm",
}
_import = builtins.__import__


class _Without(types.ModuleType):
    """A module without some of its names; `os.name` and `sys.platform` say that this is Windows."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._whole, self._hidden = importlib.import_module(name), set(NAMES[name].split())
        if name == "os":
            self.name = "nt"
        if name == "sys":
            self.platform = "win32"

    def __getattr__(self, name: str) -> Any:
        if name in self._hidden:
            raise AttributeError(f"no {name} on this system")
        return getattr(self._whole, name)


_SHOWN = {name: _Without(name) for name in NAMES}


def _guarded(
    name: str, globals: Mapping[str, Any] | None = None, *rest: Any, **named: Any
) -> types.ModuleType:
    importer = str((globals or {}).get("__name__", "")).partition(".")[0]
    package = (globals or {}).get("__spec__")
    if importer == "__main__" and package is not None:
        importer = package.name.partition(".")[0]
    if importer in OURS:
        if name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r} on this system", name=name)
        if name in _SHOWN:
            return _SHOWN[name]
    return _import(name, globals, *rest, **named)


builtins.__import__ = _guarded
