"""The file of a list, as it is kept: encrypted, until the list is taken over or dropped."""

import base64
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.errors import Refused
from kapok.people.lists.reading import Table, read_list
from kapok.people.models import PersonList

ABOUT = "list"


def sealed_file(content: bytes) -> bytes:
    """The file encrypted, for :attr:`PersonList.file`."""
    return secrets.encrypt(base64.b64encode(content).decode(), about=ABOUT)


def table_of(found: PersonList) -> Table:
    """The list as it stands in its file."""
    if found.file is None:
        raise Refused(_("The file of this list is no longer kept."))
    content = base64.b64decode(secrets.decrypt(bytes(found.file), about=ABOUT))
    return read_content(content, found.file_name)


def read_content(content: bytes, name: str) -> Table:
    """Read a list that came as bytes; they lie on the disk only while they are read."""
    with tempfile.TemporaryDirectory(prefix="kapok-list-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        return read_list(path, name)
