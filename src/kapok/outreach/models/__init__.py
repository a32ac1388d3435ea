"""Groups and representatives, notices and how they went down, messages, answers, channels."""

from kapok.outreach.models.answers import NoticeAnswer, OptOut, Receipt
from kapok.outreach.models.groups import LEVELS, Group, Representative
from kapok.outreach.models.notices import Notice, NoticeVersion, Passing
from kapok.outreach.models.sending import Channel, Message, Posted

__all__ = [
    "LEVELS",
    "Channel",
    "Group",
    "Message",
    "Notice",
    "NoticeAnswer",
    "NoticeVersion",
    "OptOut",
    "Passing",
    "Posted",
    "Receipt",
    "Representative",
]
