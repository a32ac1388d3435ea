"""What a pack's parts say of each other: codes that must exist, conditions, patterns, sources."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs import calendar
from kapok.packs.crossing.kinds import of_kind
from kapok.packs.crossing.naming import Found, Path, unique
from kapok.packs.crossing.residents import of_hotline, of_portal
from kapok.packs.crossing.zone_kinds import of_zone_kind
from kapok.packs.schema import Kind, PackBody, Text
from kapok.packs.schema.base import PLACEHOLDER, PLACEHOLDERS


def crossed(body: PackBody, *, unread: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Every fault between the parts of a pack, with its path.

    Kinds in ``unread`` are in the file and could not be read, so that they may be named.
    """
    yield from unique(("kinds",), body.kinds)
    yield from unique(("zone_kinds",), body.zone_kinds)
    yield from unique(("risk_levels",), body.risk_levels)
    yield from unique(("checklists",), body.checklists)
    yield from unique(("notices",), body.notices)
    yield from _sources(body)
    yield from _texts((), body)
    if body.valid_to is not None and body.valid_to <= body.valid_from:
        yield ("valid_to",), _("The pack ends before it begins.")
    if not calendar.knows_country(body.calendar.country):
        yield (
            ("calendar", "country"),
            _("The public holidays of “%(country)s” are not known. Write another country.")
            % {"country": body.calendar.country},
        )
    kinds: dict[str, Kind | None] = dict.fromkeys(unread)
    kinds |= {kind.code: kind for kind in body.kinds}
    for n, kind in enumerate(body.kinds):
        yield from of_kind(("kinds", n), kind, kinds)
    for n, zone_kind in enumerate(body.zone_kinds):
        yield from of_zone_kind(("zone_kinds", n), zone_kind, kinds)
    yield from of_portal(("portal",), body.portal, kinds)
    yield from of_hotline(("hotline",), body.hotline, kinds)
    for n, notice in enumerate(body.notices):
        if notice.answer_kind is not None and notice.answer_kind not in kinds:
            yield (
                ("notices", n, "answer_kind"),
                _("There is no kind “%(kind)s” in this pack. Add it, or name another one.")
                % {"kind": notice.answer_kind},
            )


def _sources(body: PackBody) -> Iterator[Found]:
    for path, part in _parts((), body):
        source = getattr(part, "source", None)
        if source is not None and source not in body.sources:
            yield (
                (*path, "source"),
                _("There is no source “%(source)s” in the table of sources. Add it there.")
                % {"source": source},
            )


def _texts(path: Path, body: PackBody) -> Iterator[Found]:
    """Words in braces that no message can fill."""
    for where, part in _parts(path, body):
        if isinstance(part, Text):
            for name in PLACEHOLDER.findall(part.zh) + PLACEHOLDER.findall(part.en):
                if name not in PLACEHOLDERS:
                    yield (
                        where,
                        _("“{%(name)s}” cannot be filled in. There are: %(known)s.")
                        % {"name": name, "known": ", ".join(PLACEHOLDERS)},
                    )


def _parts(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """All models inside one, with their paths as the file has them."""
    if hasattr(type(value), "model_fields"):
        yield path, value
        for name, field in type(value).model_fields.items():
            yield from _parts((*path, field.alias or name), getattr(value, name))
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from _parts((*path, n), item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts((*path, str(key)), item)
