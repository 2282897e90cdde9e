"""The worker: one process that does what waits in the queue, as many as are wanted, on any machine."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from annotator.actions.deferring import OUTSIDE
from annotator.actions.trace import CHANNEL as EVENTS
from annotator.jobs.webhooks import relay

logger = logging.getLogger(__name__)

# Jobs at once, by their queue.
PLACES = {"default": 3, OUTSIDE: 2}
HEARTBEAT = 5.0  # seconds between signs of life
STALLED = 20.0  # seconds without one, after which a worker counts as dead
SWEEP = 10.0  # seconds between looks for the jobs of dead ones
GATHER = 0.2  # seconds in which what happens is gathered before webhooks are sent on their way
LOOK = 5.0  # seconds between looks for webhooks that are due to be tried again
WAIT_AT_END = 8.0  # seconds for jobs to come to a place where they can be left


async def work(*, until_idle: bool = False) -> None:
    """Do the jobs of the queue until the process is told to end, or, with ``until_idle``, until none is due.

    A database that goes away ends the library's worker, with or without an exception: it is waited for.
    """
    # Each job has a connection, and so has the look for webhooks.
    pool = connections["default"].settings_dict["OPTIONS"]["pool"]
    pool["max_size"] = max(pool["max_size"], sum(PLACES.values()) + 1)
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        try:
            await _work(told, until_idle=until_idle)
        except Exception:
            if until_idle:
                raise
            logger.exception("The queue cannot be reached; again in %s s.", LOOK)
        if until_idle:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), LOOK)


async def _work(told: asyncio.Event, *, until_idle: bool) -> None:
    """Work until ``told`` to end, until the database goes away, or until nothing is due."""
    over = asyncio.Event()
    async with queue() as worker:
        working = asyncio.create_task(_run(worker, until_idle=until_idle))
        beside = [
            asyncio.create_task(_sweep_again_and_again(worker, over)),
            asyncio.create_task(_relay_again_and_again(over)),
        ]
        ending = asyncio.create_task(told.wait())
        try:
            await asyncio.wait([working, ending], return_when=asyncio.FIRST_COMPLETED)
            working.cancel()  # an end in good order: the jobs have time to come to a place where they can be left
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            # A connection that is being made may swallow that it was cancelled, and go on: the event ends it then.
            over.set()
            for task in (*beside, ending):
                task.cancel()
            await asyncio.gather(*beside, ending, return_exceptions=True)


async def _run(worker: DjangoApp, *, until_idle: bool) -> None:
    again = True
    while again:
        # All are waited for, also when one has ended: a job of another needs the connections to say what became of it.
        async with asyncio.TaskGroup() as serving:
            for queue in PLACES:
                serving.create_task(_serve(worker, queue, until_idle=until_idle))
        again = until_idle and await _is_due(worker)


async def _serve(worker: DjangoApp, queue: str, *, until_idle: bool) -> None:
    await worker.run_worker_async(
        queues=[queue],
        concurrency=PLACES[queue],
        wait=not until_idle,
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=STALLED,
        shutdown_graceful_timeout=WAIT_AT_END,
        delete_jobs="successful",
    )


async def _is_due(worker: DjangoApp) -> bool:
    """Whether a job waits now: one that ends may have asked for another."""
    now = timezone.now()
    waiting = await worker.job_manager.list_jobs_async(status="todo")
    return any(job.scheduled_at is None or job.scheduled_at <= now for job in waiting)


@contextlib.asynccontextmanager
async def queue() -> AsyncIterator[DjangoApp]:
    """The application's tasks on connections of the worker's own.

    Not the application with its connector replaced: what a job defers belongs to the job's own transaction.
    """
    app.perform_import_paths()
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=5, max_idle=settings.DATABASE_IDLE)
    worker = DjangoApp(connector=connector)
    worker.tasks = app.tasks
    worker.periodic_registry = app.periodic_registry
    async with worker.open_async():
        yield worker


async def _sweep_again_and_again(worker: DjangoApp, over: asyncio.Event) -> None:
    """Here and not as a job: a queue full of long jobs would keep it waiting."""
    while not over.is_set():
        try:
            await sweep(worker)
        except Exception:
            logger.exception("Stalled jobs could not be looked for; again in %s s.", SWEEP)
        await asyncio.sleep(SWEEP)


async def _relay_again_and_again(over: asyncio.Event) -> None:
    """Send webhooks on their way when something has happened, and look for those that are due again."""
    while not over.is_set():
        try:
            async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as listening:
                await listening.execute(f"LISTEN {EVENTS}")
                while not over.is_set():
                    await sync_to_async(_relay, thread_sensitive=False)()
                    # What is heard meanwhile waits in the connection; many at once are one turn.
                    await asyncio.sleep(GATHER)
                    async for _ in listening.notifies(timeout=LOOK, stop_after=1):
                        pass
        except Exception:
            logger.exception("Webhooks could not be looked after; again in %s s.", LOOK)
            await asyncio.sleep(LOOK)


def _relay() -> None:
    try:
        relay()
    finally:
        close_old_connections()


async def sweep(worker: DjangoApp, *, stalled: float = STALLED) -> int:
    """Put the jobs of workers that give no sign of life back into the queue; gives how many."""
    jobs = list(await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled))
    for job in jobs:
        logger.warning("Job %s was left by a worker that died; it goes on.", job.call_string)
        await worker.job_manager.retry_job(job)
    return len(jobs)
