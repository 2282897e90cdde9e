"""What is done in the background, by the names under which actions ask for it."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from annotator.actions.transfers import forget_files
from annotator.jobs.imports import work_off_import

# A task that fails is tried again; the imports and exports themselves say when it is enough.
_AGAIN = RetryStrategy(max_attempts=20, linear_wait=2)


@app.task(name="import", retry=_AGAIN, pass_context=True)
def import_task(context: JobContext, id: str) -> None:
    work_off_import(id, stopping=context.should_abort)


@app.periodic(cron="17 * * * *")
@app.task(name="tidy")
def tidy(timestamp: int) -> None:
    """Each hour: what is kept for a while only."""
    forget_files()
