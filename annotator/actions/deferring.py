"""Work for later, in the background: named here, done by the functions of ``annotator/jobs/``."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

# Of two tasks that wait the one with the higher number goes first.
PRIORITY = {"deliver": 10}
# What waits for other people's servers has places of its own, so that these hold up nothing of ours.
OUTSIDE = "outside"
QUEUE = {"deliver": OUTSIDE, "feed": OUTSIDE}


def defer(task: str, *, at: datetime | None = None, once: str | None = None, **arguments: object) -> None:
    """Have a worker call ``annotator.jobs`` ``task`` with ``arguments``, which JSON can hold, from ``at`` on.

    Part of the transaction: when that is undone there is no such work. Of work under one name, ``once``, no more than
    one waits and no more than one is being done.
    """
    order = app.configure_task(
        task,
        schedule_at=at,
        queueing_lock=once,
        lock=once,
        priority=PRIORITY.get(task, 0),
        queue=QUEUE.get(task, "default"),
        allow_unknown=True,
    )
    with suppress(AlreadyEnqueued), transaction.atomic(savepoint=once is not None):
        order.defer(**arguments)  # type: ignore[arg-type]
