"""What a kind of matter says of one matter: how urgent it is, and where it may go."""

from kapok.packs import conditions
from kapok.packs.schema import Clock, Kind, Route, Urgency


def urgency_of(kind: Kind, variables: conditions.Variables) -> Urgency:
    """How urgent a matter of a kind is."""
    for when in kind.urgency.when:
        if conditions.holds(when.if_, variables):
            return when.then
    return kind.urgency.default


def routes_of(kind: Kind, variables: conditions.Variables) -> tuple[Route, ...]:
    """The routes that are open to a matter of a kind, in their order."""
    return tuple(
        route
        for route in kind.route
        if route.when is None or conditions.holds(route.when, variables)
    )


def clocks_of(kind: Kind, variables: conditions.Variables) -> tuple[Clock, ...]:
    """The clocks that run for a matter of a kind, whenever they start."""
    return tuple(
        clock
        for clock in kind.clocks
        if clock.when is None or conditions.holds(clock.when, variables)
    )
