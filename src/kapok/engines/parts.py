"""Functions and items as bytes: packed once here, unpacked where the work is done."""

import pickle
from functools import lru_cache
from pathlib import Path
from typing import Any

SMALL_BYTES = 100_000
"""A function with larger inputs bound to it does not travel with each part."""


def packed(value: Any) -> bytes:
    """A function or an item as bytes."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def work(function: bytes | Path, item: bytes) -> Any:
    """Do one part. A function is unpacked once, however many parts it is for."""
    return _unpacked(function)(pickle.loads(item))


@lru_cache(maxsize=4)
def _unpacked(function: bytes | Path) -> Any:
    return pickle.loads(function.read_bytes() if isinstance(function, Path) else function)
