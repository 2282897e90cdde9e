"""What is done in the background, by the names under which actions ask for it."""

from django.core.mail import send_mail
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from annotator.actions.allowances import forget_allowances
from annotator.actions.delivering import forget_deliveries
from annotator.actions.exports import forget_exports
from annotator.actions.following import defer_due_feeds, look_at_feed
from annotator.actions.previews import forget_previews
from annotator.actions.sketching import keep_sketches
from annotator.actions.transfers import forget_files
from annotator.jobs.exports import work_off_export
from annotator.jobs.imports import work_off_import
from annotator.jobs.webhooks import deliver
from articles.models import Project

# A task that fails is tried again; the imports and exports themselves say when it is enough.
_AGAIN = RetryStrategy(max_attempts=20, linear_wait=2)


@app.task(name="import", retry=_AGAIN, pass_context=True)
def import_task(context: JobContext, id: str) -> None:
    work_off_import(id, stopping=context.should_abort)


@app.task(name="sketches", retry=_AGAIN, pass_context=True)
def sketches_task(context: JobContext, project: int) -> None:
    """Of all texts of a project that have none."""
    while keep_sketches(Project.objects.get(pk=project)) and not context.should_abort():
        pass


@app.task(name="export", retry=_AGAIN)
def export_task(id: str) -> None:
    work_off_export(id)


@app.task(name="deliver", retry=_AGAIN)
def deliver_task(id: str) -> None:
    deliver(id)


@app.task(name="mail", retry=_AGAIN)
def mail_task(to: str, subject: str, text: str) -> None:
    send_mail(subject, text, None, [to])


@app.periodic(cron="*/5 * * * *")
@app.task(name="feeds")
def feeds(timestamp: int) -> None:
    """Every five minutes: the feeds whose time has come."""
    defer_due_feeds()


@app.task(name="feed", retry=_AGAIN)
def feed_task(id: str) -> None:
    look_at_feed(id)


@app.periodic(cron="17 * * * *")
@app.task(name="tidy")
def tidy(timestamp: int) -> None:
    """Each hour: what is kept for a while only."""
    forget_allowances()
    forget_files()
    forget_previews()
    forget_exports()
    forget_deliveries()
