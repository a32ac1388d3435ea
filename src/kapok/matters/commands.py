"""``kapok pack``: the commands of packs, and trying one on matters."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from kapok.errors import Refused
from kapok.packs.commands import File, app, say, whole

if TYPE_CHECKING:
    from kapok.matters.queries.trying import Found

__all__ = ["app"]

Day = Annotated[str, typer.Option(help="Which day, as 2021-06-12; without it, yesterday.")]


@app.command(name="try")
def try_on(path: File, day: Day = "") -> None:
    """Say what a pack would have changed on the matters of a day; change nothing."""
    from kapok.box import session

    text = whole(path)
    with session.acting():
        from django.utils import timezone

        from kapok.matters.queries import trying
        from kapok.packs.operations import checked

        at = timezone.now()
        body = checked(text).body
        assert body is not None
        wanted = _day(day) if day else trying.yesterday(at)
        for line in lines(trying.try_on(body, day=wanted, at=at)):
            say(line)


def lines(found: "Found") -> list[str]:
    """What was found, line by line."""
    said = [
        f"{found.day}: {found.n_matters} matters; {found.n_differing} would have gone otherwise "
        f"under “{found.title}” ({found.code})."
    ]
    said += [f"  new kind: {label}" for label in found.kinds_new]
    said += [f"  kind that goes: {label}" for label in found.kinds_gone]
    for row in found.rows:
        what = f" · {row.what}" if row.what else ""
        late = f"; late {row.n_late[0]} → {row.n_late[1]}" if row.n_late else ""
        change = " → ".join(part for part in (row.before, row.after) if part)
        said.append(f"  {row.n:>6}  {row.part:8} {row.kind}{what}: {change}{late}")
    said.append("Nothing was written.")
    return said


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(f"“{said}” is no day. Write it as 2021-06-12.") from None
