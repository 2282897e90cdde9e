"""WHO MAY: one table of act → predicate. ``require`` is the first line of every action.

A predicate gets the asker's role in the subject's project and what it needs of the subject. What one may not *see*
is no business of this module (visibility.py): it is asked only about things that the asker sees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from annotator.domain.errors import Forbidden
from annotator.domain.layers import Layer
from annotator.domain.roles import Role
from annotator.models import Annotation, Coding, Comment, Membership, SavedSearch
from annotator.models.record import Record
from annotator.models.user import TokenScope
from articles.models import Article, Project


@dataclass(frozen=True)
class Asking:
    """Who asks: the user, the role in the project, and what is acted upon (the project itself for new things)."""

    user: Any
    role: Role
    subject: Any


Predicate = Callable[[Asking], bool]


def at_least(role: Role) -> Predicate:
    return lambda asking: asking.role.at_least(role)


def codes_this_layer(asking: Asking) -> bool:
    """A coder's own layer is that coder's alone; the shared one is for coders, the adjudicated for editors."""
    coding: Coding = asking.subject if isinstance(asking.subject, Coding) else asking.subject.coding
    match coding.layer:
        case Layer.OWN:
            return coding.coder_id == asking.user.pk and asking.role.at_least(Role.CODER)
        case Layer.ADJUDICATED:
            return asking.role.at_least(Role.EDITOR)
    return asking.role.at_least(Role.CODER)


def changes_this_annotation(asking: Asking) -> bool:
    """Others' annotations are changed by editors; a coder changes the own."""
    annotation: Annotation = asking.subject
    return codes_this_layer(asking) and (
        annotation.created_by_id == asking.user.pk or asking.role.at_least(Role.EDITOR)
    )


def made_it_alone_or_edits(asking: Asking) -> bool:
    """A record is its maker's to take back for as long as nobody else has changed it."""
    record: Record | Project = asking.subject
    alone = isinstance(record, Record) and record.created_by_id == record.changed_by_id == asking.user.pk
    return (alone and asking.role.at_least(Role.CODER)) or asking.role.at_least(Role.EDITOR)


def made_it_or_edits(asking: Asking) -> bool:
    comment: Comment = asking.subject
    own = comment.created_by_id == asking.user.pk and asking.role.at_least(Role.CODER)
    return own or asking.role.at_least(Role.EDITOR)


def keeps_it_or_edits(asking: Asking) -> bool:
    """A search is its maker's; one that is shared is mended by editors too."""
    search: SavedSearch = asking.subject
    return search.created_by_id == asking.user.pk or (search.shared and asking.role.at_least(Role.EDITOR))


_READER, _CODER, _EDITOR, _MANAGER = (at_least(role) for role in Role)

ACTS: dict[str, Predicate] = {
    "project.read": _READER,
    "project.change": _MANAGER,
    "member.add": _MANAGER,
    "member.change": _MANAGER,
    "member.remove": _MANAGER,
    "codebook.change": _MANAGER,
    "article.add": _CODER,
    "article.change": _EDITOR,
    "article.revise": _EDITOR,
    "article.delete": _EDITOR,
    "article.restore": _EDITOR,
    "article.purge": _MANAGER,
    "coding.open": codes_this_layer,
    "coding.set_state": codes_this_layer,
    "annotation.add": codes_this_layer,
    "annotation.change": changes_this_annotation,
    "annotation.delete": changes_this_annotation,
    "annotation.restore": changes_this_annotation,
    "record.add": _CODER,
    "record.change": _CODER,
    "record.delete": made_it_alone_or_edits,
    "record.restore": made_it_alone_or_edits,
    "record.merge": _EDITOR,
    "assessment.add": _EDITOR,
    "assessment.change": _EDITOR,
    "assessment.delete": _EDITOR,
    "assessment.restore": _EDITOR,
    "search.add": _READER,
    "search.share": _CODER,
    "search.change": keeps_it_or_edits,
    "search.delete": keeps_it_or_edits,
    "search.restore": keeps_it_or_edits,
    "export.add": _READER,
    "export.remove": _READER,
    "webhook.manage": _MANAGER,
    "feed.manage": _EDITOR,
    "comment.add": _CODER,
    "comment.change": made_it_or_edits,
    "comment.delete": made_it_or_edits,
    "comment.restore": made_it_or_edits,
}

# What a token of a scope may at the most; reading needs no act.
_SCOPES = {
    TokenScope.READ: ("project.read", "export."),
    TokenScope.ANNOTATE: (
        "project.read",
        "export.",
        "article.add",
        "coding.",
        "annotation.",
        "record.",
        "comment.",
        "assessment.",
        "search.",
    ),
    TokenScope.MANAGE: ("",),
}


def role_in(user: Any, project_id: int) -> Role | None:
    """The user's role in a project; none for who is not signed in, disabled, or there by a token of another."""
    token = getattr(user, "token", None)
    if not user.is_active or (token and token.project_id not in (None, project_id)):
        return None
    # Without the table's own order, which would join the users.
    role = Membership.objects.filter(user=user.pk, project=project_id).order_by().values_list("role", flat=True).first()
    return Role(role) if role else None


def may(user: Any, act: str, subject: Any) -> bool:
    """Whether ``user`` may do ``act`` to ``subject``, which is or belongs to a project."""
    role = role_in(user, project_of(subject))
    return role is not None and allows(act, Asking(user, role, subject))


def allows(act: str, asking: Asking) -> bool:
    """Whether the act is within the token's scope, if there is one, and for the asker's role."""
    return in_scope(asking.user, act) and ACTS[act](asking)


def in_scope(user: Any, act: str) -> bool:
    """Whether the token by which the user is here, if any, covers the act."""
    token = getattr(user, "token", None)
    return token is None or act.startswith(_SCOPES[TokenScope(token.scope)])


def require(user: Any, act: str, subject: Any, *, role: Role | None = None) -> None:
    """Raise Forbidden unless ``user`` may do ``act`` to ``subject``; ``role`` is the user's, where it is known."""
    may_do = may(user, act, subject) if role is None else allows(act, Asking(user, role, subject))
    if not may_do:
        raise Forbidden(f"You may not do this here: “{act}” is not for your role, layer or token.")


def project_of(subject: Any) -> int:
    """The id of the project that a thing belongs to."""
    match subject:
        case Project():
            return subject.pk
        case Coding():
            return _project_of_article(subject)
        case Annotation():
            return _project_of_article(subject.coding)
        case Comment():
            return _project_of_article(getattr(subject, subject.kind).coding)
    if hasattr(subject, "proposition_id"):
        return subject.proposition.project_id
    return subject.project_id


def _project_of_article(coding: Coding) -> int:
    article: Article = coding.article
    return article.project_id
