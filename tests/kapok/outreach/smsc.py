"""A small provider of text messages for tests: takes, refuses, drops, hangs up, sends receipts.

It speaks SMPP 3.4 as far as tests need it. What it took is in ``took``; it keeps receipts that
nobody has confirmed and sends them again to whoever binds next, as providers do.
"""

import contextlib
import socket
import struct
import threading

BIND, BIND_RESP = 0x00000009, 0x80000009
SUBMIT, SUBMIT_RESP = 0x00000004, 0x80000004
DELIVER, DELIVER_RESP = 0x00000005, 0x80000005
ENQUIRE, UNBIND = 0x00000015, 0x00000006
RESP = 0x80000000


def pdu(command, sequence, body=b"", status=0):
    return struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body


def strings(body, at, n):
    """So many zero-ended strings from a position; and where they end."""
    found = []
    for _turn in range(n):
        end = body.index(b"\0", at)
        found.append(body[at:end].decode("latin-1"))
        at = end + 1
    return found, at


class Provider:
    """Started as a context; ``port`` is where it listens."""

    def __init__(self):
        self.took = []  # (number, text)
        self.refuses = {}  # number -> status
        self.hangs_up_after = None  # so many messages, without an answer to the last
        self.throttles = False
        self.is_mute = False  # takes all, and never says anything
        self.asked_for_receipts = []  # numbers
        self.sends_receipts = True
        self.states = {}  # number -> such as UNDELIV
        self.hexadecimal = False  # names messages in the answer so, in receipts in decimal
        self.unconfirmed = {}
        self.binds = 0
        self._n = 0
        self._sequence = 1000
        self._lock = threading.RLock()
        self._line = None

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.hang_up()

    def hang_up(self):
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            self._line.close()

    def say(self, number, text):
        """Somebody sends a short message."""
        self._deliver(number, text.encode("utf-16-be"), esm_class=0, coding=8)

    def _serve(self):
        while True:
            try:
                self._line, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(self._line,), daemon=True).start()

    def _talk(self, line):
        with contextlib.suppress(OSError, ConnectionError):
            while True:
                head = self._exactly(line, 16)
                length, command, _status, sequence = struct.unpack(">LLLL", head)
                body = self._exactly(line, length - 16)
                self._answer(line, command, sequence, body)

    @staticmethod
    def _exactly(line, n):
        got = b""
        while len(got) < n:
            part = line.recv(n - len(got))
            if not part:
                raise ConnectionError
            got += part
        return got

    def _answer(self, line, command, sequence, body):
        if command == BIND:
            self.binds += 1
            [_system_id, password], _at = strings(body, 0, 2)
            status = 0 if password == "p" else 0x0E
            line.sendall(pdu(BIND_RESP, sequence, b"test\0", status))
            if not status:
                for again in list(self.unconfirmed.values()):
                    line.sendall(again)
        elif command == SUBMIT:
            self._take(line, sequence, body)
        elif command == DELIVER_RESP:
            with self._lock:
                self.unconfirmed.pop(sequence, None)
        elif command in {ENQUIRE, UNBIND}:
            line.sendall(pdu(command | RESP, sequence))

    def _take(self, line, sequence, body):
        at = body.index(b"\0") + 1 + 2
        [_source], at = strings(body, at, 1)
        at += 2
        [number], at = strings(body, at, 1)
        esm_class = body[at]
        at = at + 3
        [_later, _until], at = strings(body, at, 2)
        wants_receipt, coding, n = body[at], body[at + 2], body[at + 4]
        words = body[at + 5 : at + 5 + n]
        if esm_class & 0x40:
            words = words[words[0] + 1 :]
        text = words.decode("utf-16-be") if coding == 8 else words.decode("latin-1")
        if self.throttles or number in self.refuses:
            status = 0x58 if self.throttles else self.refuses[number]
            line.sendall(pdu(SUBMIT_RESP, sequence, b"\0", status))
            return
        if self.is_mute:
            self.took.append((number, text))
            return
        if wants_receipt:
            self.asked_for_receipts.append(number)
        with self._lock:
            self._n += 1
            name = f"{self._n + 171:x}" if self.hexadecimal else f"m{self._n}"
            self.took.append((number, text))
        hangs = self.hangs_up_after is not None and len(self.took) >= self.hangs_up_after
        if hangs:
            self.hangs_up_after = None
            line.close()
        else:
            line.sendall(pdu(SUBMIT_RESP, sequence, name.encode() + b"\0"))
        if wants_receipt and self.sends_receipts:
            said = str(int(name, 16)) if self.hexadecimal else name
            stat = self.states.get(number, "DELIVRD")
            receipt = f"id:{said} sub:001 dlvrd:001 submit date:2603021200 done date:2603021201 "
            receipt += f"stat:{stat} err:000 text:"
            self._deliver(number, receipt.encode(), esm_class=4, coding=0)

    def _deliver(self, number, words, *, esm_class, coding):
        with self._lock:
            self._sequence += 1
            body = b"\0\1\1" + number.encode() + b"\0\1\1kapok\0" + bytes([esm_class, 0, 0])
            body += b"\0\0" + bytes([0, 0, coding, 0, len(words)]) + words
            whole = pdu(DELIVER, self._sequence, body)
            self.unconfirmed[self._sequence] = whole
        with contextlib.suppress(OSError):
            self._line.sendall(whole)
