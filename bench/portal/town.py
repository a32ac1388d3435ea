"""A street with its online homes, and households whose telephones were proven."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.utils import timezone

from bench.intake import town as street
from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.access.residents import GOES_ON, RESIDENT
from kapok.access.scope import acting
from kapok.box import owner
from kapok.packs import look_up, operations
from kapok.packs.models import Pack
from kapok.portal.models import Doorway, PublicPhone, SelfReport
from kapok.portal.taking import taking
from kapok.portal.views.pages import NUMBER


@dataclass(frozen=True)
class Household:
    """A household with a session, and the address that it sends from."""

    session: str
    token: str
    home: str
    address: str


def ensure() -> list[str]:
    """The short addresses of ten communities, made where they are not there."""
    at = timezone.now()
    with owner.connected():
        if not street.Area.objects.filter(code=street.STREET).exists():
            street._areas(at)
    with acting(street.of_box(at=at)):
        if not Pack.objects.filter(code="gd-2021", state=Pack.State.IN_FORCE).exists():
            text = (operations.SHIPPED / "gd-2021.yaml").read_bytes()
            made = operations.draft(text=text, by=None, at=at)
            began = at - timedelta(minutes=1)
            operations.put_in_force(pack=made.pk, valid_from=began, by=None, at=at)
        look_up.forget()
    with acting(taking(at=at)):
        for c in range(1, street.N_COMMUNITIES + 1):
            place = street.STREET + c * 1000
            Doorway.objects.get_or_create(
                place=place, building=None, retired_at=None,
                defaults={"code": f"bench{c:03}", "made_at": at},
            )  # fmt: skip
            if not PublicPhone.objects.filter(place=place).exists():
                PublicPhone.objects.create(
                    place=place, label_zh="社区值班", number="020-81234567", made_at=at
                )
        return list(Doorway.objects.values_list("code", flat=True))


def households(n: int) -> list[Household]:
    """Households whose telephones were proven a moment ago; signing in is not what is measured."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    rows, made = [], []
    ends = timezone.now() + timedelta(hours=2)
    begin = int(timezone.now().timestamp()) % 10_000
    for i in range(n):
        phone = f"+8613{begin:04}{i:05}"
        session = store()
        session._session_key = session._get_new_session_key()
        data = {
            RESIDENT: phone_index(phone).hex(),
            GOES_ON: int(timezone.now().timestamp()),  # they opened the form just now
            NUMBER: base64.b64encode(secrets.encrypt(phone, about="phone")).decode(),
            "_session_expiry": 1800,
        }
        model = store.get_model_class()
        rows.append(
            model(
                session_key=session.session_key, session_data=session.encode(data), expire_date=ends
            )
        )
        address = f"127.{1 + i // 62_500 % 250}.{i // 250 % 250}.{2 + i % 250}"
        home = f"{i // 100}栋{i % 100}房 {begin}"
        made.append(Household(session.session_key, _get_new_csrf_string(), home, address))
    model.objects.bulk_create(rows, batch_size=2000)
    return made


def n_stored() -> int:
    """How many self-reports are stored."""
    with acting(taking(at=timezone.now())):
        return SelfReport.objects.count()


def n_calls() -> int:
    """How many households somebody calls back."""
    with acting(taking(at=timezone.now())):
        return SelfReport.objects.exclude(matter=None).values("matter").distinct().count()
