#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Says what to set, and to what: where in Django it came to light helps nobody.
        sys.exit(str(error))
    except OperationalError as error:
        if "DATABASE_URL" in os.environ:
            raise
        sys.exit(
            f"{error}\nIs the database up? `make run` starts it, and so does `python -m annotator.embedded start`."
        )


if __name__ == "__main__":
    main()
