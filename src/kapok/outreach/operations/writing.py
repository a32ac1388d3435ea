"""A notice is written as a draft: who it is for, its words in both languages, how it goes down."""

import secrets as randomness
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.codes import span
from kapok.errors import NotAllowed, Refused
from kapok.outreach.box import of_post
from kapok.outreach.drafts import Draft, Said
from kapok.outreach.models import Notice, NoticeVersion
from kapok.outreach.texts import names_a_person
from kapok.outreach.workflow import MOVES, Audience, State, Topic, Way
from kapok.packs import look_up
from kapok.places.models import Area

LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # no vowels: they make no words
WRITE = Permission.NOTICE_WRITE


@transaction.atomic
def write(*, draft: Draft, by: User, at: datetime) -> Notice:
    """Keep a draft. Nobody but who may write notices there sees it."""
    _refuse_place(draft.place, draft.level)
    refuse(draft, at=at)
    made = Notice.objects.create(code=new_code(at=at), made_by=by, made_at=at, **_facts(draft))
    NoticeVersion.objects.create(
        notice=made, number=1, signed_by=by, signed_role=scope.current().role, signed_at=at,
        **words_of(draft.words),
    )  # fmt: skip
    return made


@transaction.atomic
def rewrite(*, notice_id: UUID, draft: Draft, by: User, at: datetime) -> Notice:
    """Change a draft."""
    notice = held(notice_id, "write")
    _refuse_place(draft.place, draft.level)
    refuse(draft, at=at)
    for name, value in _facts(draft).items():
        setattr(notice, name, value)
    notice.save()
    NoticeVersion.objects.filter(notice=notice, number=1).update(
        signed_by=by, signed_role=scope.current().role, signed_at=at, **words_of(draft.words)
    )
    return notice


@transaction.atomic
def drop(*, notice_id: UUID, by: User, at: datetime) -> None:
    """Drop a draft."""
    notice = held(notice_id, "drop")
    notice.state, notice.ended_at, notice.ended_by = State.DROPPED, at, by
    notice.save(update_fields=["state", "ended_at", "ended_by"])


def held(notice_id: UUID, move: str) -> Notice:
    """The notice, locked, if whoever acts may make the move with it now."""
    notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    _refuse_place(notice.place, notice.level)
    if State(notice.state) not in MOVES[move].sources:
        raise Refused(
            _("This notice is “%(state)s”, so that cannot be done. Write a new notice.")
            % {"state": notice.get_state_display()}
        )
    return notice


def new_code(*, at: datetime) -> str:
    """Of the short address: six letters and digits that no notice has, draft or not."""
    with scope.acting(of_post(at=at)):
        while True:
            code = "".join(randomness.choice(LETTERS) for _turn in range(6))
            if not Notice.objects.filter(code=code).exists():
                return code


def words_of(words: Said) -> dict[str, str]:
    """The words as fields of a version."""
    return {name: getattr(words, name).strip() for name in Said.__dataclass_fields__}


def refuse_words(words: Said) -> None:
    """Refuse words that are missing, too long, or name a person."""
    if not all(words_of(words).values()):
        raise Refused(_("Write title and text in Chinese and in English: each reader has theirs."))
    if len(words.title_zh) > 60 or len(words.title_en) > 120:
        raise Refused(_("Make the title shorter: it is all that a short message has room for."))
    if len(words.body_zh) > 4000 or len(words.body_en) > 8000:
        raise Refused(_("Make the text shorter; nobody reads more than a page."))
    if found := names_a_person("\n".join(words_of(words).values())):
        raise Refused(
            _(
                "“%(found)s” looks like somebody's papers or mobile. A notice goes to chats: say "
                "what to do and where, and name nobody."
            )
            % {"found": found}
        )


def refuse(draft: Draft, *, at: datetime) -> None:
    """Refuse what cannot be told so."""
    refuse_words(draft.words)
    if draft.topic not in Topic.values or draft.audience not in Audience.values:
        raise Refused(_("Choose what the notice is about and who it is for."))
    if draft.way not in Way.values:
        raise Refused(_("Choose how the notice goes down."))
    if draft.override_reason and not (draft.urgent and draft.topic == Topic.SAFETY):
        raise Refused(
            _(
                "Only an urgent notice about danger to life or health goes to telephones that want "
                "no messages. Mark it so, or leave the reason out."
            )
        )
    if draft.per_hour is not None and draft.per_hour < 1:
        raise Refused(_("Send at least one message in an hour, or leave the pace open."))
    refuse_last_day(draft.last_day, at=at)
    if draft.answer_kind:
        look_up.packs_at(draft.place, at).kind(draft.answer_kind)  # refused where there is none


def refuse_last_day(last_day: date | None, *, at: datetime) -> None:
    """Refuse a day that is over: nobody would be shown the notice."""
    if last_day is not None and last_day < localdate(at):
        raise Refused(_("The last day of the notice is over. Choose today or a later day."))


def _refuse_place(place: int, level: str) -> None:
    scope.require(WRITE, place)
    area = Area.objects.filter(code=place, level=level, valid_to=None).first()
    if area is None:
        raise Refused(_("There is no such area. Choose one of yours."))
    if not scope.current().covers(*span(area.code, area.level)):
        raise NotAllowed(_("You may write notices for your own areas and those inside them."))


def _facts(draft: Draft) -> dict[str, object]:
    return {
        "place": draft.place,
        "level": draft.level,
        "topic": draft.topic,
        "audience": draft.audience,
        "urgent": draft.urgent,
        "override_reason": draft.override_reason.strip(),
        "answer_kind": draft.answer_kind,
        "per_hour": draft.per_hour,
        "way": draft.way,
        "last_day": draft.last_day,
    }
