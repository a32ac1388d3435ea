"""What a look at a roster consists of, for the template."""

from dataclasses import dataclass

from kapok.planning.rosters.picking import Picked


@dataclass(frozen=True)
class Link:
    """A way to another part of the plan; ``query`` begins with a question mark."""

    label: str
    query: str
    is_here: bool


@dataclass(frozen=True)
class Head:
    """A day at the head of a column."""

    weekday: str
    day: str
    is_free: bool


@dataclass(frozen=True)
class Seat:
    """Somebody on a seat, or nobody; ``broken`` says which rules their duty breaks."""

    name: str
    party: str
    party_label: str
    is_suit: bool
    query: str
    is_picked: bool
    broken: str


@dataclass(frozen=True)
class Shift:
    """A row of a post: its seats by day."""

    label: str
    hours: str
    is_night: bool
    cells: tuple[tuple[Seat, ...], ...]


@dataclass(frozen=True)
class Post:
    """A post with its shifts that need anybody."""

    name: str
    n_empty: int
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Cell:
    """A day of somebody; ``broken`` says which rules it breaks."""

    label: str
    title: str
    kind: str
    query: str
    broken: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody's days and counts."""

    name: str
    party_label: str
    cells: tuple[Cell, ...]
    duties: int
    nights: int
    weekends: int
    broken: str


@dataclass(frozen=True)
class Shown:
    """One look at a roster."""

    view: str
    query: str
    has_broken: bool
    views: tuple[Link, ...]
    spans: tuple[Link, ...]
    pages: tuple[Link, ...]
    heads: tuple[Head, ...]
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    who: str
    picked: Picked | None
    names: tuple[str, ...]
    first: str
    last: str
