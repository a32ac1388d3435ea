"""The job of making a plan: outside any transaction, heard of once a second."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kapok.errors import Refused
from kapok.planning import making
from kapok.planning.operations import asking

BEAT_S = 1.0

Enter = Callable[[], AbstractContextManager[Any]]


class Watch:
    """Tells the database how far a plan is, and hears whether it is to stop."""

    def __init__(self, plan_id: UUID, enter: Enter) -> None:
        self.plan_id, self.enter = plan_id, enter
        self.progress = (0, 0)
        self.is_to_stop = False
        self._due = time.monotonic() + BEAT_S

    def on_progress(self, done: int, total: int) -> None:
        """Remember how far it is."""
        self.progress = (done, total)

    def should_stop(self) -> bool:
        """Ask the database, once a second at most."""
        if not self.is_to_stop and time.monotonic() >= self._due:
            self._due = time.monotonic() + BEAT_S
            done, total = self.progress
            with self.enter():
                self.is_to_stop = asking.note_progress(
                    plan_id=self.plan_id, done=done, total=total, at=timezone.now()
                )
        return self.is_to_stop


def compute(plan_id: UUID, *, enter: Enter) -> None:
    """Make a plan that was asked for; ``enter`` acts as whoever asked, in a transaction."""
    with enter():
        order = asking.begin_making(plan_id=plan_id, at=timezone.now())
    if order is None:
        return
    watch = Watch(plan_id, enter)
    try:
        made = making.make_apart(
            order, on_progress=watch.on_progress, should_stop=watch.should_stop
        )
    except (Refused, making.Lost) as error:
        with override(order.language), enter():
            problem = str(error) or _(
                "The program that planned was ended by the machine, for want of memory perhaps. "
                "Ask again, or for a smaller place."
            )
            asking.fail(plan_id=plan_id, problem=problem, at=timezone.now())
        return
    with enter():
        asking.finish(plan_id=plan_id, made=made, at=timezone.now())
