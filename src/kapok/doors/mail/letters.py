"""What a letter says: who, words, files; and whether a program wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser

MOST_BYTES = 40 << 20
MOST_FILES = 10
LONGEST = 5000
BY_PROGRAMS = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "bounce")
OURS = "X-Kapok-Loop"
QUOTED = re.compile(r"^(>|-{2,}\s*(Original Message|原始邮件|原始信件)|On .* wrote:$|在.*写道：?$)")


@dataclass(frozen=True)
class File:
    """A file of a letter."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """A letter as far as a report needs it.

    Attributes
    ----------
    key
        Its Message-ID, or the hash of its bytes: the same letter twice is one report.
    refusal
        Why it becomes no report: a program wrote it, or there is nothing in it.
    """

    key: str
    sender: str
    sender_name: str
    subject: str
    text: str
    files: tuple[File, ...]
    refusal: str = ""


def read(raw: bytes) -> Letter:
    """Read a letter, however broken it is."""
    digest = sha256(raw).hexdigest()
    if len(raw) > MOST_BYTES:
        return Letter(digest, "", "", "", "", (), "too large")
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    name, address = parseaddr(_header(message, "From"))
    subject, text = _header(message, "Subject")[:200], _text(message)
    files = tuple(_files(message))[:MOST_FILES]
    refusal = _by_program(message, address)
    if not refusal and not (text or subject or files):
        refusal = "empty"
    key = _header(message, "Message-ID").strip()[:300] or digest
    return Letter(key, address[:200], name[:100], subject, text[:LONGEST], files, refusal)


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; what cannot be read is empty."""
    try:
        return _storable(str(message.get(name, "")))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""


def _by_program(message: EmailMessage, address: str) -> str:
    """Answers of programs and lists are not answered with reports, so that no loop begins."""
    automatic = _header(message, "Auto-Submitted").lower()
    if automatic and not automatic.startswith("no"):
        return "automatic"
    if _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "bulk"
    if message.get(OURS) or message.get("List-Id") or message.get("X-Auto-Response-Suppress"):
        return "list or loop"
    if not address or address.lower().startswith(BY_PROGRAMS) or message.get("Return-Path") == "<>":
        return "no sender"
    return ""


def _text(message: EmailMessage) -> str:
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        if body is None:
            return ""
        content = body.get_content()
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return ""
    if not isinstance(content, str):
        return ""
    plain = content if body.get_content_subtype() == "plain" else _without_tags(content)
    return _without_quotes(_storable(plain))


def _without_quotes(text: str) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        if QUOTED.match(line.strip()):
            break
        lines.append(line.rstrip())
    return "\n".join(lines).strip()


def _storable(text: str) -> str:
    """Without what a database cannot keep."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        if tag in {"br", "p", "div", "tr"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"} and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def _without_tags(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.found)


def _files(message: EmailMessage) -> Iterator[File]:
    for part in message.walk():
        if part.is_multipart() or part.get_content_maintype() not in {"image", "audio"}:
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            yield File(sha256(data).hexdigest(), data)
