"""A street of eight gates, made up: to see how a roster works."""

from datetime import date, timedelta
from random import Random
from typing import Any

from kapok.words import gettext as _

START = date(2027, 3, 1)
N_DAYS, N_GATES = 28, 8
FAMILY = "陈李张黄何林梁吴王罗周郑冯邓谢曾"
GIVEN = (
    "志强", "丽华", "建国", "敏", "伟", "秀英", "俊", "雪梅", "浩然", "晓燕", "永康", "佩珊",
    "子轩", "慧", "国栋", "嘉欣",
)  # fmt: skip
STAFF = {"police": 38, "health": 46, "community": 30, "volunteers": 16}
AT = (113.2350, 23.0780)  # a street that keeps the river on its left
STEP = 0.0042  # degrees from gate to gate, some 450 m


def eight_gates(start: date = START) -> dict[str, Any]:
    """The situation: gates in a row, four parties, leave, wishes, a feast in the second week."""
    draw = Random(8)  # made-up people
    people = _people(draw)
    return {
        "settings": {
            "start": start.isoformat(),
            "days": str(N_DAYS),
            "timezone": "Asia/Shanghai",
            "holidays": "; ".join((start + timedelta(days=i)).isoformat() for i in (11, 12, 13)),
        },
        "posts": [row for gate in range(N_GATES) for row in _gate(gate)],
        "people": people,
        "leave": _leave(draw, people, start),
        "wishes": _wishes(draw, people, start),
    }


def _gate(number: int) -> list[dict[str, str]]:
    """A gate round the clock; two are exposed, and their health worker wears a suit."""
    post, exposed = _("Gate %(number)d") % {"number": number + 1}, number in (2, 5)
    lon, lat = f"{AT[0] + STEP * number:.4f}", f"{AT[1] + STEP / 3 * (number % 2):.4f}"
    place = {"post": post, "lon": lon, "lat": lat}
    return [
        {**place, "party": "police"},
        {**place, "party": "health", "suit": "yes" if exposed else "no"},
        {**place, "party": "community; volunteers", "exposed": "yes" if exposed else "no"},
    ]


def _people(draw: Random) -> list[dict[str, str]]:
    names = [family + given for given in GIVEN for family in FAMILY]
    draw.shuffle(names)
    found = []
    for party, n in STAFF.items():
        for _i in range(n):
            person = {
                "person": names.pop(),
                "party": party,
                "lon": f"{AT[0] + STEP * draw.uniform(-1, N_GATES):.4f}",
                "lat": f"{AT[1] + STEP * draw.uniform(-2, 2):.4f}",
            }
            if party == "volunteers":
                person |= {"week_hours": "16", "week_most": "16", "no_nights": "yes"}
            found.append(person)
    return found


def _leave(draw: Random, people: list[dict[str, str]], start: date) -> list[dict[str, str]]:
    found = []
    for person in draw.sample(people, len(people) // 3):
        first = start + timedelta(days=draw.randrange(N_DAYS - 5))
        last = first + timedelta(days=draw.randrange(1, 5))
        found.append(
            {"person": person["person"], "from": first.isoformat(), "to": last.isoformat()}
        )
    return found


def _wishes(draw: Random, people: list[dict[str, str]], start: date) -> list[dict[str, str]]:
    return [
        {
            "person": person["person"],
            "date": (start + timedelta(days=day)).isoformat(),
            "wish": draw.choice(("off", "off", "no night")),
        }
        for person in people
        for day in draw.sample(range(N_DAYS), 2)
    ]
