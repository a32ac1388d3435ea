"""Which planners there are, and where: heavy, so loaded when they are first asked for."""

from functools import cache
from importlib import import_module
from typing import Any, cast

from kapok.planning.planner import Kind, Planner

# One line for each planner: add yours here.
WHERE = {
    Kind.ROSTER: "kapok.planning.rosters.planner",
    Kind.COHORTS: "kapok.planning.cohorts.planner",
    Kind.SITE: "kapok.planning.sites.planner",
    Kind.HOTLINE: "kapok.planning.hotlines.planner",
}


@cache
def planner_of(kind: str) -> Planner[Any, Any]:
    """The planner of a kind."""
    return cast("Planner[Any, Any]", import_module(WHERE[Kind(kind)]).PLANNER)
