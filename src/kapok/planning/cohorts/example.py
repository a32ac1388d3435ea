"""The example of closed duty: a detention house with sixty made-up people, in either language."""

from typing import Any

from kapok.words import language

FAMILY = ["Wang", "Chen", "Li", "Zhang", "Liu", "Huang", "Zhao", "Wu", "Zhou", "Xu"]
GIVEN = ["Fang", "Ming", "Jie", "Yan", "Lei", "Na"]
FAMILY_IN_CHINESE, GIVEN_IN_CHINESE = "王陈李张刘黄赵吴周徐", "芳明洁燕磊娜"


def detention_house() -> dict[str, Any]:
    """The place, its people with their roles, and what each cohort needs.

    The first date that it names is the first day of isolation, so that where its dates are moved
    to begin tomorrow, nobody ought to have begun to isolate before.
    """
    names, (leader, medic, cook, guard) = _names(), _roles()
    people: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        role = f"{leader}; {guard}" if i < 6 else medic if i < 12 else cook if i < 18 else guard
        people.append({"person": name, "roles": role})
    people[20]["apart"], people[30]["together"] = names[21], names[31]
    return {
        "name": _either("Detention house", "看守所"),
        "start": "2026-06-29",
        "people": people,
        "needs": [{"role": guard, "least": 8}, {"role": cook, "least": 1}],
        "home": [{"person": names[25], "from": "2026-06-15", "to": "2026-06-23"}],
    }


def _names() -> list[str]:
    if _is_chinese():
        return [family + given for given in GIVEN_IN_CHINESE for family in FAMILY_IN_CHINESE]
    return [f"{family} {given}" for given in GIVEN for family in FAMILY]


def _roles() -> tuple[str, str, str, str]:
    return (
        ("组长", "医护", "炊事", "看守") if _is_chinese() else ("leader", "medic", "cook", "guard")
    )


def _either(english: str, chinese: str) -> str:
    return chinese if _is_chinese() else english


def _is_chinese() -> bool:
    return language().startswith("zh")
