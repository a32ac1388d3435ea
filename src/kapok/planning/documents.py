"""Documents of situations and plans, written one way: equal ones have equal fingerprints."""

import hashlib
import json

from kapok.planning.planner import Document


def written(document: Document) -> str:
    """As text: keys in order, no number that JSON does not know."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def fingerprint(kind: str, document: Document) -> str:
    """Changes when anything changes that a plan starts from, or says."""
    return hashlib.sha256(f"{kind}:{written(document)}".encode()).hexdigest()
