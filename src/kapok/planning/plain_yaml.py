"""YAML as plain values: nothing in it points at anything else, no number is endless.

A few lines whose entries point at one another (``&a``, ``*a``) stand for more than any memory
holds, or for themselves; lists and settings need none of it.
"""

from typing import Any

import yaml

LARGEST = 10**18


class PlainLoader(yaml.SafeLoader):
    """The safe loader, without entries that point at others."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse what points elsewhere, with its line."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(
                None, None, f"*{event.anchor} points at another entry; write it out",
                event.start_mark,
            )  # fmt: skip
        found: yaml.Node | None = super().compose_node(parent, index)
        return found

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Refuse numbers that no list needs, and that take long to write out."""
        value = int(super().construct_yaml_int(node))
        if abs(value) > LARGEST:
            raise yaml.constructor.ConstructorError(
                None, None, "this number is too large", node.start_mark
            )
        return value


PlainLoader.add_constructor("tag:yaml.org,2002:int", PlainLoader.construct_yaml_int)
UNREADABLE = (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError)


def loaded(text: str) -> Any:
    """What a text of YAML holds. Raises one of ``UNREADABLE`` where it is none."""
    return yaml.load(text, Loader=PlainLoader)  # a safe loader
