"""Collect the files that browsers fetch, once for each state of them."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect(home: Path) -> None:
    """Collect and compress the static files into the data folder, unless they are there already."""
    stamp, now = home / "static.stamp", _fingerprint()
    if stamp.exists() and stamp.read_text() == now and (home / "static").is_dir():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def _fingerprint() -> str:
    """Changes when a file is added, removed or written anew."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
