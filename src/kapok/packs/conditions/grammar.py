"""From the text of a condition to its tree: the part of CEL that server, phone and ODK share.

A tree is plain JSON: ``{"op": "<", "args": [...]}``, ``{"var": ["answers", "age"]}``,
``{"lit": 5}``, ``{"list": [...]}``.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs.conditions.words import Unfit, Word, words

Tree = dict[str, Any]

DEEPEST = 20
MOST_NODES = 200
RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
METHODS = frozenset({"startsWith", "endsWith", "contains", "matches"})
FUNCTIONS = frozenset({"has", "size"})
LITERALS = {"true": True, "false": False}


def parsed(text: str) -> Tree:
    """The tree of a condition, or :class:`~kapok.packs.conditions.words.Unfit`."""
    reader = _Reader(words(text))
    tree = reader.choice()
    reader.expect_end()
    return tree


class _Reader:
    """Goes through the words once; a method for each level of precedence of CEL."""

    def __init__(self, found: list[Word]) -> None:
        self.words, self.at, self.depth, self.n_nodes = found, 0, 0, 0

    @property
    def next(self) -> Word:
        return self.words[self.at]

    def take(self, *signs: str) -> str:
        """The next word if it is one of these, else nothing."""
        word = self.next
        if word.kind in {"sign", "name"} and word.value in signs:
            self.at += 1
            return str(word.value)
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.unexpected()

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> Unfit:
        word = self.next
        if word.kind == "end":
            return Unfit(_("The condition stops in the middle. Write what comes after it."))
        return Unfit(
            _("“%(word)s” is not expected at character %(column)s of the condition.")
            % {"word": word.value, "column": word.column}
        )

    def node(self, op: str, *args: Tree) -> Tree:
        return self.counted({"op": op, "args": list(args)})

    def counted(self, tree: Tree) -> Tree:
        self.n_nodes += 1
        if self.n_nodes > MOST_NODES:
            raise Unfit(_("The condition is too long. Split it into two."))
        return tree

    def deeper(self, read: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unfit(_("The condition has too many brackets in each other. Make it simpler."))
        found = read()
        self.depth -= 1
        return found

    def choice(self) -> Tree:
        condition = self.either()
        if not self.take("?"):
            return condition
        then = self.deeper(self.either)
        self.expect(":")
        return self.node("?:", condition, then, self.deeper(self.choice))

    def either(self) -> Tree:
        return self.chain(("||",), self.both)

    def both(self) -> Tree:
        return self.chain(("&&",), self.relation)

    def relation(self) -> Tree:
        return self.chain(tuple(RELATIONS), self.sum)

    def sum(self) -> Tree:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Tree:
        return self.chain(("*", "/", "%"), self.unary)

    def chain(self, signs: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        """Operators of one level group to the left."""
        left = part()
        while sign := self.take(*signs):
            left = self.node(sign, left, part())
        return left

    def unary(self) -> Tree:
        if self.take("!"):
            return self.node("!", self.deeper(self.unary))
        if self.take("-"):
            return self.negative(self.deeper(self.unary))
        return self.member()

    def negative(self, tree: Tree) -> Tree:
        value = tree.get("lit")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"lit": -value}
        return self.node("neg", tree)

    def member(self) -> Tree:
        left = self.deeper(self.primary)
        while self.take("."):
            left = self.after_dot(left)
        if self.next.value == "[" and self.next.kind == "sign":
            raise Unfit(_("A condition reads answers by their name, not by “[…]”: answers.age."))
        return left

    def after_dot(self, left: Tree) -> Tree:
        name = self.next
        if name.kind != "name":
            raise self.unexpected()
        self.at += 1
        if self.take("("):
            if name.value not in METHODS:
                raise _no_function(str(name.value))
            argument = self.deeper(self.choice)
            self.expect(")")
            return self.node(str(name.value), left, argument)
        if "var" not in left or len(left["var"]) > 1:
            raise Unfit(_("A condition reads names such as answers.age, with one dot."))
        return {"var": [*left["var"], name.value]}

    def primary(self) -> Tree:
        word = self.next
        if word.kind in {"number", "text"}:
            self.at += 1
            return self.counted({"lit": word.value})
        if self.take("("):
            inner = self.choice()
            self.expect(")")
            return inner
        if self.take("["):
            return self.list()
        if word.kind == "name" and word.value != "in":
            self.at += 1
            return self.named(str(word.value))
        raise self.unexpected()

    def named(self, name: str) -> Tree:
        if name in LITERALS:
            return self.counted({"lit": LITERALS[name]})
        if name == "null":
            raise Unfit(_("There is no null here. Ask whether there is an answer: has(answers.x)."))
        if not self.take("("):
            return self.counted({"var": [name]})
        if name not in FUNCTIONS:
            raise _no_function(name)
        argument = self.deeper(self.choice)
        self.expect(")")
        return self.node(name, argument)

    def list(self) -> Tree:
        items = []
        while not self.take("]"):
            items.append(self.deeper(self.unary))
            if not self.take(","):
                self.expect("]")
                break
        if not all("lit" in item for item in items):
            raise Unfit(_("A list in a condition holds plain texts or numbers: ['a', 'b']."))
        return self.counted({"list": [item["lit"] for item in items]})


def _no_function(name: str) -> Unfit:
    return Unfit(
        _("A condition has no function “%(name)s”. There are: %(known)s.")
        % {"name": name, "known": ", ".join(sorted(METHODS | FUNCTIONS))}
    )
