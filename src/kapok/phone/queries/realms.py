"""What held commands are about: who looks at them works in that realm."""

from collections.abc import Sequence
from uuid import UUID

from kapok.access.roles import Realm
from kapok.access.scope import acting, current, of_intake
from kapok.matters.engine.facts import Command
from kapok.matters.models import Matter
from kapok.packs import look_up

Placed = tuple[Command, int]  # with the place that it is held for


def realms_of(commands: Sequence[Placed]) -> dict[UUID, Realm]:
    """The realm of each command, by its identifier.

    That of its matter, or of what its report would become. Where nobody knows it is taken for care,
    which the fewest see.
    """
    who = current()
    if who.account is None or not commands:
        return {}
    with acting(of_intake(who.account, at=who.at)):
        rows = Matter.objects.filter(pk__in={command.matter for command, _place in commands})
        known = {key: Realm(realm) for key, realm in rows.values_list("pk", "realm")}
        told = {
            command.matter: realm
            for command, place in commands
            if (realm := _reported(command, place)) is not None
        }
    known = told | known
    return {command.id: known.get(command.matter, Realm.CARE) for command, _place in commands}


def _reported(command: Command, place: int) -> Realm | None:
    """The realm of the kind that a report leads to; ``None`` for other moves and unknown kinds."""
    if command.move != "report":
        return None
    rules = look_up.packs_at(place, current().at)
    kind = rules.find(str(command.data.get("kind", "")))
    if kind is None:
        return None
    reason = kind.why.option(str(command.data.get("why", ""))) if kind.why else None
    if reason is not None and reason.becomes:
        kind = rules.find(reason.becomes) or kind
    return Realm(kind.realm)
