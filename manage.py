#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError
    from psycopg_pool import PoolTimeout

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Says what to set, and to what: where in Django it came to light helps nobody.
        sys.exit(str(error))
    except OperationalError as error:
        if not isinstance(error.__cause__, PoolTimeout):
            raise
        sys.exit(
            "The database cannot be reached. `make run` starts it, and so does `python -m annotator.embedded start`."
        )


if __name__ == "__main__":
    main()
