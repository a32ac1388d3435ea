"""What tests do with what leaves the box: send it, and see what became of it."""

from datetime import timedelta

from kapok.outreach import tasks
from kapok.outreach.models import Channel

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = 11 * HOUR  # noon + 11 h: eleven in the evening
FIRST, SECOND = "8613800000001", "8613800000002"


def secret(provider, password="p"):
    return {
        "host": "127.0.0.1", "port": provider.port, "system_id": "k", "password": password,
        "source": "1069",
    }  # fmt: skip


def send(office, later=timedelta(), turns=3):
    for _turn in range(turns):
        tasks.send_messages(at=office.town.noon + later)


def states(office, version=None):
    return {message.place: message.state for message in office.messages(version)}


def channel_now(office, line):
    with office.post():
        return Channel.objects.get(pk=line.pk)
