"""How the inner loops of the core are compiled."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def jit(function: F) -> F:
    """Compile a kernel; its code is kept on disk, and it lets go of the interpreter lock."""
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("F", compiled)


def inlined(function: F) -> F:
    """Compile a small function into each kernel that calls it, which spares it the call.

    A call with many arrays costs more than a step of a loop: each is counted as used.
    """
    compiled = numba.njit(inline="always", error_model="numpy")(function)
    return cast("F", compiled)
