"""Names of places by their codes, for the pages of apps below this one."""

from kapok.codes import community_of
from kapok.places.models import Area

SHOWN = ("code", "name_zh", "name_en")


def of_places(codes: set[int]) -> dict[int, str]:
    """The name of each known place; a grid is named by its community and its number."""
    wanted = codes | {community_of(code) for code in codes}
    known = {area.code: area.name for area in Area.objects.filter(code__in=wanted).only(*SHOWN)}
    named = {code: known[code] for code in codes if code in known and code % 1000 == 0}
    for code in codes - set(named):
        community = known.get(community_of(code))
        if community:
            named[code] = f"{community} · {code % 1000:03}"
    return named
