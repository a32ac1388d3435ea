"""The files that the app is made of, each with what tells its versions apart.

A phone keeps them all, so that the app starts without network. Nothing in them is about anybody.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from kapok.phone.words import LANGUAGES, words

SINGLE = (
    "kapok/conditions.js",
    "kapok/kapok.svg",
    "vendor/idb/index.js",
    "vendor/qr/decode.js",
    "vendor/qr/index.js",
)
WORKER = tuple(
    f"vendor/workbox/{part}/workbox-{part}.prod.js"
    for part in ("core", "routing", "strategies", "precaching")
)
# Scripts of workers are only kept for offline where their own address lies in that of the app.
WORKERS = {
    "qr": "phone/worker/qr.js",
    "map": "vendor/maplibre-gl/maplibre-gl-worker.mjs",
}
MAP = (
    "vendor/maplibre-gl/maplibre-gl.mjs",
    "vendor/maplibre-gl/maplibre-gl-worker.mjs",
    "vendor/maplibre-gl/maplibre-gl.css",
)
WORKER_OWN = tuple(f"phone/worker/{part}.js" for part in ("worker", "turns", "later"))
KEPT = frozenset({".js", ".css"})
DIGITS = 16


@dataclass(frozen=True)
class Kept:
    """One file that a phone keeps: its address, and the hash of what is in it."""

    url: str
    revision: str


def hashed(content: bytes) -> str:
    """What tells this content from another."""
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def kept(page: bytes) -> list[Kept]:
    """All that the app needs to start; ``page`` is its one page."""
    names = [*_own(), *SINGLE]
    files = [Kept(static(name), hashed(_path(name).read_bytes())) for name in names]
    texts = [
        Kept(f"/my/words/{language}.json", hashed(json.dumps(words(language)).encode()))
        for language in LANGUAGES
    ]
    workers = [Kept(f"/my/worker/{name}.js", hashed(worker_of(name))) for name in WORKERS]
    return [Kept("/my/", hashed(page)), *texts, *workers, *files]


@cache
def map_revision() -> str:
    """What tells this version of the map's programme from another."""
    return hashed(b"".join(_path(name).read_bytes() for name in MAP))


def worker_of(name: str) -> bytes:
    """The script that a worker of the app begins with: it loads the one that does the work."""
    return f"import {json.dumps(static(WORKERS[name]))};\n".encode()


def worker_scripts() -> list[str]:
    """What the service worker is made of, in the order of their needs."""
    return [static(name) for name in WORKER]


def _own() -> list[str]:
    """The names of the files in the app's own folder."""
    here = _path("phone/app.js").parent
    return sorted(
        f"phone/{path.relative_to(here).as_posix()}"
        for path in here.rglob("*")
        if path.suffix in KEPT and path.is_file()
    )


def _path(name: str) -> Path:
    """Where a static file lies; there is always one, a test asks for each."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)
