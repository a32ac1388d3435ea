"""Kapok's own web server on the tests' database, with the certificate in its data folder.

Run as a process of its own: ``python https_server.py``; it says ``ready`` and ends with its parent.
"""

import os
import sys
import threading

import django
import segno

from kapok.box import folder, serve, statics
from kapok.box.tls import enrolment, pages, plain, reach

# A service worker that keeps one file, and a picture to be read.
PROBE = """importScripts(
    '/static/vendor/workbox/core/workbox-core.prod.js',
    '/static/vendor/workbox/routing/workbox-routing.prod.js',
    '/static/vendor/workbox/strategies/workbox-strategies.prod.js',
    '/static/vendor/workbox/precaching/workbox-precaching.prod.js',
);
self.skipWaiting();
workbox.precaching.precacheAndRoute([{url: '/static/kapok/kapok.css', revision: '1'}]);
workbox.routing.registerRoute(/never/, new workbox.strategies.NetworkFirst());
"""
TEXT = "https://grid.village.lan/p/红棉"


def main() -> None:
    """Serve until SIGTERM."""
    threading.Thread(target=serve.end_with, args=(os.getppid(),), daemon=True).start()
    django.setup()
    statics.collect(folder.data_folder())
    (folder.data_folder() / "static/probe.js").write_text(PROBE)
    segno.make_qr(TEXT).save(str(folder.data_folder() / "static/code.png"), scale=4, border=4)
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
