"""A proposal beside what is in force: what moves, which codes go on."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from kapok.codes import GRIDS, community_of
from kapok.places.models import Area, Drawing, DrawnGrid
from kapok.places.queries.measures import grid_label
from kapok.places.succession import (
    OutOfCodes,
    Succession,
    give_new_codes,
    members_of,
    successions_of,
)


@dataclass(frozen=True)
class Part:
    """Buildings that a grid takes over from one former grid; ``code`` 0: from none."""

    code: int
    label: str
    households: int
    n_buildings: int


@dataclass(frozen=True)
class GridChange:
    """What becomes of one grid. ``becomes`` is ``None`` for a code that ends.

    ``was`` says where its buildings come from, or for a code that ends, where they go.
    """

    id: UUID | None
    community: int
    community_name: str
    label: str
    becomes: int | None
    is_new: bool
    households: int
    was: tuple[Part, ...]

    @property
    def is_changed(self) -> bool:
        """Whether it differs in any building from the grid of its code in force."""
        return self.is_new or self.becomes is None or [p.code for p in self.was] != [self.becomes]


@dataclass(frozen=True)
class CodeUse:
    """New codes that a community would use, of those that it still has."""

    community_name: str
    n_new: int
    n_left: int


@dataclass(frozen=True)
class Comparison:
    """The differences between a proposal and what is in force.

    ``problem`` is a sentence when the proposal could not be published as it is; ``wasteful`` names
    the communities that would use up more than half of the codes that they still have.
    """

    n_communities_changed: int
    n_kept: int
    n_new: int
    n_retired: int
    moved_buildings: int
    moved_households: int
    placed_buildings: int
    households: int
    grids: tuple[GridChange, ...]
    retired: tuple[GridChange, ...]
    problem: str
    wasteful: tuple[CodeUse, ...]

    @property
    def share_moved(self) -> float:
        """Share of the households that change grid [0..1]."""
        return self.moved_households / self.households if self.households else 0.0


def compare(drawing_id: UUID) -> Comparison:
    """Compare an open drawing with what is in force in its area."""
    drawing = Drawing.objects.get(pk=drawing_id)
    members = members_of(drawing)
    successions = successions_of(drawing, members)
    problem = ""
    try:
        give_new_codes(successions, members)
    except OutOfCodes as refusal:
        problem = str(refusal)
        for index, member in enumerate(members):
            successions[member.community].codes.setdefault(index, -index - 1)
    areas = Area.objects.filter(code__in=list(successions)).defer("boundary")
    names = {area.code: area.name for area in areas}
    grids, retired = [], []
    for community, succession in sorted(successions.items()):
        shares_of, goes_to = defaultdict(list), defaultdict(list)
        for share in succession.shares:
            shares_of[share.grid].append(share)
            goes_to[share.code].append(share)
        for index, code in sorted(succession.codes.items()):
            was = tuple(
                Part(each.code, _label(each.code), each.households, each.buildings)
                for each in sorted(shares_of[index], key=lambda each: -each.households)
            )
            grids.append(
                GridChange(
                    id=members[index].pk,
                    community=community,
                    community_name=names.get(community, str(community)),
                    label=grid_label(code if code > 0 else None, members[index].number),
                    becomes=code if code > 0 else None,
                    is_new=code not in succession.former,
                    households=members[index].households,
                    was=was,
                )
            )
        for code in sorted(succession.retired):
            retired.append(_retired(code, succession, goes_to[code], names))
    wasteful = () if problem else _wasteful(successions, names)
    changed = {change.community for change in [*grids, *retired] if change.is_changed}
    changed |= _measured_anew(members, successions)
    return _totals(successions, grids, retired, problem, wasteful, len(changed))


def _wasteful(successions: dict[int, Succession], names: dict[int, str]) -> tuple[CodeUse, ...]:
    """Communities that would use up more than half of the codes that they still have."""
    uses = [
        CodeUse(
            names.get(community, str(community)),
            len(each.new),
            GRIDS.stop - min(each.new) % 1000,  # new codes follow each other
        )
        for community, each in sorted(successions.items())
        if each.new
    ]
    return tuple(use for use in uses if 2 * use.n_new > use.n_left)


def _measured_anew(members: list[DrawnGrid], successions: dict[int, Succession]) -> set[int]:
    """Communities in which a grid goes on with other households or buildings than were stored."""
    kept = {
        code: members[index]
        for succession in successions.values()
        for index, code in succession.codes.items()
        if code in succession.former
    }
    fields = ("households", "residents", "n_buildings")
    former = DrawnGrid.objects.in_force().filter(code__in=list(kept))
    return {
        kept[code].community
        for code, *before in former.values_list("code", *fields)
        if before != [getattr(kept[code], name) for name in fields]
    }


def _retired(code: int, succession: Succession, shares: list, names: dict[int, str]) -> GridChange:
    """A code that ends, and where its buildings go."""
    community = community_of(code)
    return GridChange(
        id=None,
        community=community,
        community_name=names.get(community, str(community)),
        label=_label(code),
        becomes=None,
        is_new=False,
        households=sum(share.households for share in shares),
        was=tuple(
            Part(
                succession.codes[share.grid],
                _label(succession.codes[share.grid]),
                share.households,
                share.buildings,
            )
            for share in sorted(shares, key=lambda each: -each.households)
        ),
    )


def _totals(
    successions: dict[int, Succession],
    grids: list[GridChange],
    retired: list[GridChange],
    problem: str,
    wasteful: tuple[CodeUse, ...],
    n_changed: int,
) -> Comparison:
    """The sums over all communities."""
    moved = [share for each in successions.values() for share in each.moved]
    shares = [share for each in successions.values() for share in each.shares]
    return Comparison(
        n_communities_changed=n_changed,
        n_kept=sum(len(each.kept) for each in successions.values()),
        n_new=sum(len(each.new) for each in successions.values()),
        n_retired=sum(len(each.retired) for each in successions.values()),
        moved_buildings=sum(share.buildings for share in moved),
        moved_households=sum(share.households for share in moved),
        placed_buildings=sum(share.buildings for share in shares if share.code == 0),
        households=sum(share.households for share in shares),
        grids=tuple(grids),
        retired=tuple(retired),
        problem=problem,
        wasteful=wasteful,
    )


def _label(code: int) -> str:
    """The last three digits; blank for "no grid"."""
    return f"{code % 1000:03d}" if code > 0 else ""
