"""What a pack's parts say of each other: codes that must exist, conditions, patterns, sources."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs import calendar, conditions
from kapok.packs.schema import (
    Door,
    Form,
    HelpAsked,
    Hotline,
    Kind,
    PackBody,
    Portal,
    Realm,
    Retask,
    RetaskAct,
    Step,
    Text,
    UrgencyRule,
    ZoneKind,
)
from kapok.packs.schema.base import PLACEHOLDER, PLACEHOLDERS

Path = tuple[Any, ...]
Found = tuple[Path, str]

UNSOURCED = frozenset({"source"})
LATE = "late"


def crossed(body: PackBody, *, unread: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Every fault between the parts of a pack, with its path.

    Kinds in ``unread`` are in the file and could not be read, so that they may be named.
    """
    yield from _unique(("kinds",), body.kinds)
    yield from _unique(("zone_kinds",), body.zone_kinds)
    yield from _unique(("risk_levels",), body.risk_levels)
    yield from _unique(("checklists",), body.checklists)
    yield from _unique(("notices",), body.notices)
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
        yield from _kind(("kinds", n), kind, kinds)
    for n, zone_kind in enumerate(body.zone_kinds):
        yield from _zone_kind(("zone_kinds", n), zone_kind, kinds)
    yield from _portal(("portal",), body.portal, kinds)
    yield from _hotline(("hotline",), body.hotline, kinds)
    for n, notice in enumerate(body.notices):
        if notice.answer_kind is not None and notice.answer_kind not in kinds:
            yield (
                ("notices", n, "answer_kind"),
                _("There is no kind “%(kind)s” in this pack. Add it, or name another one.")
                % {"kind": notice.answer_kind},
            )


def _unique(path: Path, things: Iterable[Any]) -> Iterator[Found]:
    seen: set[str] = set()
    for n, thing in enumerate(things):
        if thing.code in seen:
            yield (
                (*path, n, "code"),
                _("The code “%(code)s” is used twice. Give one of them another code.")
                % {"code": thing.code},
            )
        seen.add(thing.code)


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


def _kind(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    for name in ("steps", "clocks", "outcomes"):
        yield from _unique((*path, name), getattr(kind, name))
    yield from _form((*path, "report_form"), kind.report_form)
    check = _checker(kind.report_form)
    yield from _urgency((*path, "urgency"), kind.urgency, check)
    yield from _why(path, kind, kinds)
    for n, step in enumerate(kind.steps):
        yield from _step((*path, "steps", n), step, kinds, check)
    for n, clock in enumerate(kind.clocks):
        yield from check((*path, "clocks", n, "when"), clock.when)
    for n, route in enumerate(kind.route):
        yield from check((*path, "route", n, "when"), route.when)
    for n, outcome in enumerate(kind.outcomes):
        yield from _exists((*path, "outcomes", n, "follow_up"), outcome.follow_up, kinds)
    yield from _only_order(path, kind)
    yield from _out_of_help(path, kind, kinds)
    yield from _outcomes(path, kind)
    yield from _route_ends(path, kind)


def _outcomes(path: Path, kind: Kind) -> Iterator[Found]:
    codes = {outcome.code for outcome in kind.outcomes}
    for code in kind.retention_days:
        if code != "default" and code not in codes:
            yield (
                (*path, "retention_days", code),
                _("There is no outcome “%(code)s”. Write one of its outcomes, or default.")
                % {"code": code},
            )
    if not any(outcome.closes for outcome in kind.outcomes):
        yield (*path, "outcomes"), _("No outcome closes the matter. Let at least one close it.")
    if kind.anonymous and Door.PORTAL not in kind.doors and Door.PHONE not in kind.doors:
        yield (
            (*path, "anonymous"),
            _("Nobody can report without a name here: no door PORTAL or PHONE is open."),
        )


def _route_ends(path: Path, kind: Kind) -> Iterator[Found]:
    if all(route.when is not None for route in kind.route):
        yield (
            (*path, "route"),
            _("Each route has a condition, so that a matter may go nowhere. Add one without."),
        )


def _urgency(path: Path, rule: UrgencyRule, check: "Check") -> Iterator[Found]:
    for n, when in enumerate(rule.when):
        yield from check((*path, "when", n, "if"), when.if_)


def _why(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    if kind.why is None:
        return
    yield from _unique((*path, "why", "options"), kind.why.options)
    for n, option in enumerate(kind.why.options):
        where = (*path, "why", "options", n, "becomes")
        yield from _exists(where, option.becomes, kinds)
        yield from _answers((*path, "why", "options", n), option.answers, option.becomes, kinds)
        becomes = kinds.get(option.becomes or "")
        if option.needs_help and becomes is not None and becomes.realm != Realm.CARE:
            yield (
                where,
                _("A need for help becomes a matter of CARE; “%(code)s” is none.")
                % {"code": becomes.code},
            )


def _only_order(path: Path, kind: Kind) -> Iterator[Found]:
    """Help never asks whether a zone is there."""
    if kind.needs_zone_document and kind.realm != Realm.ORDER:
        yield (
            (*path, "needs_zone_document"),
            _("Only matters of ORDER exist inside zones alone; help is for everybody."),
        )


def _out_of_help(path: Path, kind: Kind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Nothing that began as a need for help leads to a matter of order."""
    if kind.realm not in {Realm.CARE, Realm.HEALTH}:
        return
    named: list[tuple[Path, str | None]] = [
        ((*path, "outcomes", n, "follow_up"), outcome.follow_up)
        for n, outcome in enumerate(kind.outcomes)
    ]
    named += [
        ((*path, "steps", n, "notes", m, "creates"), note.creates)
        for n, step in enumerate(kind.steps)
        for m, note in enumerate(step.notes)
    ]
    for where, code in named:
        other = kinds.get(code or "")
        if other is not None and other.realm == Realm.ORDER:
            yield (
                where,
                _("What began as a need for help leads to no matter of ORDER; “%(code)s” is one.")
                % {"code": other.code},
            )


def _step(path: Path, step: Step, kinds: dict[str, Kind | None], check: "Check") -> Iterator[Found]:
    yield from check((*path, "show_when"), step.show_when)
    yield from _form((*path, "form"), step.form)
    yield from _unique((*path, "notes"), step.notes)
    for n, note in enumerate(step.notes):
        yield from _exists((*path, "notes", n, "creates"), note.creates, kinds)
        yield from _answers((*path, "notes", n), note.answers, note.creates, kinds)


def _answers(
    path: Path, answers: dict[str, Any], code: str | None, kinds: dict[str, Kind | None]
) -> Iterator[Found]:
    """Answers that another kind begins with are answers to its report form."""
    kind = kinds.get(code or "")
    form = kind.report_form if kind else Form()
    if code in kinds and kind is None:
        return
    for name, value in answers.items():
        field = form.field(name)
        choices = {option.code for option in field.options} if field else set()
        if field is None or (choices and value not in choices):
            yield (
                (*path, "answers", name),
                _("The report form of that kind has no such answer. Look at its fields."),
            )


def _exists(path: Path, code: str | None, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    if code is not None and code not in kinds:
        yield (
            path,
            _("There is no kind “%(code)s” in this pack. Add it, or name another.")
            % {"code": code},
        )


def _zone_kind(path: Path, zone_kind: ZoneKind, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    yield from _unique((*path, "exits"), zone_kind.exits)
    for n, retask in enumerate(zone_kind.retasks):
        where = (*path, "retasks", n)
        if retask.kind != "*":
            yield from _exists((*where, "kind"), retask.kind, kinds)
        if retask.do == RetaskAct.CREATE:
            yield from _answers(where, retask.answers, retask.kind, kinds)
            yield from _all_answered(where, retask, kinds.get(retask.kind))
        yield from _care_goes_on(where, retask, kinds.get(retask.kind))
        kind = kinds.get(retask.kind)
        if kind is not None or retask.kind not in kinds:
            form = kind.report_form if kind else Form()
            yield from _checker(form)((*where, "when"), retask.when)


def _portal(path: Path, portal: Portal | None, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Residents are led to kinds that are there, and conditions read what is asked."""
    if portal is None:
        return
    if portal.help is not None:
        yield from _help_asked((*path, "help"), portal.help, kinds)
    if portal.screening is not None:
        where, asked = (*path, "screening"), portal.screening
        yield from _form((*where, "form"), asked.form)
        check = _checker(asked.form)
        yield from check((*where, "symptoms"), asked.symptoms)
        for n, advice in enumerate(asked.advice):
            yield from check((*where, "advice", n, "when"), advice.when)
        where = (*where, "call_back")
        yield from _exists((*where, "kind"), asked.call_back.kind, kinds)
        yield from _answers(where, asked.call_back.answers, asked.call_back.kind, kinds)


def _hotline(path: Path, hotline: Hotline | None, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """Needs become kinds that a telephone may report, and scripts that are named are there."""
    if hotline is None:
        return
    for name in ("categories", "scripts", "questions"):
        yield from _unique((*path, name), getattr(hotline, name))
    scripts = {script.code for script in hotline.scripts}
    if hotline.opening is not None and hotline.script(hotline.opening) is None:
        yield (*path, "opening"), _no_script(hotline.opening)
    for n, category in enumerate(hotline.categories):
        where = (*path, "categories", n)
        if category.script is not None and category.script not in scripts:
            yield (*where, "script"), _no_script(category.script)
        if category.kind is not None:
            yield from _exists((*where, "kind"), category.kind, kinds)
            yield from _answers(where, category.answers, category.kind, kinds)
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
    yield from _exists((*path, "kind"), asked.kind, kinds)
    kind = kinds.get(asked.kind)
    field = kind.report_form.field(asked.question) if kind else None
    if kind is not None and (field is None or not field.options):
        yield (
            (*path, "question"),
            _("The kind “%(kind)s” has no question “%(name)s” with options. Name another one.")
            % {"kind": asked.kind, "name": asked.question},
        )


def _all_answered(path: Path, retask: Retask, kind: Kind | None) -> Iterator[Found]:
    """What nobody is asked for must be answered by the pack."""
    for field in kind.report_form.fields if kind else ():
        if field.required is True and field.name not in retask.answers and not field.show_when:
            yield (
                (*path, "answers"),
                _("The report form of that kind asks for “%(field)s”. Answer it here.")
                % {"field": field.name},
            )


def _care_goes_on(path: Path, retask: Retask, kind: Kind | None) -> Iterator[Found]:
    """No zone holds up care: nobody waits for medicine because of a line on a map."""
    if retask.do == RetaskAct.HOLD and kind is not None and kind.realm in {"CARE", "HEALTH"}:
        yield (
            (*path, "do"),
            _("No zone holds up matters of care and health. Leave this out, or make it URGENCY."),
        )


Check = Callable[[Path, str | None], Iterator[Found]]


def _checker(form: Form) -> Check:
    """Checks conditions that read the answers of a form."""
    known = conditions.known({field.name: field.type.value for field in form.fields})
    options = {
        field.name: frozenset(option.code for option in field.options)
        for field in form.fields
        if field.options
    }

    def check(path: Path, text: str | None) -> Iterator[Found]:
        if text is not None:
            try:
                conditions.checked(text, known, options)
            except conditions.Unfit as unfit:
                yield path, str(unfit)

    return check


def _form(path: Path, form: Form) -> Iterator[Found]:
    check = _checker(form)
    for n, field in enumerate(form.fields):
        where = (*path, "fields", n)
        yield from check((*where, "show_when"), field.show_when)
        if isinstance(field.required, str):
            yield from check((*where, "required"), field.required)
        for m, option in enumerate(field.options):
            yield from check((*where, "options", m, "show_when"), option.show_when)
        if field.pattern and (wrong := conditions.pattern_fault(field.pattern)):
            yield (*where, "pattern"), wrong
        yield from _in_order(where, [later.name for later in form.fields[n:]], field.show_when)
        if field.default is not None and field.options:
            codes = {option.code for option in field.options}
            if field.default not in codes:
                yield (*where, "default"), _("The default is none of the options.")
    for n, rule in enumerate(form.checks):
        yield from check((*path, "checks", n, "that"), rule.that)


def _in_order(path: Path, later: list[str], condition: str | None) -> Iterator[Found]:
    """Fields are shown by answers that stand before them, so that none waits for itself."""
    if condition is None:
        return
    try:
        tree = conditions.tree(condition)
    except conditions.Unfit:
        return
    for root, *name in _names(tree):
        if root == "answers" and name and name[0] in later:
            yield (
                (*path, "show_when"),
                _("A field is shown by answers before it; “%(name)s” is asked only later.")
                % {"name": name[0]},
            )


def _names(tree: conditions.Tree) -> Iterator[list[str]]:
    if "var" in tree:
        yield tree["var"]
    for arg in tree.get("args", []):
        yield from _names(arg)
