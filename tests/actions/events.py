"""What happened last, as the tests of the actions ask for it."""

from annotator.models import Event
from articles.models import Project


def events(project: Project, act: str = "") -> list[Event]:
    """The project's events in their order, those of one act when it is named."""
    found = Event.objects.filter(project=project).order_by("id")
    return list(found.filter(act=act) if act else found)


def last(project: Project) -> Event:
    return events(project)[-1]
