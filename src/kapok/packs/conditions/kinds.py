"""Which names a condition may use, and whether what it does with them makes sense."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from kapok.packs.conditions import patterns
from kapok.packs.conditions.grammar import METHODS, Tree
from kapok.packs.conditions.words import Unfit

INTEGER, DECIMAL, TEXT, BOOL, LIST = "integer", "decimal", "text", "yes_no", "list"
DATE, TIME, DATETIME, OPAQUE = "date", "time", "datetime", "opaque"
NUMBERS = frozenset({INTEGER, DECIMAL})
MOMENTS = frozenset({DATE, TIME, DATETIME})
OF_FIELD = {
    "text": TEXT,
    "long_text": TEXT,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "yes_no": BOOL,
    "choice": TEXT,
    "choices": LIST,
    "date": DATE,
    "time": TIME,
    "datetime": DATETIME,
    "phone": TEXT,
    "place": TEXT,
    "code": TEXT,
}
"""Types of answers by types of fields; those of the others only exist or do not."""

Known = Mapping[str, Mapping[str, str]]

MATTER = {
    "kind": TEXT,
    "realm": TEXT,
    "urgency": TEXT,
    "state": TEXT,
    "door": TEXT,
    "why": TEXT,
    "outcome": TEXT,
    "anonymous": BOOL,
    "reopened": BOOL,
    "n_reports": INTEGER,
}
PLACE = {
    "code": TEXT,
    "level": TEXT,
    "risk": TEXT,
    "zones": LIST,
    "urban": BOOL,
}
NOW = {
    "date": DATE,
    "time": TIME,
    "hour": INTEGER,
    "weekday": INTEGER,
    "working": BOOL,
}


def known(answers: Mapping[str, str]) -> Known:
    """All that a condition may read, given the types of the answers' fields."""
    of_answers = {name: OF_FIELD.get(kind, OPAQUE) for name, kind in answers.items()}
    return {"answers": of_answers, "matter": MATTER, "place": PLACE, "now": NOW}


@dataclass(frozen=True)
class _Checker:
    """Finds the type of each part, or says what does not fit."""

    known: Known
    options: Mapping[str, frozenset[str]]

    def type_of(self, tree: Tree) -> str:
        if "lit" in tree:
            return _type_of_literal(tree["lit"])
        if "var" in tree:
            return self.variable(tree["var"])
        if "list" in tree:
            return LIST
        return self.operation(tree["op"], tree["args"])

    def variable(self, path: list[str]) -> str:
        names = self.known.get(path[0])
        if names is None:
            raise Unfit(
                _("“%(name)s” is not known in a condition. It begins with one of: %(known)s.")
                % {"name": path[0], "known": ", ".join(self.known)}
            )
        if len(path) == 1:
            raise Unfit(_("Say what of “%(name)s”: %(name)s.… .") % {"name": path[0]})
        found = names.get(path[1])
        if found is None:
            raise Unfit(_unknown(path[0], path[1], names))
        return found

    def operation(self, op: str, args: list[Tree]) -> str:
        if op in {"&&", "||", "!"}:
            return self.logic(op, args)
        if op == "?:":
            return self.choice(args)
        if op == "has":
            return self.has(args[0])
        if op == "size":
            return self.size(args[0])
        if op in METHODS:
            return self.method(op, args)
        if op == "in":
            return self.membership(args)
        if op in {"==", "!=", "<", "<=", ">", ">="}:
            return self.comparison(op, args)
        return self.arithmetic(op, args)

    def logic(self, op: str, args: list[Tree]) -> str:
        for arg in args:
            if self.type_of(arg) != BOOL:
                raise Unfit(
                    _("Beside “%(op)s” stands something that is neither true nor false.")
                    % {"op": op}
                )
        return BOOL

    def choice(self, args: list[Tree]) -> str:
        condition, then, otherwise = (self.type_of(arg) for arg in args)
        if condition != BOOL:
            raise Unfit(_("Before “?” stands something that is neither true nor false."))
        if then != otherwise or then == LIST:
            raise Unfit(_("On both sides of “:” must stand the same kind of value."))
        return then

    def has(self, tree: Tree) -> str:
        if "var" not in tree:
            raise Unfit(_("has(…) asks for a name: has(answers.age)."))
        if self.variable(tree["var"]) == LIST:
            name = ".".join(tree["var"])
            raise Unfit(_("Ask how many were chosen instead: size(%(name)s) > 0.") % {"name": name})
        return BOOL

    def size(self, tree: Tree) -> str:
        if self.type_of(tree) not in {LIST, TEXT} or "list" in tree:
            raise Unfit(_("size(…) counts the letters of a text or the choices of an answer."))
        return INTEGER

    def method(self, op: str, args: list[Tree]) -> str:
        if self.type_of(args[0]) != TEXT or self.type_of(args[1]) != TEXT or "lit" not in args[1]:
            raise Unfit(
                _("“%(op)s” compares a text with a plain text: answers.name.%(op)s('…').")
                % {"op": op}
            )
        if not args[1]["lit"]:
            raise Unfit(_("“%(op)s” needs a text that is not empty.") % {"op": op})
        if op == "matches" and (wrong := patterns.fault(args[1]["lit"])):
            raise Unfit(wrong)
        return BOOL

    def membership(self, args: list[Tree]) -> str:
        left, right = args
        if self.type_of(right) != LIST:
            raise Unfit(_("“in” asks whether something is in a list: answers.x in ['a', 'b']."))
        kind = self.type_of(left)
        items = {_type_of_literal(item) for item in right.get("list", [])} or {TEXT}
        if kind not in {TEXT, *NUMBERS} or any(not _comparable(kind, item) for item in items):
            raise Unfit(_("What stands before “in” is of another kind than what is in the list."))
        if "list" in right:
            self.refuse_unknown_options(left, right["list"])
        elif "lit" in left:
            self.refuse_unknown_options(right, [left["lit"]])
        elif "var" in right:
            raise Unfit(_("Before “in answers.x” stands one of its choices: 'a' in answers.x."))
        return BOOL

    def comparison(self, op: str, args: list[Tree]) -> str:
        left, right = (self.type_of(arg) for arg in args)
        if OPAQUE in {left, right} or LIST in {left, right}:
            raise Unfit(_("“%(op)s” cannot compare this. Use has(…), size(…) or in.") % {"op": op})
        if op in {"==", "!="} and _comparable(left, right):
            for one, other in (args, args[::-1]):
                if "lit" in other:
                    self.refuse_unknown_options(one, [other["lit"]])
            return BOOL
        if {left, right} <= NUMBERS or (left == right and left in MOMENTS):
            return BOOL
        if self.is_moment_and_text(args, left, right):
            return BOOL
        raise Unfit(
            _("“%(op)s” cannot compare a %(left)s with a %(right)s. Compare like with like.")
            % {"op": op, "left": left, "right": right}
        )

    def is_moment_and_text(self, args: list[Tree], left: str, right: str) -> bool:
        """Whether a date or time is compared with one that is written out, which must be one."""
        for kind, arg in ((left, args[1]), (right, args[0])):
            if kind in {DATE, TIME} and isinstance(arg.get("lit"), str):
                if not _is_moment(kind, arg["lit"]):
                    raise Unfit(
                        _("“%(text)s” is no %(kind)s. Write a date as 2021-06-12, a time as 21:00.")
                        % {"text": arg["lit"], "kind": kind}
                    )
                return True
        return False

    def arithmetic(self, op: str, args: list[Tree]) -> str:
        kinds = {self.type_of(arg) for arg in args}
        if not kinds <= NUMBERS:
            raise Unfit(_("“%(op)s” calculates with numbers alone.") % {"op": _shown(op)})
        if len(kinds) > 1:
            raise Unfit(
                _("“%(op)s” joins a whole number and a decimal one. Write 1.0 instead of 1.")
                % {"op": _shown(op)}
            )
        if op == "/" and kinds != {DECIMAL}:
            raise Unfit(_("“/” divides decimal numbers alone: answers.x / 2.0."))
        if op == "%" and kinds != {INTEGER}:
            raise Unfit(_("“%(op)s” takes the rest of whole numbers alone.") % {"op": op})
        if op == "*" and not any("lit" in arg for arg in args):
            raise Unfit(_("“*” multiplies with a plain number alone: answers.x * 2."))
        return kinds.pop()

    def refuse_unknown_options(self, tree: Tree, values: list[object]) -> None:
        """A choice that its field does not offer can never be: a slip of the pen."""
        if "var" not in tree or tree["var"][0] != "answers":
            return
        offered = self.options.get(tree["var"][1])
        for value in values:
            if offered is not None and value not in offered:
                raise Unfit(
                    _("“%(value)s” is no choice of %(field)s.%(guess)s")
                    % {
                        "value": value,
                        "field": ".".join(tree["var"]),
                        "guess": _guess(str(value), offered),
                    }
                )


def check(tree: Tree, names: Known, options: Mapping[str, frozenset[str]] | None = None) -> None:
    """Raise :class:`Unfit` when a condition uses unknown names or does not make sense."""
    if _Checker(names, options or {}).type_of(tree) != BOOL:
        raise Unfit(_("A condition must be true or false; this one is a value. Compare it."))


def _type_of_literal(value: object) -> str:
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INTEGER
    return DECIMAL if isinstance(value, float) else TEXT


def _comparable(left: str, right: str) -> bool:
    return left == right or {left, right} <= NUMBERS


def _is_moment(kind: str, text: str) -> bool:
    try:
        read = date.fromisoformat(text) if kind == DATE else time.fromisoformat(text)
    except ValueError:
        return False
    return text == (read.isoformat() if isinstance(read, date) else read.isoformat("minutes"))


def _shown(op: str) -> str:
    return "-" if op == "neg" else op


def _unknown(root: str, name: str, names: Mapping[str, str]) -> str:
    return _("There is no “%(root)s.%(name)s”.%(guess)s") % {
        "root": root,
        "name": name,
        "guess": _guess(name, names) or _list(root, names),
    }


def _guess(name: str, names: Mapping[str, str] | frozenset[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return _(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""


def _list(root: str, names: Mapping[str, str]) -> str:
    if not names:
        return _(" This form has no fields.")
    return _(" There are: %(names)s.") % {"names": ", ".join(sorted(names)[:20])}
