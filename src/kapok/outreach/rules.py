"""Who sees the rows of notices: everybody what was sent, and drafts those who may write them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kapok.access.policies import Geography


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
