"""Versions that must be equal wherever a plan is worked on, or it would not be one plan."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("kapok", "numpy", "scipy", "numba", "ortools", "distributed")


@cache
def versions() -> dict[str, str]:
    """Versions here, by name."""
    here = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for package in PACKAGES:
        try:
            here[package] = version(package)
        except PackageNotFoundError:
            here[package] = "none"
    return here


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What another has other than we, in words; blank where all is equal."""
    return ", ".join(
        f"{name} {theirs.get(name, 'none')} instead of {version}"
        for name, version in ours.items()
        if theirs.get(name, "none") != version
    )
