"""Forms and conditions: what a question reads must be asked, and asked before."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from kapok.packs import conditions
from kapok.packs.crossing.naming import Found, Path
from kapok.packs.schema import Form

Check = Callable[[Path, str | None], Iterator[Found]]


def checker(form: Form) -> Check:
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


def of_form(path: Path, form: Form) -> Iterator[Found]:
    """What the fields of a form say of each other."""
    check = checker(form)
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
