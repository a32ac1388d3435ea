"""Versions of which it depends whether a plan comes out the same again, here or elsewhere."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from kapok.words import gettext as _
from kapok.words import listed

PACKAGES = ("kapok", "numpy", "scipy", "numba", "ortools")


@cache
def versions() -> dict[str, str]:
    """Versions here, by name."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found | {"python": platform.python_version()}


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What another has other than we, in words; blank where all is equal."""
    return listed(
        _("%(name)s %(theirs)s instead of %(ours)s")
        % {"name": name, "theirs": theirs.get(name, "none"), "ours": version}
        for name, version in ours.items()
        if theirs.get(name, "none") != version
    )
