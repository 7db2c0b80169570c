"""Takes the network away from this process for good, where the system has a way: Linux's seccomp.

For children that read what strangers made: damaged or hostile bytes that take such a process over
find no way out of the machine. All threads, and whatever they start, lose it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_NO_NEW_PRIVILEGES = 38  # of prctl: without it only root may set a filter
_SET_FILTER, _ALL_THREADS = 1, 1  # of seccomp
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of the packet filter
_CALL, _MACHINE = 0, 4  # where they stand in what the filter is given
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_OTHER_CALLS = 0x40000000  # x86's calls of 32-bit addresses have numbers from here on
_RING = 425  # io_uring_setup: it could open connections past the filter
# By machine: its name in a filter, and the numbers of the calls `seccomp` and `socket`.
_NUMBERS = {"x86_64": (0xC000003E, 317, 41), "aarch64": (0xC00000B7, 277, 198)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def go_offline() -> bool:
    """Refuse every further socket with PermissionError; False where this system cannot."""
    numbers = _NUMBERS.get(platform.machine())
    if sys.platform != "linux" or numbers is None:
        return False
    machine, seccomp, socket = numbers
    system = ctypes.CDLL(None)
    filtered = _filter(machine, socket)
    program = _Program(len(filtered) // 8, filtered)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(system.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def _filter(machine: int, socket: int) -> bytes:
    """The instructions: code, places to jump when true and when false, operand."""
    instructions = (
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 0, 5, machine),
        (_LOAD, 0, 0, _CALL),
        (_AT_LEAST, 3, 0, _OTHER_CALLS),
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, _RING),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    return b"".join(struct.pack("HBBI", *one) for one in instructions)


if __name__ == "__main__":  # asked by the doctor, which goes on needing its own connections
    sys.exit(0 if go_offline() else 1)
