"""What the web server calls for each request."""

import os

from django.core.wsgi import get_wsgi_application

from kapok.box.turns import Turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
application = Turns(get_wsgi_application())
