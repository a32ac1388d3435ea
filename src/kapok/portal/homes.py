"""A home as somebody writes its address, and how two ways of writing it are known as one."""

import re
import unicodedata

from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.errors import Refused

LONGEST = 100
ABOUT = "home"


def written(text: str) -> str:
    """An address in words, tidied. Raises ``Refused`` where nothing is said."""
    tidy = " ".join(unicodedata.normalize("NFKC", text.replace("\x00", "")).split())[:LONGEST]
    if not any(letter.isalnum() for letter in tidy):
        raise Refused(_("Write which home it is: building, entrance and door, such as 3-2-501."))
    return tidy


def index(place: int, home: str) -> bytes:
    """What a home of a community is looked up by; nobody can turn it back into the address.

    Signs and the common words for block, unit and door do not count: 3栋2单元501房 is 3-2-501.
    """
    same = re.sub(r"[\W_栋座幢号楼单元室房层]+", " ", home.casefold()).strip()
    return secrets.blind_index(f"{place} {same}", about=ABOUT)
