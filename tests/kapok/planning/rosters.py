"""A roster that is small enough to look through."""


def document(n=6, **settings):
    """A week of one gate, by day with the police and by night with a nurse, and who is there."""
    return {
        "settings": {"start": "2026-06-01", "days": "7", **settings},
        "posts": [
            {"post": "Gate 1", "party": "police"},
            {"post": "Gate 1", "party": "health", "shift": "night"},
        ],
        "people": [
            *({"person": f"P{i}", "party": "police", "worker": f"a{i}"} for i in range(n)),
            *({"person": f"H{i}", "party": "health"} for i in range(3)),
        ],
    }
