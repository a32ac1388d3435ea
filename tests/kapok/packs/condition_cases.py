"""One table for server, phone and ODK: a condition, the answers, whether it holds.

An answer that is missing here is not given. Fields have the types of ``FIELDS``.
"""

from dataclasses import dataclass, field
from typing import Any

FIELDS = {
    "age": "integer",
    "heat": "decimal",
    "ill": "yes_no",
    "name": "text",
    "need": "choice",
    "signs": "choices",
    "born": "date",
    "from": "time",
    "seen": "datetime",
    "photo": "photo",
}
OPTIONS = {
    "need": frozenset({"medicine", "food", "none"}),
    "signs": frozenset({"fever", "cough", "tired"}),
}
PLACE = {"code": "440103022001001", "level": "GRID", "risk": "medium", "zones": ["closed"]}
MATTER = {"kind": "help", "urgency": "RED", "anonymous": False, "n_reports": 2}
NOW = {"date": "2021-06-12", "time": "21:05", "hour": 21, "weekday": 6, "working": False}


@dataclass(frozen=True)
class Case:
    text: str
    answers: dict[str, Any] = field(default_factory=dict)
    holds: bool = True

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        given = {name: [] for name, kind in FIELDS.items() if kind == "choices"} | self.answers
        return {"answers": given, "matter": MATTER, "place": PLACE, "now": NOW}


def yes(text: str, **answers: Any) -> Case:
    return Case(text, answers)


def no(text: str, **answers: Any) -> Case:
    return Case(text, answers, holds=False)


CASES = [
    yes("true"),
    no("false"),
    yes("!false && (false || true)"),
    yes("answers.age > 5", age=6),
    no("answers.age > 5", age=5),
    no("answers.age > 5"),
    no("!(answers.age > 5)"),
    yes("!(answers.age > 5)", age=5),
    yes("answers.age >= 80 || answers.ill", ill=True),
    yes("answers.ill || answers.age >= 80", ill=True),
    no("answers.age >= 80 || answers.ill", ill=False),
    no("!(answers.age >= 80 || answers.ill)", ill=False),
    yes("!(answers.age >= 80 && answers.ill)", ill=False),
    yes("!(answers.ill && answers.age >= 80)", ill=False),
    no("!(answers.age >= 80 && answers.ill)", ill=True),
    yes("answers.ill", ill=True),
    no("answers.ill"),
    no("!answers.ill"),
    yes("!answers.ill", ill=False),
    yes("answers.ill == false", ill=False),
    no("answers.ill != true"),
    yes("answers.ill == (answers.age > 5)", ill=False, age=3),
    no("answers.ill == (answers.age > 5)", ill=False),
    yes("answers.heat >= 37.3", heat=37.3),
    yes("answers.heat > 37", heat=37.1),
    no("answers.heat < 37.3", heat=37.3),
    yes("answers.heat == 38", heat=38.0),
    yes("answers.age == 5.0", age=5),
    yes("answers.age + 1 == 6", age=5),
    no("answers.age + 1 != 6"),
    yes("answers.age * 2 - 1 > 8", age=5),
    yes("answers.age % 2 == 1", age=5),
    yes("-answers.age % 3 == -2", age=5),
    no("answers.age % answers.age == 0", age=0),
    no("answers.age % answers.age != 0", age=0),
    yes("answers.heat / 2.0 > 18.0", heat=37.0),
    yes("answers.heat / 0.0 > 1.0", heat=37.0),
    yes("-answers.age < -4", age=5),
    yes("1 - 2 - 3 == -4"),
    yes("2 + 3 * 4 == 14"),
    yes("answers.need == 'food'", need="food"),
    no("answers.need == 'food'"),
    no("answers.need != 'food'"),
    yes("answers.need != 'food'", need="medicine"),
    yes("answers.need in ['food', 'medicine']", need="medicine"),
    no("answers.need in ['food', 'medicine']", need="none"),
    no("!(answers.need in ['food', 'medicine'])"),
    yes("!(answers.need in ['food', 'medicine'])", need="none"),
    no("answers.need in []", need="none"),
    yes("answers.age in [1, 2, 3]", age=2),
    no("answers.age in [1, 2, 3]", age=4),
    yes("'fever' in answers.signs", signs=["cough", "fever"]),
    no("'fever' in answers.signs", signs=["cough"]),
    no("'fever' in answers.signs"),
    yes("!('fever' in answers.signs)"),
    yes("size(answers.signs) == 2", signs=["cough", "fever"]),
    yes("size(answers.signs) == 0"),
    yes("size(answers.signs) + 1 > 1", signs=["tired"]),
    yes("has(answers.age)", age=0),
    no("has(answers.age)"),
    yes("!has(answers.photo)"),
    yes("has(answers.age) && answers.age < 14", age=13),
    yes("!has(answers.age) || answers.age < 14"),
    yes("size(answers.name) == 3", name="陈大文"),
    no("size(answers.name) < 3"),
    yes("answers.name != 'size(x)' && size(answers.name) == 1", name="😀"),
    yes("answers.name.startsWith('陈')", name="陈大文"),
    no("answers.name.startsWith('大')", name="陈大文"),
    no("!answers.name.startsWith('大')"),
    yes("answers.name.endsWith('文')", name="陈大文"),
    no("answers.name.endsWith('陈大文文')", name="文"),
    yes("answers.name.contains('大')", name="陈大文"),
    yes('answers.name == "it\'s"', name="it's"),
    yes("answers.name == 'say \"it\\'s\"'", name='say "it\'s"'),
    yes("answers.name.matches('^[A-Z]{2}[0-9]+$')", name="GZ12"),
    no("answers.name.matches('^[A-Z]{2}[0-9]+$')", name="GZ12x"),
    yes("answers.name.matches('[0-9]')", name="GZ12x"),
    no("!answers.name.matches('[0-9]')"),
    yes("answers.born < '2007-06-14'", born="2007-06-13"),
    no("answers.born < '2007-06-14'", born="2007-06-14"),
    yes("answers.born <= now.date", born="2021-06-12"),
    no("answers.born > now.date"),
    yes("answers.born == '2007-06-14'", born="2007-06-14"),
    yes("answers.from >= '21:00'", **{"from": "21:00"}),
    no("answers.from > now.time", **{"from": "21:05"}),
    yes("now.hour >= 21 || now.hour < 6"),
    yes("place.code.startsWith('440103')"),
    yes("'closed' in place.zones"),
    no("'other' in place.zones"),
    yes("size(place.zones) == 1"),
    yes("place.risk in ['medium', 'high']"),
    no("place.urban"),
    no("!place.urban"),
    yes("!has(place.urban)"),
    yes("matter.urgency == 'RED' && matter.n_reports > 1"),
    yes("!matter.anonymous"),
    yes("(answers.ill ? 'RED' : 'BLUE') == matter.urgency", ill=True),
    no("(answers.ill ? 'RED' : 'BLUE') == matter.urgency", ill=False),
    no("(answers.ill ? 'RED' : 'BLUE') == matter.urgency"),
    no("(answers.ill ? 'RED' : 'BLUE') != matter.urgency"),
    yes("(answers.ill ? answers.age : 1) > 0", ill=False),
    no("(answers.ill ? answers.age : 1) > 0", ill=True),
    yes("answers.ill ? answers.age > 5 : has(answers.name)", ill=True, age=6),
    no("answers.ill ? answers.age > 5 : has(answers.name)", ill=False, age=6),
    yes("(answers.ill ? 1 : 2) + (answers.age > 5 ? 10 : 20) == 11", ill=True, age=6),
]
