"""Kapok's own drawing."""

from bench.grids.instances import BOUNDS, Instance, Labels
from bench.grids.methods import Draw
from kapok_planning.grids import Budget, draw_grids


def prepare(instance: Instance, variant: str) -> Draw:
    """Draw with the budget named by ``variant``, on one thread."""
    budget = Budget(variant)

    def draw(seed: int) -> Labels:
        plan = draw_grids(instance.town, instance.links, bounds=BOUNDS, budget=budget, seed=seed)
        return plan.grid

    return draw
