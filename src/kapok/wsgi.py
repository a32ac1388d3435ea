"""What the web server calls for each request."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from kapok.box.turns import Turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
_django = get_wsgi_application()
import_module("kapok.urls")  # all pages now, not while the first one waits
application = import_module("kapok.hotline.beat").Beat(Turns(_django))
