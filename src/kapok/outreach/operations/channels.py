"""Ways out: made, changed, stopped. What lets them in is encrypted and shown to nobody again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.codes import span
from kapok.errors import NotAllowed, Refused
from kapok.outreach.models import Channel, Group
from kapok.outreach.sending.smpp import LONGEST, is_fit
from kapok.places.models import Area

SECRET = "channel"
NEEDS = {
    Channel.Kind.SMPP: ("host", "port", "system_id", "password", "source"),
    Channel.Kind.WECOM: ("key",),
    Channel.Kind.DINGTALK: ("key",),
    Channel.Kind.FEISHU: ("key",),
    Channel.Kind.MAIL: ("url",),
    Channel.Kind.WEBHOOK: ("url",),
}
SWITCHED = ("switched_at", "switched_by")
MAY_BE_EMPTY = frozenset({"source", "password"})
SCHEMES = {
    Channel.Kind.MAIL: ("mailto://", "mailtos://"),
    Channel.Kind.WEBHOOK: ("json://", "jsons://"),
}


@dataclass(frozen=True)
class Way:
    """A way out that somebody sets up; ``secret`` as its kind needs."""

    kind: str
    name: str
    place: int
    level: str
    secret: Mapping[str, Any]
    per_second: float
    price_milli: int = 0


@transaction.atomic
def make(*, way: Way, by: User | None, at: datetime) -> Channel:
    """Set a way out up. Text messages are the administrator's; a group's robot its lead's too."""
    is_chat = way.kind != Channel.Kind.SMPP
    group = _group(way) if is_chat else None
    _refuse(way, is_chat=is_chat)
    return Channel.objects.create(
        kind=way.kind, name=way.name.strip()[:80], place=way.place, level=way.level, group=group,
        secret=secrets.encrypt(json.dumps(dict(way.secret)), about=SECRET),
        per_second=way.per_second, price_milli=way.price_milli, made_by=by, made_at=at,
    )  # fmt: skip


@transaction.atomic
def stop(*, channel_id: UUID, by: User | None, at: datetime) -> None:
    """Send nothing by it any more; what waits for it waits on, and is seen in the outbox."""
    found = _held(channel_id)
    found.stopped_at = found.switched_at = at
    found.switched_by = by
    found.save(update_fields=["stopped_at", *SWITCHED])


@transaction.atomic
def resume(*, channel_id: UUID, by: User | None, at: datetime) -> None:
    """Send by it again, at once, also where it was down."""
    found = _held(channel_id)
    found.stopped_at = found.down_since = found.retry_at = None
    found.n_failed, found.switched_at, found.switched_by = 0, at, by
    found.save(update_fields=["stopped_at", "down_since", "retry_at", "n_failed", *SWITCHED])


def secret_of(channel: Channel) -> dict[str, Any]:
    """What lets a channel in."""
    return dict(json.loads(secrets.decrypt(bytes(channel.secret), about=SECRET)))


def _held(channel_id: UUID) -> Channel:
    found = Channel.objects.select_for_update(of=("self",)).filter(pk=channel_id).first()
    if found is None:
        raise Http404
    _require(found.kind, found.place, found.level)
    return found


def _require(kind: str, place: int, level: str) -> None:
    if kind == Channel.Kind.SMPP or not scope.can(Permission.GROUP_MANAGE, place):
        scope.require(Permission.CHANNEL_MANAGE, place)
    if not scope.current().covers(*span(place, level)):
        raise NotAllowed(_("This is not one of your areas. Ask whoever answers for it."))


def _group(way: Way) -> Group:
    group = Group.objects.filter(place=way.place, level=way.level, ended_at=None).first()
    if group is None:
        raise Refused(_("There is no group of this area. Open the groups of the area first."))
    return group


def _refuse(way: Way, *, is_chat: bool) -> None:
    if way.kind not in NEEDS:
        raise Refused(_("Choose what kind of channel it is."))
    _require(way.kind, way.place, way.level)
    if not is_chat and not Area.objects.filter(code=way.place, level=way.level).exists():
        raise Refused(_("There is no such area. Choose one of yours."))
    missing = [
        name for name in NEEDS[Channel.Kind(way.kind)]
        if name not in MAY_BE_EMPTY and not str(way.secret.get(name, "")).strip()
    ]  # fmt: skip
    if missing or not way.name.strip():
        raise Refused(
            _("Fill in name and %(missing)s, so that the channel lets Kapok in.")
            % {"missing": "、".join(missing) or "–"}
        )
    if not is_chat:
        _refuse_unfit(way.secret)
    schemes = SCHEMES.get(Channel.Kind(way.kind))
    if schemes and not str(way.secret["url"]).startswith(schemes):
        raise Refused(
            _("Write its address so that it begins with %(schemes)s.")
            % {"schemes": " / ".join(schemes)}
        )
    if not 0 < way.per_second <= 5000:
        raise Refused(_("Send between a part of a message and 5,000 in a second."))


def _refuse_unfit(secret: Mapping[str, Any]) -> None:
    """Refuse what the protocol of text messages would misspell or cut off."""
    for name, most in LONGEST.items():
        if len(str(secret.get(name, ""))) > most:
            raise Refused(
                _("Write %(name)s in at most %(n)s signs: providers know no longer one.")
                % {"name": name, "n": most}
            )
    if not is_fit(secret):
        raise Refused(
            _(
                "Write host, account, password and sender in Latin letters and digits, as the "
                "provider gave them: it reads no others."
            )
        )
