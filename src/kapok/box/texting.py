"""Where text messages go and how many may leave the box: what the environment says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers

PREFIX = re.compile(r"\+\d{0,8}")
PER = re.compile(r"(\d{1,9})/(\d{1,9})")


@dataclass(frozen=True)
class Cap:
    """At most so many text messages of one kind, of the whole box."""

    per_hour: int
    per_day: int


@dataclass(frozen=True)
class Texting:
    """Numbers that text messages go to, and caps.

    Attributes
    ----------
    prefixes
        What a number must begin with, such as ``+86``; ``+`` alone allows every country.
    codes, news, notices
        Codes that strangers ask for; news of what was reported; messages of notices. They are
        counted apart, so that none uses up what another needs.
    """

    prefixes: tuple[str, ...]
    codes: Cap
    news: Cap
    notices: Cap


def of(environ: Mapping[str, str], region: str) -> Texting:
    """What the environment says; by default the box's own country."""
    own = f"+{phonenumbers.country_code_for_region(region)}"
    return Texting(
        prefixes=_prefixes(environ.get("KAPOK_SMS_PREFIXES", own)),
        codes=_cap(environ, "KAPOK_SMS_CODES", "2000/10000"),
        news=_cap(environ, "KAPOK_SMS_NEWS", "2000/10000"),
        notices=_cap(environ, "KAPOK_SMS_NOTICES", "1000000/2000000"),
    )


def _prefixes(said: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in said.split(",") if part.strip())
    if not found or not all(PREFIX.fullmatch(each) for each in found):
        raise RuntimeError(
            f"KAPOK_SMS_PREFIXES is “{said}”; write what numbers begin with, such as +86,+852"
        )
    return found


def _cap(environ: Mapping[str, str], name: str, default: str) -> Cap:
    said = environ.get(name, default)
    found = PER.fullmatch(said.strip())
    if found is None:
        raise RuntimeError(
            f"{name} is “{said}”; write how many in an hour and in a day, such as {default}"
        )
    return Cap(int(found[1]), int(found[2]))
