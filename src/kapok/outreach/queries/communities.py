"""From which community somebody answers a notice of a wider area: known, or how to ask for it.

The needs of people are looked after in their community, so that an answer lies there. A link that
came to a household knows where it lives, and the page of a community says itself; whoever reads a
notice in a chat or on paper is asked, street by street, or by their address.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.scope import acting
from kapok.codes import DIGITS, WIDTH, Level, community_of, span
from kapok.matters.queries import addresses, labels
from kapok.matters.queries.addresses import Asked
from kapok.outreach.box import of_post
from kapok.outreach.models import Notice
from kapok.outreach.queries.links import Linked
from kapok.people.lists.addresses import plain
from kapok.places.models import Area

MOST = 400  # areas in one list
DIGITS_OF = re.compile(r"\d+")
OWN_NAME = 3  # signs beside numbers
MOST_MATCHES = 8  # beyond, an address tells nothing: 1栋 is in every community
STEPS = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
KNOWN = frozenset({Level.COMMUNITY, Level.GRID})

YOURS = {
    Level.CITY: gettext_lazy("Your city"),
    Level.DISTRICT: gettext_lazy("Your district"),
    Level.STREET: gettext_lazy("Your street"),
    Level.COMMUNITY: gettext_lazy("Your community"),
}
CHOOSE = {
    Level.CITY: gettext_lazy("Choose your city, then send it again. Nothing was sent yet."),
    Level.DISTRICT: gettext_lazy("Choose your district, then send it again. Nothing was sent yet."),
    Level.STREET: gettext_lazy("Choose your street, then send it again. Nothing was sent yet."),
    Level.COMMUNITY: gettext_lazy(
        "Choose your community, then send it again. Nothing was sent yet."
    ),
}


@dataclass(frozen=True)
class Choice:
    """An area to choose, by its code as it stands in addresses of pages."""

    code: str
    name: str
    within: str = ""


@dataclass(frozen=True)
class Where:
    """Where an answer comes from, or what to ask.

    Attributes
    ----------
    place
        Where it lies: the grid of the building that the address names, else the community; 0 as
        long as somebody has to be asked.
    community
        The community in words, where it was chosen and not known from the link itself; with the
        code of what was chosen.
    chosen
        The part that was chosen so far, where it is wider than a community.
    level, below
        Areas to choose among, and of which level they are.
    matches
        Communities with a building of this name, or with this name.
    whole
        The code of all of it, to choose anew.
    is_foreign
        Whether something was chosen that does not lie in the notice's area.
    """

    place: int = 0
    community: Choice | None = None
    chosen: Choice | None = None
    level: Level | None = None
    below: tuple[Choice, ...] = ()
    matches: tuple[Choice, ...] = ()
    whole: str = ""
    is_foreign: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody has to say where they live."""
        return not self.place

    @property
    def sentence(self) -> str:
        """What stands against an answer, and what to do; empty where nothing does."""
        if self.is_foreign and self.place:
            return _(
                "The address of this page names a place outside this notice's area. Send it again "
                "only if you live in the area of the notice."
            )
        if self.is_foreign:
            return _(
                "This notice is for another area: the place in the address of this page does not "
                "lie in it. Choose yours, then send it again."
            )
        if self.place or self.level is None:
            return ""
        if self.matches:
            return _("Choose which of these is yours, then send it again. Nothing was sent yet.")
        return str(CHOOSE[self.level])

    @property
    def label(self) -> str:
        """What is chosen among the areas below."""
        return str(YOURS[self.level]) if self.level is not None else ""


def where(found: Linked, said: str = "", address: str = "", *, at: datetime) -> Where:
    """Where an answer by a link lies, as far as it, what was chosen and the address tell."""
    if found.household is not None or found.place % WIDTH[Level.COMMUNITY]:
        return Where(place=found.place)
    with acting(of_post(at=at)):
        notice = Notice.objects.only("place", "level").get(pk=found.notice)
        whole = Area.objects.filter(code=found.place, valid_to=None).first()
        if whole is None:  # it was retired: the desk of the notice's place has the answer
            return Where(place=notice.place)
        part = _part(notice, said)
        known = _known(part or whole, address)
        return replace(
            known,
            whole=str(notice.place),
            is_foreign=bool(said) and part is None,
            community=known.community if whole.level not in KNOWN else None,
            chosen=_chosen(part, notice) if not known.place else None,
        )


def _chosen(part: Area | None, notice: Notice) -> Choice | None:
    if part is None or part.code == notice.place:
        return None
    return Choice(str(part.code), part.name)


def _part(notice: Notice, said: str) -> Area | None:
    """The area that was chosen, where it lies in the notice's."""
    if not (said.isascii() and said.isdigit() and len(said) == DIGITS):
        return None
    lo, hi = span(notice.place, notice.level)
    if not lo <= int(said) < hi:
        return None
    return Area.objects.select_related("parent").filter(code=int(said), valid_to=None).first()


def _known(area: Area, address: str) -> Where:
    if area.level in KNOWN:
        return _there(area.code, address)
    below, level = _below(area)
    if not below:  # no community is drawn there yet: its own desk has it
        return Where(place=area.code)
    matches, is_sure = _matches(area, address)
    if is_sure:
        return _there(int(matches[0].code), address)
    return Where(level=level, below=below, matches=matches)


def _there(place: int, address: str) -> Where:
    """A community, or a grid of one; nearer where the address names a building of it."""
    community = community_of(place)
    [named] = addresses.named([Asked(community, address)])
    area = Area.objects.select_related("parent").filter(code=community).first()
    return Where(
        place=named.place if named is not None else place,
        community=Choice(str(place), area.name, _street_of(area)) if area is not None else None,
    )


def _street_of(area: Area) -> str:
    return area.parent.name if area.parent and area.parent.level == Level.STREET else ""


def _below(area: Area) -> tuple[tuple[Choice, ...], Level | None]:
    """The areas one step below, and communities that lie in none of them; with their level."""
    lo, hi = span(area.code, area.level)
    inside = Area.objects.filter(code__gte=lo, code__lt=hi, valid_to=None).order_by("code")
    for level in STEPS:
        if WIDTH[level] >= WIDTH[Level(area.level)]:
            continue
        found = list(inside.filter(level=level)[:MOST])
        if not found:
            continue
        if level == Level.STREET:
            found += _of_no_street(found, list(inside.filter(level=Level.COMMUNITY)[:MOST]))
        return tuple(Choice(str(each.code), each.name) for each in found), level
    return (), None


def _of_no_street(streets: list[Area], communities: list[Area]) -> list[Area]:
    known = {street.code for street in streets}
    return [
        each for each in communities if each.code - each.code % WIDTH[Level.STREET] not in known
    ]


def _matches(area: Area, address: str) -> tuple[tuple[Choice, ...], bool]:
    """Communities that an address may mean, and whether it is sure.

    It is where two things agree, the street and a building, or a building and the name of its
    community, and the building has a name of its own: 1栋 may be anywhere.
    """
    found = addresses.choices(Asked(area.code, address))
    by_community = {community_of(one.place): one for one in found}
    called = _called(area, address)
    if called:
        by_community = {code: one for code, one in by_community.items() if code in called}
    codes = set(by_community) or called
    if len(codes) > MOST_MATCHES:
        return (), False
    names = labels.buildings(one.building for one in by_community.values())
    said = {code: names[one.building] for code, one in by_community.items()}
    areas = Area.objects.select_related("parent").filter(code__in=codes, valid_to=None)
    choices = tuple(_choice(each, said.get(each.code, "")) for each in areas.order_by("code"))
    agrees = area.level == Level.STREET or bool(called)
    return choices, agrees and len(choices) == 1 and any(map(_is_own_name, said.values()))


def _choice(area: Area, building: str) -> Choice:
    """A community, under the name of the building that was found in it."""
    street = _street_of(area)
    if not building:
        return Choice(str(area.code), area.name, street)
    return Choice(str(area.code), building, f"{area.name} {street}".strip())


def _is_own_name(building: str) -> bool:
    return len(DIGITS_OF.sub("", plain(building))) >= OWN_NAME


def _called(area: Area, address: str) -> set[int]:
    """Communities whose own name, the longest one, stands in the address."""
    text = plain(address)
    lo, hi = span(area.code, area.level)
    if len(text) < 2 or hi - lo > addresses.LARGEST_TO_CHOOSE:
        return set()
    inside = Area.objects.filter(level=Level.COMMUNITY, code__gte=lo, code__lt=hi, valid_to=None)
    found = {
        each.code: len(name)
        for each in inside[:MOST]
        for name in (plain(each.name_zh), plain(each.name_en))
        if len(name) > 1 and name in text
    }
    longest = max(found.values(), default=0)
    return {code for code, length in found.items() if length == longest}
