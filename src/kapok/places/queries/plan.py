"""The grids that a page is about: those in force in an area, or those of a drawing."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from kapok.codes import Level, span
from kapok.places.models import Area, Building, Drawing, DrawnGrid
from kapok.places.queries.measures import GridLine, grid_label
from kapok.places.succession import OutOfCodes, give_new_codes, members_of, successions_of
from kapok.places.workflow import Status

FIELDS = (
    "pk",
    "code",
    "community",
    "number",
    "households",
    "residents",
    "n_buildings",
    "rms_m",
    "connected",
    "n_crossings",
    "n_street_cuts",
    "reason",
    "locked",
)


@dataclass(frozen=True)
class Now:
    """What stands in a grid today, which may differ from when it was published."""

    households: int
    residents: int | None
    n_buildings: int


def lines_in_force(code: int, level: str) -> list[GridLine]:
    """The grids in force in an area, with the households of today, in three queries."""
    low, high = span(code, level)
    rows = (
        DrawnGrid.objects.in_force()
        .filter(community__gte=low, community__lt=high)
        .order_by("code")
        .values_list(*FIELDS, "drawing__low", "drawing__high")
    )
    today = _today(low, high)
    names = _community_names(low, high)
    lines = []
    for *row, bound_low, bound_high in rows:
        fields = dict(zip(FIELDS, row, strict=True))
        now = today.get(fields["code"], Now(0, None, 0))
        before = (fields["households"], fields["n_buildings"])
        reason = fields["reason"]
        in_bounds = bound_low <= now.households <= bound_high
        if before != (now.households, now.n_buildings):
            reason = "changed"
        fields |= {
            "households": now.households,
            "residents": now.residents,
            "n_buildings": now.n_buildings,
            "reason": "" if in_bounds else reason,
        }
        lines.append(_line(fields, names, in_bounds=in_bounds, code=fields["code"]))
    return lines


def covers(drawing: Drawing, code: int, level: str) -> bool:
    """Whether a drawing is of an area, or of a larger one around it."""
    low, high = span(drawing.place, drawing.level)
    inner_low, inner_high = span(code, level)
    return low <= inner_low and inner_high <= high


def lines_of(drawing: Drawing, within: tuple[int, int] | None = None) -> list[GridLine]:
    """The grids of a drawing, in four queries; an open one with the codes that they would get.

    ``within`` is a half-open range of codes, for a part of the drawing's area.
    """
    low, high = within or span(drawing.place, drawing.level)
    names = _community_names(low, high)
    codes = expected_codes(drawing) if drawing.status == Status.OPEN else {}
    lines = []
    inside = drawing.grids.filter(community__gte=low, community__lt=high)
    for row in inside.order_by("community", "number").values_list(*FIELDS):
        fields = dict(zip(FIELDS, row, strict=True))
        in_bounds = drawing.low <= fields["households"] <= drawing.high
        code = codes.get(fields["pk"], fields["code"])
        lines.append(_line(fields, names, in_bounds=in_bounds, code=code))
    return lines


def expected_codes(drawing: Drawing) -> dict[UUID, int]:
    """The code that each grid of an open drawing would have if it were published now.

    Grids for which the community has no codes left are missing.
    """
    members = members_of(drawing)
    successions = successions_of(drawing, members)
    with suppress(OutOfCodes):  # the proposal is shown all the same; publishing says what to do
        give_new_codes(successions, members)
    return {
        members[index].pk: code
        for succession in successions.values()
        for index, code in succession.codes.items()
    }


def _line(fields: dict, names: dict[int, str], *, in_bounds: bool, code: int | None) -> GridLine:
    return GridLine(
        id=fields["pk"],
        code=code,
        community=fields["community"],
        community_name=names.get(fields["community"], str(fields["community"])),
        number=fields["number"],
        label=grid_label(code, fields["number"]),
        households=fields["households"],
        residents=fields["residents"],
        n_buildings=fields["n_buildings"],
        rms_m=fields["rms_m"],
        connected=fields["connected"],
        n_crossings=fields["n_crossings"],
        n_street_cuts=fields["n_street_cuts"],
        in_bounds=in_bounds,
        reason=fields["reason"],
        locked=fields["locked"],
    )


def _today(low: int, high: int) -> dict[int, Now]:
    """What stands in each grid today."""
    rows = (
        Building.objects.filter(place__gte=low, place__lt=high, gone_at=None)
        .values("place")
        .order_by("place")
        .annotate(
            total=Sum("households"),
            people=Sum("residents"),
            known=Count("residents"),
            n=Count("pk"),
        )
        .values_list("place", "total", "people", "known", "n")
    )
    return {
        place: Now(total, people if known == n else None, n)
        for place, total, people, known, n in rows
    }


def _community_names(low: int, high: int) -> dict[int, str]:
    """Names of the communities in a range."""
    found = Area.objects.filter(level=Level.COMMUNITY, code__gte=low, code__lt=high)
    return {area.code: area.name for area in found.only("code", "name_zh", "name_en")}
