"""A planner small enough to reckon by hand: numbers are picked so that their sum meets a wish.

The situation is ``{"numbers": [3, 4], "wanted": 5}``; a plan is the numbers that were picked, none
of them twice. Its only rule is that the sum is not over what is wanted.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from kapok.errors import Refused
from kapok.planning.planner import Duty, Figure, Kind, Section, Slot, Tone
from kapok.words import gettext as _

BEGINS = datetime(2031, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Situation:
    numbers: tuple[int, ...]
    wanted: int


class Sums:
    kind = Kind.HOTLINE
    budgets = ("fast", "normal")
    mends = True
    staffs = True

    who = ""

    def begin(self):
        return {"numbers": [], "wanted": 0}

    def example(self):
        return {"numbers": [3, 4, 6], "wanted": 8}

    def fields(self, document):
        return document

    def sent(self, document, form):
        try:
            numbers = [int(each) for each in form.text("numbers").split()]
        except ValueError:
            raise Refused("Write numbers with blanks between them.") from None
        return {"numbers": numbers, "wanted": int(form.text("wanted", "0"))}

    def staffed(self, document, members):
        return document | {"people": [[each.worker, each.name, *each.parties] for each in members]}

    def read(self, document):
        if not document["numbers"]:
            raise Refused("There are no numbers; give some.")
        return Situation(tuple(document["numbers"]), document["wanted"])

    def plan(self, situation, ask):
        best, places = (), range(len(situation.numbers))
        sizes = range(1, len(situation.numbers) + 1)
        for size, found in zip(sizes, ask.spread(self.of_size(situation), sizes), strict=False):
            best = max(best, found, key=lambda picked: self.total(situation, picked))
            ask.on_progress(size, len(places))
            if ask.should_stop():
                break
        return best

    def of_size(self, situation):
        def best(size):
            picks = combinations(range(len(situation.numbers)), size)
            fitting = [each for each in picks if self.total(situation, each) <= situation.wanted]
            return max(fitting, key=lambda each: self.total(situation, each), default=())

        return best

    def total(self, situation, picked):
        return sum(situation.numbers[each] for each in picked)

    def check(self, situation, plan):
        total = self.total(situation, plan)
        return (f"{total} is over {situation.wanted}.",) if total > situation.wanted else ()

    def figures(self, situation, plan):
        return (Figure("total", _("Title"), self.total(situation, plan), better=1),)

    def explain(self, situation, plan):
        missing = situation.wanted - self.total(situation, plan)
        return (Section("Not met", (f"{missing} are missing.",) if missing else (), Tone.BAD),)

    def dump(self, plan):
        return {"picked": list(plan)}

    def load(self, situation, document):
        return tuple(document["picked"])

    def changed(self, situation, plan, change):
        pick = int(change.get("pick", "-1"))
        if not 0 <= pick < len(situation.numbers):
            raise Refused("There is no such number to pick.")
        return tuple(sorted({*plan, pick}))

    def shown(self, situation, plan, wanted):
        return [situation.numbers[each] for each in plan]

    def mended(self, document, plan, sent):
        lost = int(sent.text("lost"))
        return {"numbers": [n for n in document["numbers"] if n != lost]} | {
            "wanted": document["wanted"]
        }

    def duties(self, situation, plan):
        return tuple(
            Duty(self.who, "", f"post {each}", "sum", BEGINS, BEGINS + timedelta(hours=8))
            for each in plan
        )

    def slots(self, situation, plan):
        return (Slot("sum", BEGINS, BEGINS + timedelta(hours=1), self.total(situation, plan)),)


PLANNER = Sums()
