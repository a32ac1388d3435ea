"""The pulse in front of everything: two hundred pages ask a thousand times a second.

Django would make an object of each request and send its signals, and requests wait for their turn
in another thread (:mod:`kapok.box.turns`), which all costs more than the answer. What is not a
pulse with a good token goes on, and is answered by the middleware where it is a bad one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kapok.hotline import pulse

Environ = dict[str, Any]
Begin = Callable[..., Any]
Application = Callable[[Environ, Begin], Iterable[bytes]]


class Beat:
    """A WSGI application that answers pulses, and lets another one answer all else."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, begin: Begin) -> Iterable[bytes]:
        """Answer from memory, in the thread that asks."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(pulse.PATH) or environ.get("REQUEST_METHOD") != "GET":
            return self._application(environ, begin)
        text = pulse.said(path.removeprefix(pulse.PATH))
        if text is None:
            return self._application(environ, begin)
        body = text.encode()
        begin("200 OK", [*pulse.HEADERS.items(), ("Content-Length", str(len(body)))])
        return [body]
