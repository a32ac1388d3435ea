"""Liwan with as many matters as asked for, written by SQL, and three desks that look at them."""

import sys
import time
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.box import first_load, owner
from kapok.codes import Level, span
from kapok.ids import uuid7
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody

DISTRICT = 440103000000000
DESKS = {
    "district": ("dispatcher", DISTRICT, Level.DISTRICT),
    "street": ("street_command", 440103015000000, Level.STREET),
    "community": ("community_lead", 440103015001000, Level.COMMUNITY),
}
KINDS = (
    ("lamp", "SERVICE", "路灯不亮"),
    ("rubbish", "SERVICE", "垃圾堆放"),
    ("noise", "ORDER", "噪声扰民"),
    ("breakout", "ORDER", "擅自闯出"),
    ("visit", "CARE", "上门探访"),
    ("fever", "HEALTH", "发热"),
)
CLOCK = {
    "code": "settle", "label": {"zh": "办结", "en": "Settle"}, "starts": {"move": "report"},
    "stops": {"state": "CLOSED"}, "limit": {"hours": 24}, "source": "ours",
    "at": [{"percent": 80, "do": "REMIND"}, {"percent": 100, "do": "LIST_LATE"}],
}  # fmt: skip
WORDS = (
    "示例小区门口的路灯坏了",
    "楼下垃圾没有人收",
    "半夜还在施工很吵",
    "有人翻墙出去",
    "老人独居需要探访",
    "孩子发热要去医院",
    "水管漏水流到街上",
    "井盖不见了很危险",
    "电梯停了没有人修",
    "外卖车堵住通道",
)


def ensure(n: int, n_open: int) -> None:
    """Load what is missing."""
    first_load.ensure_town()
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_matter")
        [there] = cursor.fetchone()
        if there < n:
            began = time.monotonic()
            _fill(cursor, _pack(), n - there, n_open)
            print(f"{n:,} matters in {time.monotonic() - began:.0f} s", file=sys.stderr)
    for name, (role, place, level) in DESKS.items():
        _account(name, role, place, level)


def _pack() -> Pack:
    body = {
        "code": "bench", "title": {"zh": "测", "en": "bench"}, "jurisdiction": 440000000000000,
        "valid_from": "2021-01-01", "sources": {"ours": {"text": "ours", "grade": "D"}},
        "calendar": {"zone": "Asia/Shanghai", "source": "ours",
                     "hours": [{"starts": "09:00", "ends": "18:00"}]},
        "kinds": [_kind(*kind) for kind in KINDS],
    }  # fmt: skip
    at = timezone.now() - timedelta(days=800)
    content = PackBody.model_validate(body).model_dump(mode="json", by_alias=True)
    found = Pack.objects.filter(code="bench").first()
    return found or Pack.objects.create(
        code="bench", version=1, jurisdiction=440000000000000, title=body["title"], body=content,
        text="", sha256="0" * 64, valid_from=at, state="IN_FORCE", made_at=at, in_force_at=at,
    )  # fmt: skip


def _kind(code: str, realm: str, label: str) -> dict:
    words = {"zh": label, "en": code}
    return {
        "code": code, "realm": realm, "label": words, "description": words, "category": "bench",
        "doors": ["PHONE"], "route": [{"to": "COMMUNITY"}], "clocks": [CLOCK], "source": "ours",
        "outcomes": [{"code": "settled", "label": {"zh": "已办", "en": "Settled"}}],
    }  # fmt: skip


def _fill(cursor, pack: Pack, n: int, n_open: int) -> None:
    """A matter each 30 seconds of the last year, in their order; what is open came last."""
    cursor.execute(
        """
        CREATE TEMP TABLE made AS
        WITH spot AS (
            SELECT array_agg(id ORDER BY id) AS ids, array_agg(place ORDER BY id) AS places,
                array_agg(lon ORDER BY id) AS lons, array_agg(lat ORDER BY id) AS lats,
                count(*)::integer AS n
            FROM places_building WHERE gone_at IS NULL
        ), drawn AS MATERIALIZED (
            SELECT i, 1 + floor(random() * spot.n)::integer AS b, random() AS r, random() AS u,
                i <= %(n_open)s AS is_open
            FROM spot, generate_series(1, %(n)s) AS i
        )
        SELECT uuidv7() AS id, i, spot.ids[b] AS building, spot.places[b] AS place,
            spot.lons[b] AS lon, spot.lats[b] AS lat, is_open, r, u,
            now() - CASE WHEN is_open THEN interval '2 days' * random()
                ELSE interval '2 days' + interval '363 days' * random() END AS at
        FROM drawn, spot
        """,
        {"n": n, "n_open": n_open},
    )
    cursor.execute("SELECT setseed(0)")
    kinds, realms = [kind for kind, _r, _l in KINDS], [realm for _k, realm, _l in KINDS]
    cursor.execute(
        """
        INSERT INTO matters_matter (id, number, kind, pack_id, realm, place, building_id, lon, lat,
            desk, door, state, urgency, received_at, state_since, closed_at, outcome, held_from,
            n_returned, n_reopened, due_at, steps, version, state_version, changed_in)
        SELECT id, nextval('matter_numbers'), (%(kinds)s::text[])[1 + i %% 6], %(pack)s,
            (%(realms)s::text[])[1 + i %% 6], place, building, lon, lat, 'COMMUNITY', 'PHONE',
            CASE WHEN NOT is_open THEN 'CLOSED' WHEN r < 0.5 THEN 'ACCEPTED'
                WHEN r < 0.8 THEN 'REPORTED' ELSE 'RETURNED' END,
            CASE WHEN u < 0.05 THEN 'RED' WHEN u < 0.2 THEN 'YELLOW' ELSE 'ORDINARY' END,
            at, at, CASE WHEN is_open THEN NULL ELSE at + interval '6 hours' END,
            CASE WHEN is_open THEN '' ELSE 'settled' END, '', 0, 0,
            CASE WHEN is_open THEN at + interval '24 hours' END, '[]', 2, 2, 0
        FROM made ORDER BY at
        """,
        {"kinds": kinds, "realms": realms, "pack": pack.pk},
    )
    cursor.execute(
        """
        INSERT INTO matters_report (id, matter_id, received_at, door, text, address, answers,
            notes, is_hidden)
        SELECT uuidv7(), id, at, 'PHONE', (%(words)s::text[])[1 + i %% 10] || ' ' || i, '', '{}',
            '[]', false
        FROM made ORDER BY at
        """,
        {"words": list(WORDS)},
    )
    cursor.execute(
        """
        INSERT INTO matters_matterclock (id, matter_id, code, state, started_at, base_at,
            base_percent, allowance, fired, n_extensions, run, due_at, next_at)
        SELECT uuidv7(), id, 'settle', CASE WHEN is_open THEN 'RUNNING' ELSE 'STOPPED' END, at, at,
            0, 100, 0, 0, 0, at + interval '24 hours',
            CASE WHEN is_open THEN at + interval '19 hours' END
        FROM made ORDER BY at
        """
    )
    cursor.execute("DROP TABLE made")
    for table in ("matters_matter", "matters_report", "matters_matterclock"):
        cursor.execute(f"VACUUM ANALYZE {table}")


def _account(name: str, role: str, place: int, level: Level) -> User:
    user, made = User.objects.get_or_create(
        username=f"bench-{name}",
        defaults={"is_demo": True, "password": make_password(None), "name": name},
    )
    if made:
        at = timezone.now()
        with scope.acting(scope.of_box(at=at)):
            Appointment.objects.create(
                id=uuid7(), account=user, role=role, areas=[[place, level, name]],
                ranges=(span(place, level),), starts_at=at, given_at=at,
            )  # fmt: skip
    return user
