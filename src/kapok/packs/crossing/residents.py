"""What residents are asked on their online home, and callers on a hotline."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kapok.packs.crossing.forms import checker, of_form
from kapok.packs.crossing.naming import Found, Path, exists, fitting, unique
from kapok.packs.schema import Door, HelpAsked, Hotline, Kind, Portal


def of_portal(path: Path, portal: Portal | None, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Residents are led to kinds that are there, and conditions read what is asked."""
    if portal is None:
        return
    if portal.help is not None:
        yield from _help_asked((*path, "help"), portal.help, kinds)
    if portal.screening is not None:
        where, asked = (*path, "screening"), portal.screening
        yield from of_form((*where, "form"), asked.form)
        check = checker(asked.form)
        yield from check((*where, "symptoms"), asked.symptoms)
        for n, advice in enumerate(asked.advice):
            yield from check((*where, "advice", n, "when"), advice.when)
        where = (*where, "call_back")
        yield from exists((*where, "kind"), asked.call_back.kind, kinds)
        yield from fitting(where, asked.call_back.answers, asked.call_back.kind, kinds)


def of_hotline(
    path: Path, hotline: Hotline | None, kinds: dict[str, Kind | None]
) -> Iterator[Found]:
    """Needs become kinds that a telephone may report, and scripts that are named are there."""
    if hotline is None:
        return
    for name in ("categories", "scripts", "questions"):
        yield from unique((*path, name), getattr(hotline, name))
    scripts = {script.code for script in hotline.scripts}
    if hotline.opening is not None and hotline.script(hotline.opening) is None:
        yield (*path, "opening"), _no_script(hotline.opening)
    for n, category in enumerate(hotline.categories):
        where = (*path, "categories", n)
        if category.script is not None and category.script not in scripts:
            yield (*where, "script"), _no_script(category.script)
        if category.kind is not None:
            yield from exists((*where, "kind"), category.kind, kinds)
            yield from fitting(where, category.answers, category.kind, kinds)
            yield from _told_by_telephone((*where, "kind"), kinds.get(category.kind))
        elif category.answers:
            yield (
                (*where, "answers"),
                _("Answers need a kind whose form they answer. Name one, or leave them out."),
            )


def _told_by_telephone(path: Path, kind: Kind | None) -> Iterator[Found]:
    if kind is not None and Door.PHONE not in kind.doors:
        yield (
            path,
            _("“%(kind)s” cannot be reported by telephone. Add PHONE to its doors.")
            % {"kind": kind.code},
        )


def _no_script(code: str) -> str:
    return _("There is no script “%(code)s”. Write it under “scripts”, or name another.") % {
        "code": code
    }


def _help_asked(path: Path, asked: HelpAsked, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    yield from exists((*path, "kind"), asked.kind, kinds)
    kind = kinds.get(asked.kind)
    field = kind.report_form.field(asked.question) if kind else None
    if kind is not None and (field is None or not field.options):
        yield (
            (*path, "question"),
            _("The kind “%(kind)s” has no question “%(name)s” with options. Name another one.")
            % {"kind": asked.kind, "name": asked.question},
        )
