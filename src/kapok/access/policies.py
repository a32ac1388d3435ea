"""Who sees which rows, enforced by PostgreSQL: each model says one of these rules.

A model without a rule fails the build (``tests/kapok/access/test_policies.py``) and is reported by
``kapok doctor``. The rules are for the application's role, which is never the owner of the tables;
the owner's rights serve migrations and the reviewed functions in the folders ``sql`` alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

READ_WRITE = "SELECT, INSERT, UPDATE, DELETE"
APPEND = "SELECT, INSERT"


class Rule(Protocol):
    """What a model says about its rows."""

    @property
    def privileges(self) -> str:
        """What the application's role may do with the table at all."""
        ...

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """(name, command, USING, WITH CHECK); no policy at all means no row-level security."""
        ...


@dataclass(frozen=True)
class Open:
    """No row-level security, for a reason: nothing about a place or a person is in the row."""

    reason: str
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """None."""
        return iter(())


@dataclass(frozen=True)
class Geography:
    """Where things are is public; only who acts over the place with ``edit`` changes it.

    ``place`` is an SQL expression over the row; ``edit`` one or more permissions.
    """

    edit: tuple[str, ...]
    place: str = "place"
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Everybody reads; writing needs the permission over the place."""
        inside = f"{_may(self.edit)} AND {_inside(self.place)}"
        yield "read", "SELECT", "true", ""
        yield "add", "INSERT", "", inside
        yield "change", "UPDATE", inside, inside
        yield "remove", "DELETE", inside, ""


@dataclass(frozen=True)
class Located:
    """A row about somebody: seen over its place, or when its subject was handed to who acts.

    Attributes
    ----------
    view, edit
        Permissions that reading and writing need; of several, one is enough.
    place
        The column with the place code.
    subject
        The column whose key may be handed over (shares, break-glass, a resident's own).
    realm
        The column with the realm, or an SQL text literal; the acting role must have it.
    owner
        A column with the account that always sees the row, or several.
    offered
        An SQL condition under which the row says nothing about anybody yet: whoever acts over its
        place sees it, and may make it their own.
    seen_with
        An SQL condition that shows the row besides, such as another row that points at it.
    personal
        Personal data: nobody sees it without a purpose.
    anybody_adds
        Whoever acts may add a row, such as an alarm, without seeing it.
    """

    view: str | tuple[str, ...]
    edit: str | tuple[str, ...]
    place: str = "place"
    subject: str = ""
    realm: str = ""
    owner: str | tuple[str, ...] = ""
    offered: str = ""
    seen_with: str = ""
    personal: bool = True
    anybody_adds: bool = False
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Reading, and writing which also needs that the row may be read."""
        view, edit = self._allows(self.view), self._allows(self.edit)
        owners = (self.owner,) if isinstance(self.owner, str) else self.owner
        for owner in filter(None, owners):
            own = f"{owner} = (SELECT scope_account())"
            view, edit = f"({view}) OR {own}", f"({edit}) OR {own}"
        taken = edit
        if self.offered:
            free = f"(({self.offered}) AND {_inside(self.place)})"
            view, taken = f"{view} OR {free}", f"{edit} OR {free}"
        if self.seen_with:
            view = f"{view} OR ({self.seen_with})"
        yield "read", "SELECT", view, ""
        yield "add", "INSERT", "", "true" if self.anybody_adds else edit
        yield "change", "UPDATE", taken, edit
        yield "remove", "DELETE", edit, ""

    def _allows(self, permission: str | tuple[str, ...]) -> str:
        where = _inside(self.place)
        if self.subject:
            where = f"({where} OR {self.subject} = ANY ((SELECT scope_handed())::uuid[]))"
        parts = [_may(permission, for_a_purpose=self.personal), where]
        if self.realm:
            parts.append(f"{self.realm} = ANY ((SELECT scope_realms())::text[])")
        return " AND ".join(parts)


@dataclass(frozen=True)
class Tasked:
    """A matter: seen over its place by who may view, and by whom it was given to; by realm always.

    Attributes
    ----------
    view, work
        Permission to see all of a place, and to work on what was given to oneself or one's unit.
    add, edit
        Permissions of which one is enough to add a row, and to change one that may be seen.
    reporter
        The column with the account that reported it, which sees how it goes.
    """

    view: str
    work: str
    add: str
    edit: tuple[str, ...]
    place: str = "place"
    realm: str = "realm"
    unit: str = "unit"
    assignee: str = "assignee"
    subject: str = "id"
    reporter: str = "reported_by"
    privileges: str = APPEND + ", UPDATE"

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Reading; adding, which shows nothing; changing what may be read."""
        mine = (
            f"{self.assignee} = (SELECT scope_account()) OR {self.unit} = (SELECT scope_unit()) "
            f"OR {self.subject} = ANY ((SELECT scope_handed())::uuid[])"
        )
        of_realm = f"{self.realm} = ANY ((SELECT scope_realms())::text[])"
        seen = f"({_may(self.view)} AND {_inside(self.place)}) OR ({_may(self.work)} AND ({mine}))"
        own = f"{self.reporter} = (SELECT scope_account())"
        yield "read", "SELECT", f"({of_realm} AND ({seen})) OR {own}", ""
        yield "add", "INSERT", "", _may(self.add)
        yield (
            "change",
            "UPDATE",
            f"({of_realm} AND ({seen}) AND {_may(self.edit)}) OR {own}",
            "true",
        )


@dataclass(frozen=True)
class Follows:
    """A row that belongs to another: who sees that one sees it, and for a purpose if personal.

    The inner query is under the other table's own policies, so its rule is said once.
    """

    table: str
    key: str
    personal: bool = False
    may: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Reading and changing with the other row; adding where ``add`` allows it."""
        seen = f'EXISTS (SELECT FROM "{self.table}" AS whole WHERE whole.id = {self.key})'
        if self.personal:
            seen = f"(SELECT scope_has_purpose()) AND {seen}"
        if self.may:
            seen = f"{_may(self.may)} AND {seen}"
        yield "read", "SELECT", seen, ""
        yield "add", "INSERT", "", _may(self.add) if self.add else seen
        yield "change", "UPDATE", seen, seen
        yield "remove", "DELETE", seen, ""


@dataclass(frozen=True)
class Owned:
    """A row of one account over ranges of places: seen by that account, and by who may view there.

    Writing needs that all its ranges lie inside those of who acts.
    """

    owner: str
    ranges: str
    view: str
    edit: str
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Own rows, and rows that touch (to read) or lie inside (to write) the acting ranges."""
        own = f"{self.owner} = (SELECT scope_account())"
        view = f"{own} OR ({_may(self.view)} AND {self.ranges} && (SELECT scope_ranges()))"
        edit = f"{_may(self.edit)} AND {self.ranges} <@ (SELECT scope_ranges())"
        yield "read", "SELECT", view, ""
        yield "add", "INSERT", "", edit
        yield "change", "UPDATE", edit, edit


@dataclass(frozen=True)
class Own:
    """A row of one account or door, which alone sees, adds, changes and removes it."""

    owner: str
    privileges: str = READ_WRITE

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Their own."""
        own = f"{self.owner} = (SELECT scope_account())"
        yield "read", "SELECT", own, ""
        yield "add", "INSERT", "", own
        yield "change", "UPDATE", own, own
        yield "remove", "DELETE", own, ""


@dataclass(frozen=True)
class AppendOnly:
    """Rows that are added and never changed: whoever acts adds, who may view reads over the place.

    ``view=None`` lets everybody read: then the row holds counts and hashes alone. ``adds`` is what
    a row must be that is added.
    """

    view: str | None
    place: str = "place"
    also_owner: str = ""
    adds: str = "true"
    privileges: str = APPEND

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """No policy for changing or removing: that is never allowed."""
        if self.view is None:
            yield "read", "SELECT", "true", ""
            return
        everywhere = "(SELECT scope_is_everywhere())"
        read = f"{_may(self.view)} AND ({_inside(self.place)} OR {everywhere})"
        if self.also_owner:
            read = f"({read}) OR {self.also_owner} = (SELECT scope_account())"
        yield "read", "SELECT", read, ""
        yield "add", "INSERT", "", self.adds


@dataclass(frozen=True)
class Kept:
    """A row of the box itself, at no place: all work adds it, ``view`` reads and removes it."""

    view: str
    privileges: str = APPEND + ", DELETE"

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """Adding shows nothing, so it is free; nothing is changed."""
        yield "read", "SELECT", _may(self.view), ""
        yield "add", "INSERT", "", "true"
        yield "remove", "DELETE", _may(self.view), ""


@dataclass(frozen=True)
class History:
    """Events of another model's rows: read by the same rule, added by its triggers alone."""

    of: Located
    privileges: str = APPEND + ", DELETE"

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """As the rows themselves; adding is free, since it shows nothing; removing as editing."""
        for name, command, using, check in self.of.policies():
            if command == "SELECT":
                yield name, command, using, check
            elif command == "DELETE":
                yield name, command, using, ""
        yield "add", "INSERT", "", "true"


def _may(permissions: str | tuple[str, ...], *, for_a_purpose: bool = False) -> str:
    """One question for each query, not for each row, since each question takes time to plan."""
    names = (permissions,) if isinstance(permissions, str) else permissions
    any_of = " OR ".join(f"scope_may('{name}')" for name in names)
    return f"(SELECT ({any_of}) AND scope_has_purpose())" if for_a_purpose else f"(SELECT {any_of})"


def _inside(place: str) -> str:
    """Indexable bounds first, then the exact ranges where there are several."""
    return (
        f"({place} >= (SELECT scope_lo()) AND {place} < (SELECT scope_hi()) AND "
        f"((SELECT scope_is_one_range()) OR {place} <@ (SELECT scope_ranges())))"
    )
