"""The changes of a person: what each is called, its form, and the operation that it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.people import forms, operations
from kapok.people.queries.start import Start, start_of

EDIT, KEEP = Permission.PERSON_EDIT, Permission.REGISTER_EDIT


@dataclass(frozen=True)
class Doing:
    """Who changes whom, and when."""

    person_id: UUID
    item: UUID | None
    by: User
    at: datetime

    @property
    def args(self) -> dict[str, Any]:
        """What every operation on a person takes."""
        return {"person_id": self.person_id, "by": self.by, "at": self.at}


@dataclass(frozen=True)
class Change:
    """One change of a person.

    Attributes
    ----------
    title, button, said
        For people: what it is, what the button says, what is said when it is done.
    permission
        What it needs.
    form
        Makes the form from what the file holds.
    do
        Calls the operation with what was typed.
    field
        The field that the purpose must need, if any.
    """

    title: Promise
    button: Promise
    said: Promise
    permission: Permission
    form: Callable[..., forms.Plain]
    do: Callable[[Any, Doing], Any]
    field: str = ""
    is_grave: bool = False
    hint: Promise | str = ""


def _facts(form: forms.FactsForm, doing: Doing) -> None:
    operations.correct_facts(facts=form.facts(), **doing.args)


def _papers(form: forms.PapersForm, doing: Doing) -> None:
    data = form.cleaned_data
    operations.correct_papers(kind=data["identity_kind"], number=data["identity"], **doing.args)


def _reach(form: forms.ReachForm, doing: Doing) -> None:
    operations.set_reach(**form.cleaned_data, **doing.args)


def _contact(form: forms.ContactForm, doing: Doing) -> None:
    operations.add_contact(reach=form.reach(), **doing.args)


def _no_contact(form: forms.Plain, doing: Doing) -> None:
    operations.remove_contact(contact_id=_item(doing), **doing.args)


def _move(form: forms.MoveForm, doing: Doing) -> None:
    people = [doing.person_id]
    if form.cleaned_data["with_all"]:
        people = list(start_of(doing.person_id).all_of_them)
    data = form.cleaned_data
    operations.move(
        person_ids=people,
        home=form.home(),
        presence=data["presence"],
        on=data["on"],
        by=doing.by,
        at=doing.at,
    )


def _leave(form: forms.LeaveForm, doing: Doing) -> None:
    operations.leave(on=form.cleaned_data["on"], **doing.args)


def _guardian(form: forms.GuardianForm, doing: Doing) -> None:
    operations.name_guardian(answering=form.answering(), **doing.args)


def _no_guardian(form: forms.Plain, doing: Doing) -> None:
    operations.end_guardian(guardian_id=_item(doing), **doing.args)


def _register(form: forms.RegisterForm, doing: Doing) -> None:
    kind = form.cleaned_data["kind"]
    operations.put_on_register(kind=kind, care=form.care(), **doing.args)


def _review(form: forms.CareForm, doing: Doing) -> None:
    operations.review_entry(entry_id=_item(doing), care=form.care(), **doing.args)


def _off(form: forms.Plain, doing: Doing) -> None:
    operations.take_off_register(entry_id=_item(doing), **doing.args)


def _consent(form: forms.ConsentForm, doing: Doing) -> None:
    agreement = operations.Agreement(**form.cleaned_data)
    operations.give_consent(agreement=agreement, **doing.args)


def _no_consent(form: forms.Plain, doing: Doing) -> None:
    operations.withdraw_consent(consent_id=_item(doing), **doing.args)


def _item(doing: Doing) -> UUID:
    if doing.item is None:
        raise Http404
    return doing.item


def _facts_form(start: Start, *data: Any) -> forms.Plain:
    return forms.FactsForm(*data, initial=start.facts)


def _papers_form(start: Start, *data: Any) -> forms.Plain:
    return forms.PapersForm(*data, initial=start.papers)


def _reach_form(start: Start, *data: Any) -> forms.Plain:
    return forms.ReachForm(*data, initial=start.reach)


def _day_form(kind: type[forms.Plain], start: Start, *data: Any) -> forms.Plain:
    return kind(*data, initial={"on": timezone.localdate(), "presence": "LIVING"})


def _guardian_form(start: Start, *data: Any) -> forms.Plain:
    return forms.GuardianForm(*data, housemates=list(start.housemates))


def _care_form(kind: type[forms.Plain], start: Start, *data: Any) -> forms.Plain:
    usual = {"review_on": operations.usual_review(timezone.now()), "tier": "B"}
    return kind(*data, initial=usual | start.care)


def _plain(kind: type[forms.Plain], start: Start, *data: Any) -> forms.Plain:
    return kind(*data)


CHANGES: dict[str, Change] = {
    "facts": Change(
        _("Correct name, birth date, relation"),
        _("Save"),
        _("Corrected."),
        EDIT,
        _facts_form,
        _facts,
    ),
    "papers": Change(
        _("Correct the papers"),
        _("Save"),
        _("Corrected."),
        EDIT,
        _papers_form,
        _papers,
        field="person.identity",
        hint=_("Leave the number empty to take the papers away."),
    ),
    "reach": Change(_("Languages and needs"), _("Save"), _("Saved."), EDIT, _reach_form, _reach),
    "contact": Change(
        _("Add a telephone"),
        _("Add"),
        _("The telephone is written down."),
        EDIT,
        partial(_plain, forms.ContactForm),
        _contact,
    ),
    "contact-remove": Change(
        _("Take this telephone away?"),
        _("Take away"),
        _("The telephone was taken away."),
        EDIT,
        partial(_plain, forms.Plain),
        _no_contact,
        is_grave=True,
    ),
    "move": Change(
        _("They moved"),
        _("Write the move down"),
        _("The move is written down."),
        EDIT,
        partial(_day_form, forms.MoveForm),
        _move,
        hint=_("To a building of your places. Who moved elsewhere has left."),
    ),
    "leave": Change(
        _("They left for good"),
        _("Write down that they left"),
        _("They are no longer of this place."),
        EDIT,
        partial(_day_form, forms.LeaveForm),
        _leave,
        is_grave=True,
        hint=_("Moved to another place, or died. Registers end with that day."),
    ),
    "guardian": Change(
        _("Name a guardian"),
        _("Save"),
        _("The guardian is written down."),
        KEEP,
        _guardian_form,
        _guardian,
        field="guardian.relation",
    ),
    "guardian-end": Change(
        _("They no longer have this guardian?"),
        _("End it"),
        _("The guardianship has ended."),
        KEEP,
        partial(_plain, forms.Plain),
        _no_guardian,
        field="guardian.relation",
        is_grave=True,
    ),
    "register": Change(
        _("Put on a register"),
        _("Put on the register"),
        _("They are on the register."),
        KEEP,
        partial(_care_form, forms.RegisterForm),
        _register,
        field="registerentry.kind",
    ),
    "register-review": Change(
        _("Review an entry"),
        _("It still holds"),
        _("The entry was reviewed."),
        KEEP,
        partial(_care_form, forms.CareForm),
        _review,
        field="registerentry.kind",
    ),
    "register-end": Change(
        _("Take off this register?"),
        _("Take off"),
        _("They are no longer on the register."),
        KEEP,
        partial(_plain, forms.Plain),
        _off,
        field="registerentry.kind",
        is_grave=True,
    ),
    "consent": Change(
        _("Write a consent down"),
        _("Save"),
        _("The consent is written down."),
        EDIT,
        partial(_plain, forms.ConsentForm),
        _consent,
    ),
    "consent-withdraw": Change(
        _("They take this consent back?"),
        _("Take it back"),
        _("The consent was taken back."),
        EDIT,
        partial(_plain, forms.Plain),
        _no_consent,
        is_grave=True,
    ),
}
BY_ITEM = frozenset(
    {
        "contact-remove",
        "guardian-end",
        "register-review",
        "register-end",
        "consent-withdraw",
    }
)
