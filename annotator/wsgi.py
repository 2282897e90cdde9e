"""The WSGI application: what a production server is pointed at (`annotator.wsgi:application`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
_django = get_wsgi_application()

from annotator.api.straight import Straight  # noqa: E402 - stands on Django, which is set up only now

application = Straight(_django)
