"""Work that is done beside the browser, whose event loop keeps this thread from some of it."""

import threading


def work_off() -> None:
    """Do the jobs that wait; what goes wrong with them goes wrong in the journey."""
    from django.db import connections  # noqa: PLC0415  # needs the settings

    from kapok.access import jobs  # noqa: PLC0415

    errors: list[BaseException] = []

    def work() -> None:
        try:
            jobs.work_off()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert errors == []
