"""Telephone numbers of workers, which are stored encrypted."""

from kapok.access import secrets
from kapok.workforce.models import Worker

ABOUT = "worker phone"


def encrypted(number: str) -> bytes | None:
    """A number as it is stored; ``None`` for none."""
    return secrets.encrypt(number, about=ABOUT) if number else None


def phone_of(worker: Worker) -> str:
    """The telephone number of a worker, decrypted; blank where none is kept."""
    return secrets.decrypt(bytes(worker.phone), about=ABOUT) if worker.phone else ""
