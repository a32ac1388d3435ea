"""``python -m bench.calls.context``: a call's page, among a million residents.

Each call comes from the telephone of somebody else of the district. The page is the whole one: who
it is, their home, the rules there, earlier calls, open matters, and both entries of the trace.
"""

import argparse
import os
import random
import statistics
import sys
import time
from datetime import datetime
from typing import Any


def main() -> None:
    """Fill a box of its own where it is empty, ask, and print one line of Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls.context", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="made-up residents")
    parser.add_argument("--calls", type=int, default=200)
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with people.")
    os.environ["KAPOK_DEMO"] = "yes"  # the account that answers has no second factor
    from kapok.box import session

    with session.running():
        from bench.people import town

        town.ensure(asked.people)
        times = answered(asked.calls)
        p50, p95 = (statistics.quantiles(times, n=100)[share - 1] * 1_000 for share in (50, 95))
        print(f"{len(times)} calls: page p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
              f"longest {max(times) * 1_000:.0f} ms")  # fmt: skip


def answered(n: int) -> list[float]:
    """Seconds until the page of each call is there."""
    from django.test import Client
    from django.utils import timezone

    from kapok.access.models import User

    at = timezone.now()
    made, _is_new = User.objects.get_or_create(
        username="bench-calls", defaults={"is_demo": True, "name": "bench"}
    )
    calls = _calls(made, n, at)
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    client.force_login(made)
    client.get(f"/hotline/calls/{calls[0]}/")  # packs and templates are read once
    times = []
    for call in calls:
        began = time.perf_counter()
        page = client.get(f"/hotline/calls/{call}/")
        times.append(time.perf_counter() - began)
        assert page.status_code == 200, page.status_code
        assert b"people-found" in page.content
    return times


def _calls(operator: Any, n: int, at: datetime) -> list[Any]:
    """Calls that were answered, each from somebody else's telephone."""
    from bench.people.town import DISTRICT
    from kapok.access import scope
    from kapok.access.models import Appointment
    from kapok.box import owner
    from kapok.codes import Level, span
    from kapok.hotline.models import Call, CallRecord, Line
    from kapok.people.models import Contact

    with scope.acting(scope.of_box(at=at)):
        if not Appointment.objects.filter(account=operator).exists():
            Appointment.objects.create(
                account=operator, role="hotline_worker", starts_at=at, given_at=at,
                areas=[[DISTRICT, Level.DISTRICT, "荔湾区"]],
                ranges=(span(DISTRICT, Level.DISTRICT),),
            )  # fmt: skip
    with owner.connected():
        line, _is_new = Line.objects.get_or_create(
            dialled="+862081110100",
            defaults={
                "place": DISTRICT, "level": "DISTRICT", "name_zh": "荔湾区红棉热线",
                "number": "020-8111 0100", "made_at": at,
            },
        )  # fmt: skip
        lo, hi = span(DISTRICT, Level.DISTRICT)
        some = Contact.objects.filter(place__gte=lo, place__lt=hi, person__left_at=None)
        known = list(some.values_list("value", "value_index")[: 50 * n])
        made = []
        for value, index in random.Random(0).sample(known, n):
            call = Call.objects.create(
                line=line, place=DISTRICT, source="SYSTEM", state="WRAP_UP", rang_at=at,
                answered_at=at, ended_at=at, operator=operator,
            )  # fmt: skip
            CallRecord.objects.create(call=call, phone=value, phone_index=index)
            made.append(call.pk)
    return made


if __name__ == "__main__":
    main()
