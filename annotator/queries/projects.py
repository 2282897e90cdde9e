"""A member's projects, and the people in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import CharField, QuerySet

from annotator.access.visibility import Anybody, prepared_for, visible_memberships, visible_projects
from annotator.domain.roles import Role
from annotator.models import Membership
from annotator.models.prepared import Given, Prepared
from annotator.queries.articles import counts_by_progress
from annotator.queries.chosen_articles import Progress
from articles.models import Project


@dataclass(frozen=True)
class MyProject:
    """One of the asker's projects. ``done`` of its ``articles`` are done or adjudicated, in the layers one may read."""

    project: Project
    role: Role
    articles: int
    done: int


def my_projects(user: Any) -> list[MyProject]:
    projects: Sequence[Project] = list(visible_projects(user).order_by("name", "id"))
    roles = dict(visible_memberships(user).filter(user=user.pk).values_list("project", "role"))
    counts = counts_by_progress(user, projects)
    return [
        MyProject(
            project,
            Role(roles[project.pk]),
            articles=counts[project.pk].total(),
            done=counts[project.pk][Progress.DONE] + counts[project.pk][Progress.ADJUDICATED],
        )
        for project in projects
    ]


def project_of(user: Any, slug: str) -> Project | None:
    """The user's project of this slug. Most lists ask for it."""
    if (asked := prepared_for(user)) is None or "\x00" in slug:
        return None
    asker, given = asked
    columns = [field.attname for field in Project._meta.concrete_fields]
    return next((Project.from_db(None, columns, row) for row in _called(asker).rows(**given, slug=slug)), None)


@cache
def _called(asker: Anybody) -> Prepared:
    return Prepared(lambda: visible_projects(asker).filter(slug=Given("slug", CharField())))


def members(user: Any, project: Project) -> QuerySet[Membership]:
    return visible_memberships(user).filter(project=project).select_related("user", "project")


def my_memberships(user: Any) -> QuerySet[Membership]:
    """The asker's own memberships, by the project's name."""
    mine = visible_memberships(user).filter(user=user.pk)
    return mine.select_related("project").order_by("project__name", "project_id")
