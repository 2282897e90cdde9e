"""WHO SEES: what a user may not see does not exist for them. Every read starts here; the default is none.

Works on any user, the anonymous one included, and on a user reached through a token, whose ``token_project`` and
``token_scope`` (set by the authentication) narrow it further.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    Token,
)
from articles.models import Article, Outlet, Project, Revision

_SEE_ALL_LAYERS = [Role.EDITOR, Role.MANAGER]


def visible_memberships(user: Any) -> QuerySet[Membership]:
    """The memberships of the user's projects."""
    return Membership.objects.filter(project__in=visible_projects(user))


def visible_projects(user: Any) -> QuerySet[Project]:
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    mine = Membership.objects.filter(user=user)
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
    shared, independent = _roles(user)
    see_all = [project for project, role in (shared | independent).items() if role in _SEE_ALL_LAYERS]
    coding = [project for project, role in independent.items() if role == Role.CODER]
    reading = [project for project, role in independent.items() if role == Role.READER]
    seen = Q(article__project__in=list(shared), layer=Layer.SHARED)
    if independent:
        seen |= Q(article__project__in=list(independent), layer=Layer.OWN, coder=user.pk)
    if see_all:
        seen |= Q(article__project__in=see_all)
    if reading:
        seen |= Q(article__project__in=reading, layer=Layer.ADJUDICATED)
    if coding:
        open_coding = Coding.objects.filter(article=OuterRef("article"), layer=Layer.OWN, state=CodingState.OPEN)
        own_coding = Coding.objects.filter(article=OuterRef("article"), layer=Layer.OWN, coder=user.pk)
        seen |= Q(Exists(own_coding), ~Exists(open_coding), article__project__in=coding)
    return Coding.objects.filter(seen, article__purged_at=None)


def _roles(user: Any) -> tuple[dict[int, str], dict[int, str]]:
    """The user's role in each shared and in each independent project."""
    found = visible_projects(user).filter(memberships__user=user.pk).values_list("pk", "layers", "memberships__role")
    shared, independent = {}, {}
    for project, layers, role in found:
        (shared if layers == Layers.SHARED else independent)[project] = role
    return shared, independent


def visible_annotations(user: Any, kind: str) -> QuerySet[Annotation]:
    """Annotations of one kind in the layers that the user may read, those in the bin included."""
    return ANNOTATIONS[kind].objects.filter(coding__in=visible_codings(user))


def visible_places(user: Any) -> QuerySet[Place]:
    """Where annotations stood on former revisions, in the layers that the user may read."""
    codings = visible_codings(user)
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
    """Drafts are for those who assess; readers and coders see what is published or was withdrawn."""
    assessors = Membership.objects.filter(
        project=OuterRef("proposition__project"), user=user.pk, role__in=_SEE_ALL_LAYERS
    )
    return Assessment.objects.filter(
        ~Q(state="draft") | Q(Exists(assessors)), proposition__in=visible_propositions(user)
    )


def visible_codebook_fields(user: Any) -> QuerySet[CodebookField]:
    return CodebookField.objects.filter(project__in=visible_projects(user))


def visible_codebook_values(user: Any) -> QuerySet[CodebookValue]:
    return CodebookValue.objects.filter(project__in=visible_projects(user))


def visible_comments(user: Any) -> QuerySet[Comment]:
    """Comments on annotations that the user may read."""
    codings = visible_codings(user)
    seen = Q()
    for kind in ANNOTATIONS:
        seen |= Q(**{f"{kind}__coding__in": codings})
    return Comment.objects.filter(seen, deleted_at=None)


def visible_events(user: Any) -> QuerySet[Event]:
    """The history of the user's projects, without what happened in layers that the user may not read.

    Events about an assessment carry no coding; they are shown to those who may see drafts.
    """
    assessors = Membership.objects.filter(project=OuterRef("project"), user=user.pk, role__in=_SEE_ALL_LAYERS)
    return Event.objects.filter(project__in=visible_projects(user)).filter(
        Q(coding=None) | Q(coding__in=visible_codings(user)), ~Q(thing="assessment") | Q(Exists(assessors))
    )


def visible_tokens(user: Any) -> QuerySet[Token]:
    """One's own tokens, whatever one's role; a token shows no others."""
    if not user.is_authenticated or not user.is_active or getattr(user, "token", None):
        return Token.objects.none()
    return Token.objects.filter(user=user)
