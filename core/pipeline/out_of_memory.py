"""Tells whether an error means that memory ran out; Python and torch say it in several ways."""

from __future__ import annotations

_NAMES = {"OutOfMemoryError", "MemoryError", "_ArrayMemoryError"}
_SAYINGS = (  # of torch's plain RuntimeErrors
    "DefaultCPUAllocator: can't allocate memory",
    "DefaultCPUAllocator: not enough memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDA error: out of memory",
)


def out_of_memory(error: BaseException) -> bool:
    """Whether `error` is one of those; torch is not imported to ask."""
    if any(kind.__name__ in _NAMES for kind in type(error).__mro__):
        return True
    return isinstance(error, RuntimeError) and any(saying in str(error) for saying in _SAYINGS)
