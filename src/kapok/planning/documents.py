"""Documents of situations and plans, written one way: equal ones have equal fingerprints."""

import hashlib
import importlib.metadata
import json
import platform
from typing import Any

from kapok.planning.planner import Document

CORE = ("kapok", "numpy", "scipy", "numba", "ortools")


def written(document: Document) -> str:
    """As text: keys in order, no number that JSON does not know."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def fingerprint(kind: str, document: Document) -> str:
    """Changes when anything changes that a plan starts from, or says."""
    return hashlib.sha256(f"{kind}:{written(document)}".encode()).hexdigest()


def versions() -> dict[str, str]:
    """What a plan was computed with: of these depends whether it comes out the same again."""
    found: dict[str, Any] = {name: importlib.metadata.version(name) for name in CORE}
    return found | {"python": platform.python_version()}
