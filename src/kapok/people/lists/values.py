"""What a row of a list says, as it is kept: encrypted JSON, with the cells as they were."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import polars as pl

from kapok.access import secrets
from kapok.people.lists.checking import Checked
from kapok.people.models import ListRow

ABOUT = "listrow"
SIDE = ("name", "birth", "identity", "phone", "building", "room", "sex")


@dataclass(frozen=True)
class Values:
    """What is sound in a row; ``cells`` are the cells of the confirmed columns as they came."""

    name: str
    identity_kind: str = ""
    identity: str = ""
    phones: tuple[str, ...] = ()
    sex: str = ""
    birth_date: str = ""
    building: str = ""  # key of the building
    room: str = ""
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def born(self) -> date | None:
        """The birth date as a date."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    def sealed(self) -> bytes:
        """Encrypted, for :attr:`ListRow.values`."""
        return secrets.encrypt(json.dumps(asdict(self), ensure_ascii=False), about=ABOUT)


def values_of(row: ListRow) -> Values:
    """What a stored row says."""
    stored: dict[str, Any] = json.loads(secrets.decrypt(bytes(row.values), about=ABOUT))
    return Values(**stored | {"phones": tuple(stored["phones"])})


def from_checked(checked: Checked, cells: dict[str, str], buildings: list[str]) -> Values:
    """What was read of a row; ``buildings`` are the keys of the town's, in its order."""
    identity, spot = checked.identity, checked.spot
    return Values(
        name=checked.name,
        identity_kind=str(identity.kind) if identity else "",
        identity=identity.number if identity else "",
        phones=checked.phones,
        sex=checked.sex,
        birth_date=checked.birth_date.isoformat() if checked.birth_date else "",
        building=buildings[spot.building] if spot else "",
        room=spot.room if spot else "",
        cells=cells,
    )


def frame_of(rows: Sequence[Values]) -> pl.DataFrame:
    """Rows as the columns of text that are compared."""
    cells = [
        (
            row.name or None,
            row.birth_date or None,
            row.identity or None,
            ",".join(row.phones) or None,
            row.building or None,
            row.room or None,
            row.sex or None,
        )
        for row in rows
    ]
    return pl.DataFrame(cells, schema=dict.fromkeys(SIDE, pl.String), orient="row")
