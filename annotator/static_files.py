"""Collecting the static files, and only when one of them has changed: it costs more than the rest of a start."""

import fcntl
import hashlib
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Collect what the finders find into STATIC_ROOT, one process at a time; False when it is there already."""
    root = Path(settings.STATIC_ROOT)
    seen = fingerprint()
    with root.with_name(f"{root.name}.collected").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if root.is_dir() and mark.read() == seen:
            return False
        # Without the mark until it is whole: a killed run is repeated.
        mark.truncate(0)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write(seen)
    return True


def fingerprint() -> str:
    """A digest of every file's place, size and time, and of the storage that gives the files their names."""
    digest = hashlib.sha256(f"{settings.STORAGES['staticfiles']} {sys.version}".encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            there = Path(storage.path(name)).stat()
            digest.update(f"{storage.path(name)} {there.st_size} {there.st_mtime_ns}\n".encode())
    return digest.hexdigest()
