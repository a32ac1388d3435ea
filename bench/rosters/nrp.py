"""Public instances of shift rostering (Curtois): reader, scorer written apart, and a model."""

from dataclasses import dataclass, field
from pathlib import Path

from ortools.sat.python import cp_model

BEST_KNOWN = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439,
              10: 4631, 11: 3443, 12: 4040}  # fmt: skip
OFF = -1


@dataclass
class Person:
    """One person's limits."""

    most: dict[int, int]
    most_min: int
    least_min: int
    in_row: int
    least_in_row: int
    least_off: int
    weekends: int


@dataclass
class Instance:
    """One instance."""

    days: int = 0
    shifts: list[str] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    barred: list[set[int]] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    off: dict[str, set[int]] = field(default_factory=dict)
    on_wish: dict[tuple[str, int, int], int] = field(default_factory=dict)
    off_wish: dict[tuple[str, int, int], int] = field(default_factory=dict)
    cover: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)


def read(path: Path) -> Instance:
    """Read an instance."""
    found, section, later = Instance(), "", []
    for line in path.read_text().splitlines():
        if line.startswith("SECTION_"):
            section = line.strip().removeprefix("SECTION_")
        elif line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split(",")]
            if section == "HORIZON":
                found.days = int(cells[0])
            elif section == "SHIFTS":
                found.shifts.append(cells[0])
                found.length.append(int(cells[1]))
                later.append([name for name in cells[2].split("|") if name])
            else:
                _take(found, section, cells)
    found.barred = [{found.shifts.index(name) for name in names} for names in later]
    return found


def _take(found: Instance, section: str, cells: list[str]) -> None:
    if section == "STAFF":
        most = dict(pair.split("=") for pair in cells[1].split("|"))
        found.people[cells[0]] = Person(
            {found.shifts.index(name): int(n) for name, n in most.items()},
            *(int(cell) for cell in cells[2:8]),
        )
    elif section == "DAYS_OFF":
        found.off[cells[0]] = {int(day) for day in cells[1:]}
    elif section == "COVER":
        key = int(cells[0]), found.shifts.index(cells[1])
        found.cover[key] = int(cells[2]), int(cells[3]), int(cells[4])
    else:
        wishes = found.on_wish if section == "SHIFT_ON_REQUESTS" else found.off_wish
        wishes[cells[0], int(cells[1]), found.shifts.index(cells[2])] = int(cells[3])


def score(instance: Instance, plan: dict[str, list[int]]) -> tuple[int, list[str]]:
    """What a plan costs, and every hard rule that it breaks; reads the plan alone."""
    broken = []
    for name, person in instance.people.items():
        broken += [f"{name}: {what}" for what in _broken(instance, name, person, plan[name])]
    cost = sum(w for (n, d, s), w in instance.on_wish.items() if plan[n][d] != s)
    cost += sum(w for (n, d, s), w in instance.off_wish.items() if plan[n][d] == s)
    for (day, shift), (need, under, over) in instance.cover.items():
        there = sum(row[day] == shift for row in plan.values())
        cost += under * max(0, need - there) + over * max(0, there - need)
    return cost, broken


def _broken(instance: Instance, name: str, person: Person, row: list[int]) -> list[str]:
    found = []
    total = sum(instance.length[s] for s in row if s != OFF)
    if not person.least_min <= total <= person.most_min:
        found.append(f"{total} minutes")
    found += [f"{row.count(s)} × {s}" for s, most in person.most.items() if row.count(s) > most]
    found += [f"day {d} off" for d in instance.off.get(name, ()) if row[d] != OFF]
    for day in range(len(row) - 1):
        if row[day] != OFF and row[day + 1] in instance.barred[row[day]]:
            found.append(f"day {day + 1} follows")
    weekends = sum(
        any(row[d] != OFF for d in (5 + 7 * w, 6 + 7 * w)) for w in range(instance.days // 7)
    )
    if weekends > person.weekends:
        found.append(f"{weekends} weekends")
    marks = "".join("." if s == OFF else "x" for s in row)
    found += [f"{len(run)} in a row" for run in marks.split(".") if len(run) > person.in_row]
    inner_on = marks.lstrip("x").rstrip("x").split(".")
    found += [f"only {len(r)} in a row" for r in inner_on if 0 < len(r) < person.least_in_row]
    inner_off = marks.strip(".").split("x")
    found += [f"only {len(r)} off" for r in inner_off if 0 < len(r) < person.least_off]
    return found


def solve(instance: Instance, *, seconds: float, workers: int) -> dict[str, list[int]] | None:
    """The best plan that CP-SAT finds in some seconds."""
    model = cp_model.CpModel()
    shifts, days = range(len(instance.shifts)), range(instance.days)
    x = {
        (n, d, s): model.new_bool_var("")
        for n, person in instance.people.items()
        for d in days
        if d not in instance.off.get(n, ())
        for s in shifts
        if person.most[s]
    }
    cost = []
    for name, person in instance.people.items():
        _rules(model, instance, name, person, x)
    for (name, day, shift), weight in instance.on_wish.items():
        cost.append(weight * (1 - x[name, day, shift]) if (name, day, shift) in x else weight)
    for (name, day, shift), weight in instance.off_wish.items():
        if (name, day, shift) in x:
            cost.append(weight * x[name, day, shift])
    for (day, shift), (need, under, over) in instance.cover.items():
        there = sum(x[n, day, shift] for n in instance.people if (n, day, shift) in x)
        less = model.new_int_var(0, need, "")
        more = model.new_int_var(0, len(instance.people), "")
        model.add(there + less - more == need)
        cost += [under * less, over * more]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    plan = {name: [OFF] * instance.days for name in instance.people}
    for (name, day, shift), variable in x.items():
        if solver.boolean_value(variable):
            plan[name][day] = shift
    return plan


def _rules(
    model: cp_model.CpModel, instance: Instance, name: str, person: Person,
    x: dict[tuple[str, int, int], cp_model.IntVar],
) -> None:  # fmt: skip
    days = instance.days
    mine = [{s: x[name, d, s] for s in person.most if (name, d, s) in x} for d in range(days)]
    on = [model.new_bool_var("") for _ in range(days)]
    for day in range(days):
        model.add(sum(mine[day].values()) == on[day])
        if day:
            for before in mine[day - 1]:
                barred = [v for s, v in mine[day].items() if s in instance.barred[before]]
                if barred:
                    model.add(mine[day - 1][before] + sum(barred) <= 1)
    for shift, most in person.most.items():
        if 0 < most < days:
            model.add(sum(cell[shift] for cell in mine if shift in cell) <= most)
    total = sum(v * instance.length[s] for cell in mine for s, v in cell.items())
    model.add_linear_constraint(total, person.least_min, person.most_min)
    for first in range(days - person.in_row):
        model.add(sum(on[first : first + person.in_row + 1]) <= person.in_row)
    _least_runs(model, on, person.least_in_row)
    _least_runs(model, [~v for v in on], person.least_off)
    weekends = []
    for week in range(days // 7):
        worked = model.new_bool_var("")
        model.add_implication(on[5 + 7 * week], worked)
        model.add_implication(on[6 + 7 * week], worked)
        weekends.append(worked)
    model.add(sum(weekends) <= person.weekends)


def _least_runs(model: cp_model.CpModel, on: list, least: int) -> None:
    """No run inside the horizon is shorter than ``least``."""
    for length in range(1, least):
        for first in range(1, len(on) - length):
            run = [~v for v in on[first : first + length]]
            model.add_bool_or([on[first - 1], *run, on[first + length]])
