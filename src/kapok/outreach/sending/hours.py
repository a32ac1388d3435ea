"""When messages may go: not at night, unless urgent; and when something is tried again. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
QUIET_FROM, QUIET_TO = 22, 7
FIRST_WAIT = timedelta(minutes=1)  # of a message; then twice as long each time
MOST_TRIES = 8  # over two hours
VALID_FOR = timedelta(hours=4)  # the provider tries so long, then it says that it gave up
# A message that waited so long has no use any more; as outreach_good_for in sql/take.sql.
GOOD_FOR = {True: timedelta(hours=12), False: timedelta(hours=24)}  # by whether it is urgent
FIRST_PAUSE = timedelta(seconds=15)  # of a channel that does not answer
LONGEST_PAUSE = timedelta(minutes=10)


def is_quiet(at: datetime) -> bool:
    """Whether people sleep."""
    hour = at.astimezone(LOCAL).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def awake_after(at: datetime, wait: timedelta) -> datetime:
    """A moment after so much time in which people are awake; as outreach_awake_after in SQL."""
    opens, awake = timedelta(hours=QUIET_TO), timedelta(hours=QUIET_FROM - QUIET_TO)
    clock = at.astimezone(LOCAL) - opens
    day = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    days, rest = divmod(min(clock - day, awake) + wait, awake)
    return day + opens + timedelta(days=days) + rest


def takes(n_messages: int, per_hour: int, at: datetime, *, urgent: bool) -> timedelta:
    """How long it takes until the last of so many messages goes at a pace."""
    needed = timedelta(hours=n_messages / per_hour)
    return needed if urgent else awake_after(at, needed) - at


def next_try(n_tries: int, at: datetime) -> datetime | None:
    """When a message is tried again after so many tries; ``None``: no more."""
    if n_tries >= MOST_TRIES:
        return None
    return at + FIRST_WAIT * 2 ** max(0, n_tries - 1)


def next_pause(n_failed: int, at: datetime) -> datetime:
    """Until when a channel is left alone after so many failures one after another."""
    return at + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(n_failed - 1, 10))
