"""Whose hands a matter would have come into by a way of a kind, in words."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from kapok.access.roles import Permission
from kapok.access.scope import can
from kapok.matters.engine.trial import Hand
from kapok.matters.queries import labels, routing
from kapok.packs.differences import MatterFacts
from kapok.packs.schema import Route, RouteTo
from kapok.packs.templatetags.rules import role, words


def hand_of(places: Iterable[str], kinds: Iterable[str], *, at: datetime) -> Hand:
    """A function that says who would have had a matter: a worker, a unit, a team or a desk."""
    codes = {int(code) for code in places}
    workers = routing.grid_workers(codes, at=at)
    units = routing.responsible({(code, kind) for code in codes for kind in kinds})
    names = labels.units(units.values()) if can(Permission.MATTER_VIEW) else {}

    def hand(facts: MatterFacts, way: tuple[Route, ...]) -> str:
        place = int(facts.place["code"])
        for route in way:
            if route.to in {RouteTo.GRID_WORKER, RouteTo.DEPUTY}:
                if (route.to == RouteTo.DEPUTY) in workers.get(place, {}):
                    return words(route.to)
            elif route.to == RouteTo.UNIT:
                unit = units.get((place, facts.kind, route.unit_kind or ""))
                if unit is not None:
                    return names.get(unit, words(route.to))
            elif route.to == RouteTo.TEAM:
                mix = ", ".join(f"{role(code)} × {n}" for code, n in sorted(route.mix.items()))
                return _("a team (%(mix)s), chosen by the desk") % {"mix": mix}
            else:
                return _("the desk of the %(level)s") % {"level": words(route.to)}
        return _("the desk of the %(level)s") % {"level": words(RouteTo.COMMUNITY)}

    return hand
