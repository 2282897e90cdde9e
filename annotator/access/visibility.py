"""WHO SEES: what a user may not see does not exist for them. Every read starts here; the default is none.

Works on any user, the anonymous one included, and on a user reached through a token, whose ``token_project`` and
``token_scope`` (set by the authentication) narrow it further.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet

from annotator.domain.layers import CodingState, Layer, Layers
from annotator.domain.roles import Role
from annotator.models import (
    ANNOTATIONS,
    Annotation,
    Assessment,
    CodebookField,
    CodebookValue,
    Coding,
    Comment,
    Entity,
    Event,
    Issue,
    Membership,
    Place,
    Proposition,
    PropositionLink,
    SavedSearch,
    Token,
)
from annotator.models.prepared import Given, Prepared
from articles.models import Article, Outlet, Project, Revision

_SEE_ALL_LAYERS = [Role.EDITOR, Role.MANAGER]


Roles = dict[tuple[str, str], list[int]]  # layers of a project, role in it → projects


@dataclass(frozen=True)
class Anybody:
    """Who asks, in statements that are prepared for all who may: ``user`` and ``project`` are given when they are run.

    Of somebody who is no active user nothing may be asked with it.
    """

    by_token_of_a_project: bool = False
    is_authenticated = is_active = True
    pk = Given("user", BigIntegerField())
    project_id = Given("project", BigIntegerField())

    @property
    def token(self) -> "Anybody | None":
        return self if self.by_token_of_a_project else None


def prepared_for(user: Any) -> tuple[Anybody, dict[str, Any]] | None:
    """In whose place a user is put where statements are prepared, and what these are given of them.

    None of somebody who is no active user, and so sees nothing.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    token = getattr(user, "token", None)
    project = token.project_id if token else None
    return Anybody(project is not None), {"user": user.pk, "project": project}


def visible_memberships(user: Any) -> QuerySet[Membership]:
    """The memberships of the user's projects."""
    return Membership.objects.filter(project__in=visible_projects(user))


def visible_projects(user: Any) -> QuerySet[Project]:
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    mine = Membership.objects.filter(user=user.pk)
    if (token := getattr(user, "token", None)) and token.project_id:
        mine = mine.filter(project=token.project_id)
    return Project.objects.filter(id__in=mine.values("project"))


def visible_articles(user: Any) -> QuerySet[Article]:
    """Articles of the user's projects, those in the bin included: lists take ``.kept()``."""
    return Article.objects.filter(project__in=visible_projects(user), purged_at=None)


def visible_revisions(user: Any) -> QuerySet[Revision]:
    return Revision.objects.filter(article__in=visible_articles(user))


def visible_outlets(user: Any) -> QuerySet[Outlet]:
    return Outlet.objects.filter(project__in=visible_projects(user))


def visible_codings(user: Any) -> QuerySet[Coding]:
    """The layers that the user may read.

    Shared layers: every member. In an independent project editors and managers see all; readers the adjudicated; a
    coder the own layers and, once all codings of an article are done, the own among them, the others of that article.

    The user's roles are read first, so that the query that is built on this, often as a part of another, is as small
    as they allow: with what all roles need at once a list of 50 articles took twice the processor time.
    """
    return _readable_codings(user).begun()


def codings_in(user: Any, project: Project) -> QuerySet[Coding]:
    """The same of articles of one project that the user is known to see: nothing is asked of the articles."""
    for (layers, role), projects in roles(user).items():
        if project.pk in projects:
            return Coding.objects.filter(readable(layers, role, user.pk)).begun()
    return Coding.objects.none()


def _readable_codings(user: Any) -> QuerySet[Coding]:
    """The layers that the user may read, and those that were taken back: what was in them lies in the bin."""
    return Coding.objects.filter(_in_readable_layer(user), article__purged_at=None)


def _in_readable_layer(user: Any, of: str = "", *, having: Roles | None = None) -> Q:
    """That the user, ``having`` these roles, may read a layer, or what belongs to one (``of`` it: “coding__”)."""
    seen = Q(pk__in=[])
    for (layers, role), projects in (roles(user) if having is None else having).items():
        seen |= Q(readable(layers, role, user.pk, of), **{f"{of}article__project__in": projects})
    return seen


def readable(layers: str, role: str, user_id: Any, of: str = "") -> Q:
    """Which layers of a project with such ``layers`` its member of this role may read."""
    if role in _SEE_ALL_LAYERS:
        return Q()
    if layers == Layers.SHARED:
        return Q(**{f"{of}layer": Layer.SHARED})
    own = Q(**{f"{of}layer": Layer.OWN, f"{of}coder": user_id})
    if role == Role.READER:
        return own | Q(**{f"{of}layer": Layer.ADJUDICATED})
    of_article = Coding.objects.begun().filter(article=OuterRef(f"{of}article"), layer=Layer.OWN)
    return own | Q(Exists(of_article.filter(coder=user_id)), ~Exists(of_article.filter(state=CodingState.OPEN)))


def reads_every_layer(user: Any, projects: set[int]) -> bool:
    """Whether there is no layer in these projects that the user may not read. Shared ones have shared layers alone."""
    of_all = {
        pk
        for (layers, role), found in roles(user).items()
        if layers == Layers.SHARED or role in _SEE_ALL_LAYERS
        for pk in found
    }
    return projects <= of_all


def roles(user: Any) -> Roles:
    """The user's projects by their ``layers`` and the user's role in them."""
    projects: Roles = {}
    if asked := prepared_for(user):
        asker, given = asked
        for pk, layers, role in _roles(asker).rows(**given):
            projects.setdefault((layers, role), []).append(pk)
    return projects


@cache
def _roles(asker: Anybody) -> Prepared:
    def projects() -> QuerySet:
        mine = visible_projects(asker).filter(memberships__user=asker.pk)
        return mine.values_list("pk", "layers", "memberships__role")

    return Prepared(projects)


def visible_annotations(user: Any, kind: str) -> QuerySet[Annotation]:
    """Annotations of one kind in the layers that the user may read, those in the bin included."""
    return ANNOTATIONS[kind].objects.filter(coding__in=_readable_codings(user))


def visible_places(user: Any) -> QuerySet[Place]:
    """Where annotations stood on former revisions, in the layers that the user may read."""
    codings = _readable_codings(user)
    seen = Q()
    for kind in ANNOTATIONS:
        seen |= Q(**{f"{kind}__coding__in": codings})
    return Place.objects.filter(seen)


def visible_entities(user: Any) -> QuerySet[Entity]:
    return Entity.objects.filter(project__in=visible_projects(user))


def visible_issues(user: Any) -> QuerySet[Issue]:
    return Issue.objects.filter(project__in=visible_projects(user))


def visible_propositions(user: Any) -> QuerySet[Proposition]:
    return Proposition.objects.filter(project__in=visible_projects(user))


def visible_proposition_links(user: Any) -> QuerySet[PropositionLink]:
    return PropositionLink.objects.filter(from_proposition__in=visible_propositions(user))


def visible_assessments(user: Any) -> QuerySet[Assessment]:
    """Drafts are for those who assess; readers and coders see what is published or was withdrawn.

    Where the user assesses is read first, so that the condition is one of columns alone.
    """
    assessing = [pk for (_, role), found in roles(user).items() if role in _SEE_ALL_LAYERS for pk in found]
    return Assessment.objects.filter(
        ~Q(state="draft") | Q(proposition__project__in=assessing), proposition__in=visible_propositions(user)
    )


def visible_codebook_fields(user: Any) -> QuerySet[CodebookField]:
    return CodebookField.objects.filter(project__in=visible_projects(user))


def visible_codebook_values(user: Any) -> QuerySet[CodebookValue]:
    return CodebookValue.objects.filter(project__in=visible_projects(user))


def visible_comments(user: Any) -> QuerySet[Comment]:
    """Comments on annotations that the user may read, those that were taken back included.

    Each is looked at for itself, by joins: of several alternatives PostgreSQL would collect all layers beforehand.
    """
    seen, having = Q(pk__in=[]), roles(user)
    for kind in ANNOTATIONS:
        of = f"{kind}__coding__"
        seen |= Q(
            _in_readable_layer(user, of, having=having), **{f"{of}article__purged_at": None, f"{kind}__isnull": False}
        )
    return Comment.objects.filter(seen)


def visible_searches(user: Any) -> QuerySet[SavedSearch]:
    """One's own, and those that are shared with all members."""
    return SavedSearch.objects.filter(Q(created_by=user.pk) | Q(shared=True), project__in=visible_projects(user))


def visible_events(user: Any) -> QuerySet[Event]:
    """The history of the user's projects, without what happened in layers that the user may not read.

    Events about an assessment carry no coding; those about a draft are shown to those who may see drafts. Of a search
    that is not shared, to who keeps it and nobody else.
    """
    assessors = Membership.objects.filter(project=OuterRef("project"), user=user.pk, role__in=_SEE_ALL_LAYERS)
    return Event.objects.filter(project__in=visible_projects(user)).filter(
        Q(coding=None) | Q(_in_readable_layer(user, "coding__"), coding__article__purged_at=None),
        ~Q(thing="assessment") | _OF_NO_DRAFT | Q(Exists(assessors)),
        ~Q(thing="search") | Q(by=user.pk) | Q(after__shared=True),
    )


# What is published or was withdrawn, and no former words of a draft; or that it is a draft again, without its words.
_OPEN = ["published", "withdrawn"]
_OF_NO_DRAFT = Q(act="assessment.reopened") | Q(
    Q(before__isnull=True) | Q(before__state__isnull=True) | Q(before__state__in=_OPEN), after__state__in=_OPEN
)


def visible_tokens(user: Any) -> QuerySet[Token]:
    """One's own tokens, whatever one's role; a token shows no others."""
    if not user.is_authenticated or not user.is_active or getattr(user, "token", None):
        return Token.objects.none()
    return Token.objects.filter(user=user)
