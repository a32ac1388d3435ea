"""The outbox: each message with what became of it; and the channels that it leaves by."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Kept, Located
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.outreach.models.groups import Group
from kapok.outreach.models.notices import NoticeVersion
from kapok.outreach.workflow import Sending

MANAGE = (Permission.CHANNEL_MANAGE, Permission.GROUP_MANAGE)
SEES = (Permission.CHANNEL_MANAGE, Permission.NOTICE_VIEW)


class Channel(models.Model):
    """A way out: text messages of a provider for an area, or the robot or address of one group.

    What it needs to be let in is encrypted. ``down_since`` and ``retry_at`` are the channel's own
    troubles: its messages keep waiting meanwhile, and none counts a try.
    """

    class Kind(models.TextChoices):
        """What it is."""

        SMPP = "SMPP", _("Text messages (SMPP)")
        WECOM = "WECOM", _("WeCom robot")
        DINGTALK = "DINGTALK", _("DingTalk robot")
        FEISHU = "FEISHU", _("Feishu robot")
        MAIL = "MAIL", _("Mail")
        WEBHOOK = "WEBHOOK", _("Another robot (webhook)")

    scope = Located(view=(*MANAGE, Permission.NOTICE_VIEW), edit=MANAGE, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="channels")
    secret = models.BinaryField()  # encrypted JSON: host, account, password, key of a robot
    per_second = models.FloatField()
    price_milli = models.PositiveIntegerField(default=0)  # of a part, in thousandths of a yuan
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    switched_by = models.ForeignKey(  # who stopped it or let it go on last
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    switched_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    down_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    n_failed = models.PositiveIntegerField(default=0)  # one after another
    last_answer = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["kind", "place"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="SMPP", group=None) | (~Q(kind="SMPP") & Q(group__isnull=False)),
                name="channel_of_a_chat_has_its_group",
            ),
            models.CheckConstraint(
                condition=Q(per_second__gt=0, per_second__lte=5000), name="channel_has_a_pace"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Posted(models.Model):
    """A text of the box's own outbox (a code, news of a report) that was given to a provider.

    Its key is that of the text, so that none is sent twice; others wait or came too late.
    """

    scope = Kept(view=Permission.CHANNEL_MANAGE)

    id = models.UUIDField(primary_key=True)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.id)


class Message(models.Model):
    """One message to one telephone or one chat. It holds keys, never a number and never words.

    The number is read from the contact at the moment of sending, the words from the newest version.
    To a chat goes the title with a short link, so ``contact`` and ``household`` are empty there.
    The database checks no key: a million rows are written in one go, and a person may be forgotten.
    """

    scope = Located(view=SEES, edit=SEES, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(
        NoticeVersion, models.CASCADE, db_constraint=False, db_index=False, related_name="messages"
    )
    place = models.BigIntegerField()
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    is_chat = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    language = models.CharField(max_length=2)  # zh, en
    household = models.UUIDField(null=True)
    contact = models.UUIDField(null=True)
    address_index = models.BinaryField()  # blind, of the number; of a chat its channel's key
    code = models.CharField(max_length=12)  # of the link in it
    state = models.CharField(max_length=10, choices=Sending.choices)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    n_parts = models.PositiveSmallIntegerField(default=0)
    cost_milli = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=65, null=True)  # unique where known
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # delivered, failed, cancelled
    opened_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=100, blank=True)  # what the channel said last

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["version", "due_at"],
                condition=Q(state=Sending.WAITING),
                name="message_waiting",
            ),
            models.Index(
                fields=["channel"],
                condition=Q(state=Sending.WAITING, is_chat=True),
                name="message_waiting_of_chat",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=Sending.TAKEN), name="message_taken"
            ),
            models.Index(
                fields=["sent_at"], condition=Q(state=Sending.UNSURE), name="message_unsure"
            ),
            models.Index(
                fields=["channel", "provider_id"],
                condition=Q(provider_id__isnull=False),
                name="message_by_provider_id",
            ),
            models.Index(fields=["version", "place", "state"], name="message_by_version"),
            models.Index(
                fields=["channel", "sent_at"],
                condition=Q(sent_at__isnull=False),
                name="message_of_channel_by_time",
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at__isnull=False, is_chat=False),
                name="message_text_by_time",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["address_index", "version"], name="message_goes_once_to_an_address"
            ),
            models.UniqueConstraint(fields=["code"], name="message_code_is_used_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)
