"""Text messages through a provider, by SMPP 3.4: a window of messages on the way, and receipts.

A message of several parts asks for a receipt of its last part. What the provider delivers is
answered only once it is stored (:meth:`Line.taken_over`), so that a killed sender loses no receipt:
the provider sends it again.
"""

import contextlib
import logging
import re
import select
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop
from smpplib import client, consts, exceptions, gsm, smpp

from kapok.access.phones import canonical
from kapok.errors import Refused
from kapok.outreach.sending.hours import VALID_FOR
from kapok.outreach.sending.letters import ChannelDown, Fate, Incoming, Letter, Outcome, Receipt

VALIDITY = f"000000{VALID_FOR // timedelta(hours=1):02}0000000R"  # relative: YYMMDDhhmmss
LONGEST = {"system_id": 15, "password": 8, "source": 20}  # what is longer would be cut off
WINDOW = 100  # parts on the way without an answer
TIMEOUT_S = 10
ENQUIRE_S = 30  # of silence; then the line is tried
MOST = 1000  # that comes in at once, before it is stored
THROTTLED = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
NEVER = frozenset(
    {consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVMSGLEN, consts.SMPP_ESME_RINVDSTTON}
)
SAID = re.compile(r"id:\s*(?P<id>\S+).*?stat:\s*(?P<stat>[A-Z]+)", re.IGNORECASE | re.DOTALL)
RECEIPT = 0x04  # in esm_class
DELIVERED = "DELIVRD"
ENDED = frozenset({DELIVERED, "EXPIRED", "DELETED", "UNDELIV", "REJECTD"})
STATES = {2: DELIVERED, 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
SHUT_OUT = gettext_noop("The provider does not let Kapok in")
SILENT = gettext_noop("The provider does not answer.")
HUNG_UP = gettext_noop("The provider hung up.")
UNFIT = gettext_noop(
    "Its host, account, password or sender cannot be used. Stop it, and set another one up."
)
QUIET = logging.getLogger("kapok.outreach.smpp")
QUIET.setLevel(logging.CRITICAL)  # the library would log numbers and words


class _Client(client.Client):
    """The library's client, which keeps what comes in until it is stored."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S, allow_unknown_opt_params=True)
        self.logger = QUIET
        self.came: list[Any] = []

    def _message_received(self, pdu: Any) -> None:
        self.came.append(pdu)

    def answer(self, pdu: Any) -> None:
        """Say that what came in is stored."""
        said = smpp.make_pdu("deliver_sm_resp", client=self, status=consts.SMPP_ESME_ROK)
        said.sequence = pdu.sequence
        self.send_pdu(said)


class Line:
    """An open line to a provider."""

    def __init__(self, secret: Mapping[str, Any]) -> None:
        self._secret = secret
        self._client: _Client | None = None
        self._parts: dict[int, tuple[UUID, bool]] = {}
        self._done: dict[UUID, Outcome] = {}
        self._n_parts: dict[UUID, int] = {}
        self._alive_s = time.monotonic()
        self.trouble = HUNG_UP  # of a line that is not open any more

    @property
    def is_open(self) -> bool:
        """Whether it is bound."""
        return self._client is not None

    def open(self) -> None:
        """Connect and bind, where that is not done. Raises :class:`ChannelDown`."""
        if self._client is not None:
            return
        if not is_fit(self._secret):
            raise ChannelDown(UNFIT)
        made = _Client(str(self._secret["host"]), int(self._secret["port"]))
        try:
            made.connect()
            made.bind_transceiver(
                system_id=str(self._secret["system_id"]),
                password=str(self._secret.get("password", "")),
            )
        except exceptions.PDUError as error:
            self._drop(made)
            raise ChannelDown(f"{SHUT_OUT}: {error.args[0]}") from error
        except (exceptions.ConnectionError, OSError) as error:
            self._drop(made)
            raise ChannelDown(SILENT) from error
        made.set_message_sent_handler(self._sent)
        made.set_error_pdu_handler(lambda pdu: None)  # each answer is looked at by its handler
        self._client = made

    def close(self) -> None:
        """Say good-bye."""
        made, self._client = self._client, None
        if made is not None:
            with contextlib.suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
                made.unbind()
            self._drop(made)

    def submit(self, letters: Sequence[Letter], *, wants_receipts: bool = True) -> list[Outcome]:
        """Send letters; an outcome for each. Where the line breaks on the way, each says so.

        A line on which nothing at all is answered is as good as broken, and is left.
        """
        self._parts, self._done, self._n_parts = {}, {}, {}
        began: set[UUID] = set()
        try:
            self.open()
            for letter in letters:
                began.add(letter.message)
                self._send(letter, wants_receipts=wants_receipts)
            deadline = time.monotonic() + TIMEOUT_S
            while self._parts and time.monotonic() < deadline:
                self._read(0.2)
            if self._parts and not self._done:
                self.abandon(SILENT)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            self.abandon()
        return [self._outcome(letter, began) for letter in letters]

    def poll(self, wait_s: float = 0.0) -> None:
        """Read what comes in by itself. Raises :class:`ChannelDown` where the line broke."""
        try:
            if time.monotonic() - self._alive_s > ENQUIRE_S and self._client is not None:
                self._alive_s = time.monotonic()
                self._client.send_pdu(smpp.make_pdu("enquire_link", client=self._client))
            while self._client is not None and len(self._client.came) < MOST and self._read(wait_s):
                wait_s = 0.0
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            self.abandon()
            raise ChannelDown(HUNG_UP) from error

    def came(self) -> tuple[list[Any], list[Receipt], list[Incoming]]:
        """What came in since: as it came (for :meth:`taken_over`), receipts, and messages."""
        pdus = list(self._client.came) if self._client else []
        if self._client:
            self._client.came = []
        receipts = [found for pdu in pdus if (found := receipt_of(pdu)) is not None]
        incoming = [said for pdu in pdus if (said := incoming_of(pdu)) is not None]
        return pdus, receipts, incoming

    def taken_over(self, pdus: Sequence[Any]) -> None:
        """Tell the provider that what came in is stored."""
        try:
            for pdu in pdus:
                if self._client is not None:
                    self._client.answer(pdu)
        except (exceptions.ConnectionError, OSError):
            self.abandon()  # it comes again, and changes nothing then

    def abandon(self, trouble: str = HUNG_UP) -> None:
        """Leave a line that broke."""
        self.trouble = trouble
        made, self._client = self._client, None
        if made is not None:
            self._drop(made)

    def _send(self, letter: Letter, *, wants_receipts: bool) -> None:
        assert self._client is not None
        parts, coding, esm_class = gsm.make_parts(letter.text)
        source = str(self._secret.get("source", ""))
        self._n_parts[letter.message] = len(parts)
        for n, part in enumerate(parts, start=1):
            while len(self._parts) >= WINDOW:
                if not self._read(TIMEOUT_S):
                    raise exceptions.ConnectionError("No answer to a full window.")
            pdu = self._client.send_message(
                source_addr_ton=consts.SMPP_TON_UNK if source.isdigit() else consts.SMPP_TON_ALNUM,
                source_addr_npi=consts.SMPP_NPI_ISDN if source.isdigit() else consts.SMPP_NPI_UNK,
                source_addr=source,
                dest_addr_ton=consts.SMPP_TON_INTL,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=letter.number.removeprefix("+"),
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=wants_receipts and n == len(parts),
                validity_period=VALIDITY,
            )
            self._parts[pdu.sequence] = (letter.message, n == len(parts))
        self._read(0.0)

    def _read(self, wait_s: float) -> bool:
        """Read one thing if there is one within the time."""
        assert self._client is not None
        readable, _w, _x = select.select([self._client._socket], [], [], wait_s)
        if not readable:
            return False
        self._client.read_once(auto_send_enquire_link=False)
        self._alive_s = time.monotonic()
        return True

    def _sent(self, pdu: Any) -> None:
        message, is_last = self._parts.pop(pdu.sequence, (None, False))
        if message is None:
            return
        n_parts = self._n_parts[message]
        if pdu.is_error():
            said = consts.DESCRIPTIONS.get(pdu.status, f"error {pdu.status}")
            fate = Fate.NEVER if pdu.status in NEVER else Fate.LATER
            if pdu.status in THROTTLED:
                fate = Fate.BACK
            self._done[message] = Outcome(message, fate, n_parts=n_parts, answer=str(said)[:100])
        elif is_last and message not in self._done:
            name = pdu.message_id or b""
            name = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)
            self._done[message] = Outcome(message, Fate.SENT, name, n_parts)

    def _outcome(self, letter: Letter, began: set[UUID]) -> Outcome:
        if letter.message in self._done:
            return self._done[letter.message]
        fate = Fate.UNSURE if letter.message in began else Fate.BACK
        return Outcome(letter.message, fate)

    @staticmethod
    def _drop(made: _Client) -> None:
        with contextlib.suppress(OSError, exceptions.ConnectionError):
            made.disconnect()


def is_fit(secret: Mapping[str, Any]) -> bool:
    """Whether a line can be told what is written down: hosts and the protocol know few signs."""
    try:
        str(secret.get("host", "")).encode("idna")
    except UnicodeError:
        return False
    said = [str(secret.get(name, "")) for name in LONGEST]
    return all(words.isascii() and words.isprintable() for words in said)


def receipt_of(pdu: Any) -> Receipt | None:
    """The receipt in what came in, by its fields or by its words; ``None`` where it is none."""
    if not int(pdu.esm_class or 0) & RECEIPT:
        return None
    said = _words(pdu)
    found = SAID.search(said)
    name = _text(getattr(pdu, "receipted_message_id", None)) or (found["id"] if found else "")
    stat = STATES.get(getattr(pdu, "message_state", None) or 0, "")
    stat = stat or (found["stat"].upper() if found else "")
    return Receipt(
        provider_id=name[:65],
        number=_number(pdu),
        is_delivered=stat == DELIVERED,
        is_final=stat in ENDED,
        said=stat[:100],
    )


def incoming_of(pdu: Any) -> Incoming | None:
    """A short message of somebody; ``None`` for a receipt."""
    if int(pdu.esm_class or 0) & RECEIPT:
        return None
    return Incoming(_number(pdu), _words(pdu).replace("\x00", ""))


def _words(pdu: Any) -> str:
    raw = bytes(pdu.short_message or b"") or bytes(getattr(pdu, "message_payload", None) or b"")
    if pdu.data_coding == consts.SMPP_ENCODING_ISO10646:
        return raw.decode("utf-16-be", "replace")
    return raw.decode("latin-1")


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return text.rstrip("\x00")


def _number(pdu: Any) -> str:
    """Whose number it is, as Kapok writes it: providers leave the plus out, some the country."""
    digits = _text(pdu.source_addr).lstrip("+")
    spellings = [f"+{digits}", digits]
    if pdu.source_addr_ton != consts.SMPP_TON_INTL:
        spellings.reverse()
    for spelling in spellings:
        with contextlib.suppress(Refused):
            return canonical(spelling)
    return ""
