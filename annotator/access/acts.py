"""Which acts are open to somebody in a project as such: what a page offers. Each is still required when it is done."""

from collections.abc import Callable
from typing import Any

from annotator.access.rules import ACTS, Asking, allows, role_in
from articles.models import Project

# Acts on annotations, codings, comments, records and saved searches depend on whose they are: they are asked of each.
_OF_ONE = (
    *("annotation.", "coding.", "comment.", "record.delete", "record.restore"),
    *("search.change", "search.delete", "search.restore"),
)


def acts_in(user: Any, project: Project) -> frozenset[str]:
    role = role_in(user, project.pk)
    if role is None:
        return frozenset()
    asking = Asking(user, role, project)
    return frozenset(act for act in ACTS if not act.startswith(_OF_ONE) and allows(act, asking))


def may_each(user: Any, act: str, project: Project) -> Callable[[Any], bool]:
    """A predicate for many things of one project: may ``user`` do ``act`` to this one? The role is looked up once."""
    role = role_in(user, project.pk)
    return lambda subject: role is not None and allows(act, Asking(user, role, subject))
