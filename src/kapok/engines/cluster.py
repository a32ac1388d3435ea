"""Parts done by the workers of a Dask cluster, on as many hosts as have joined it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, TypeVar

from distributed import Client, Future, KilledWorker, Security

from kapok.engines.parts import SMALL_BYTES, packed, work
from kapok.engines.versions import difference, versions
from kapok.errors import Refused
from kapok.words import gettext as _
from kapok.words import language, said_in
from kapok_planning.spreading import Spread

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_S = 10
LONGEST_S = 60  # between two looks at whether anybody is left to work
AHEAD = 3  # parts under way for each thread of the cluster, so that none waits for the next


@contextmanager
def on_cluster(address: str) -> Iterator[Spread]:
    """Work on the cluster whose scheduler has an address.

    ``Refused`` where it cannot be reached, has no workers or some of other versions, and when it
    goes away. Keys for ``tls://`` are those of Dask's own settings.
    """
    client = _connected(address)
    try:
        _refuse_other_versions(client, address)

        def spread(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
            return _spread(client, address, function, items)

        yield spread
    finally:
        client.close()


def _connected(address: str) -> Client:
    if address.startswith("tls://") and not _has_keys():
        raise Refused(
            _(
                "%(address)s wants keys, and Dask has none here; name them by "
                "DASK_DISTRIBUTED__COMM__TLS__CA_FILE and …__CLIENT__CERT, …__CLIENT__KEY "
                "(docs/how-to/cluster.md)."
            )
            % {"address": address}
        )
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False, name="kapok")
    except (OSError, ValueError) as error:
        raise Refused(
            _(
                "The scheduler at %(address)s does not answer (%(reason)s). Is it running "
                "(`dask scheduler`), is the port open, and are the keys those of the cluster?"
            )
            % {"address": address, "reason": _first_line(error)}
        ) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        client.close()
        raise Refused(
            _(
                "No worker has joined the scheduler at %(address)s; start some with "
                "`dask worker %(address)s`."
            )
            % {"address": address}
        ) from None
    return client


def _has_keys() -> bool:
    return Security().get_connection_args("client").get("ssl_context") is not None


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _refuse_other_versions(client: Client, address: str) -> None:
    """Refuse a cluster with a worker that could come to another plan."""
    ours = versions()
    for worker, found in client.run(versions, on_error="return").items():
        if not isinstance(found, dict):
            raise Refused(
                _(
                    "The worker %(worker)s of %(address)s cannot load Kapok (%(reason)s); install "
                    "version %(version)s there."
                )
                % {
                    "worker": worker,
                    "address": address,
                    "reason": _first_line(found),
                    "version": ours["kapok"],
                }
            )
        if told := difference(ours, found):
            raise Refused(_other(worker, told))


def _other(worker: str, told: str) -> str:
    return _(
        "The worker %(worker)s has %(versions)s; a plan must be made with the same versions "
        "everywhere, so install them there."
    ) % {"worker": worker, "versions": told}


def _spread(
    client: Client, address: str, function: Callable[[T], R], items: Iterable[T]
) -> Iterator[R]:
    """Results in order, a few parts ahead of whoever takes them."""
    bound = _at_hand(client, packed(function))
    n_ahead = AHEAD * max(1, sum(client.nthreads().values()))
    waiting: deque[Future] = deque()
    try:
        for item in items:
            waiting.append(
                client.submit(_work, versions(), language(), bound, packed(item), pure=False)
            )
            if len(waiting) >= n_ahead:
                yield _result(client, address, waiting.popleft())
        while waiting:
            yield _result(client, address, waiting.popleft())
    finally:
        client.cancel(list(waiting))


def _at_hand(client: Client, function: bytes) -> bytes | Future:
    """A function as it is told to workers: what is large travels to each of them once.

    It is the result of a task and not scattered data, so that the scheduler can make it again
    when the only worker that had it is lost.
    """
    return function if len(function) <= SMALL_BYTES else client.submit(bytes, function, pure=False)


def _work(ours: Mapping[str, str], language: str, function: bytes, item: bytes) -> Any:
    """Do a part; ``Refused`` on a worker of other versions, which may have joined in the middle."""
    with said_in(language):
        if told := difference(ours, versions()):
            raise Refused(_other(_("that took a part"), told))
        return work(function, item)


def _result(client: Client, address: str, future: Future) -> Any:
    """What came out of a part. Dask does it again elsewhere when its worker is lost."""
    while True:
        try:
            return future.result(timeout=LONGEST_S)
        except TimeoutError:
            if not client.nthreads():
                raise Refused(
                    _("%(address)s has lost all its workers; start some again.")
                    % {"address": address}
                ) from None
        except KilledWorker as error:
            raise Refused(
                _(
                    "%(n)s workers of %(address)s were lost one after another on the same part of "
                    "the work, as happens when memory runs out; give them more, or start fewer on "
                    "each host."
                )
                % {"n": error.allowed_failures + 1, "address": address}
            ) from None
        except (CancelledError, OSError) as error:
            raise Refused(
                _(
                    "The scheduler at %(address)s went away (%(reason)s); start it and give the "
                    "command again."
                )
                % {"address": address, "reason": _first_line(error)}
            ) from None
