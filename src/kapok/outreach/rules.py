"""Who sees the rows of notices: everybody what was sent, and drafts those who may write them.

What everybody sees only those change who may write notices for its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kapok.access.policies import Follows, Geography


@dataclass(frozen=True)
class Published(Geography):
    """A row that all read once ``when`` holds; before, only who may write it sees it."""

    when: str = "true"

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """As of geography, with drafts left out of what everybody reads."""
        said = list(super().policies())
        [inside] = [using for _name, command, using, _check in said if command == "UPDATE"]
        for name, command, using, check in said:
            if command == "SELECT":
                yield name, command, f"({self.when}) OR ({inside})", ""
            else:
                yield name, command, using, check


@dataclass(frozen=True)
class Signed(Follows):
    """A row of a notice: seen with it, written only by who may write notices for its place."""

    def policies(self) -> Iterator[tuple[str, str, str, str]]:
        """As it follows the notice, with writing kept to those of ``add``."""
        any_of = " OR ".join(f"scope_may('{permission}')" for permission in self.add)
        mine = (
            f'(SELECT {any_of}) AND EXISTS (SELECT FROM "{self.table}" AS whole '
            f"WHERE whole.id = {self.key} AND scope_holds(whole.place))"
        )
        for name, command, using, check in super().policies():
            if command == "SELECT":
                yield name, command, using, check
            else:
                yield name, command, mine if using else "", mine if check else ""
