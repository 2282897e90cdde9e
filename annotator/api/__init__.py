"""The REST interface, for programs that have never met us.

REST framework loads whatever it finds installed for tests of its clients and for pages of its own, which we do not use:
an HTTP client of a hundred modules that is there for single sign-on, and a highlighter that is there for the tests.
"""

import sys

_UNUSED = {"requests", "pygments"} - sys.modules.keys()
sys.modules |= dict.fromkeys(_UNUSED)  # type: ignore[arg-type]  # None: importing it is refused

from rest_framework import compat  # noqa: E402, F401

for name in _UNUSED:
    del sys.modules[name]
