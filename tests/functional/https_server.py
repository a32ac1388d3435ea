"""Kapok's own web server on the tests' database, with the certificate in its data folder.

Run as a process of its own: ``python https_server.py``; it says ``ready`` and ends with its parent.
"""

import os
import sys
import threading

import django

from kapok.box import folder, serve, statics
from kapok.box.tls import enrolment, pages, plain, reach

PROBE = "static/probe.js"  # a service worker that does nothing


def main() -> None:
    """Serve until SIGTERM."""
    threading.Thread(target=serve.end_with, args=(os.getppid(),), daemon=True).start()
    django.setup()
    statics.collect(folder.data_folder())
    (folder.data_folder() / PROBE).write_text("self.addEventListener('fetch', () => {});\n")
    here = reach.of(os.environ)
    enrolled = enrolment.of(here, os.environ)
    port = enrolment.chosen_port(here, os.environ)
    assert enrolled is not None
    assert port is not None
    answers = plain.Answers(pages.files(enrolled), here.base, frozenset(here.hosts))
    with plain.beside(here.ip, port, answers):
        serve.serve(here, on_ready=say_ready)


def say_ready() -> None:
    """Tell the test that the server answers."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
