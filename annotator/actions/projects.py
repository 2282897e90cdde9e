"""Projects and their members."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from annotator.access.rules import in_scope, require
from annotator.actions.checking import check
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.codebook import FIELDS
from annotator.domain.errors import Forbidden, NotNow, Problem, Refused
from annotator.domain.roles import Role
from annotator.models import CodebookField, CodebookValue, Membership, User
from annotator.queries import wire
from articles.drafts import is_language
from articles.models import Project

_CHANGEABLE = ("name", "description", "language")


@transaction.atomic
def create_project(
    *, slug: str, name: str, by: User, description: str = "", language: str = "en", layers: str = "shared"
) -> Project:
    """Make a project with the default codebook; ``by`` becomes its manager."""
    _require_maker(by)
    project = Project(slug=slug, name=name, description=description, language=language, layers=layers)
    _check(project, ["slug", "name", "description", "language", "layers"])
    with explained({"slug": slug, "layers": layers}):
        project.save()
    CodebookField.objects.bulk_create(
        CodebookField(project=project, name=field.name, in_use=not field.optional) for field in FIELDS.values()
    )
    CodebookValue.objects.bulk_create(
        CodebookValue(project=project, field=field.name, position=position, **asdict(value))
        for field in FIELDS.values()
        for position, value in enumerate(field.values, start=1)
    )
    Membership.objects.create(project=project, user_id=by.pk, role=Role.MANAGER)
    _trace("project.created", project, by=by, after=wire.project(project))
    return project


@transaction.atomic
def change_project(project: Project, *, by: User, version: int, **changes: Any) -> Project:
    """Change name, description or language. ``slug`` and ``layers`` are for good."""
    require(by, "project.change", project)
    for name in changes:
        if name not in _CHANGEABLE:
            raise Refused(Problem(name, changes[name], f"`{name}` of a project cannot be changed."))
    before = wire.project(project)
    for name, value in changes.items():
        setattr(project, name, value)
    _check(project, changes)
    save_changes(
        project,
        version=version,
        current=lambda: wire.project(Project.objects.get(pk=project.pk)),
        **{name: getattr(project, name) for name in changes},
    )
    _trace("project.changed", project, by=by, before=before, after=wire.project(project))
    return project


@transaction.atomic
def add_member(project: Project, user: User, role: str, *, by: User) -> Membership:
    """Make ``user`` a member; Refused when they are one already."""
    require(by, "member.add", project)
    membership = Membership(project=project, user=user, role=_known(role))
    with explained({"user": user.username}):
        membership.save(force_insert=True)
    _trace("member.added", project, by=by, after=wire.member(membership))
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User) -> Membership:
    """Give a member another role. The last manager stays one."""
    require(by, "member.change", membership.project)
    before = wire.member(membership)
    if _known(role) != Role.MANAGER:
        _require_another_manager(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _trace("member.changed", membership.project, by=by, before=before, after=wire.member(membership))
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """End a membership; what the member wrote stays. The last manager cannot go."""
    require(by, "member.remove", membership.project)
    _require_another_manager(membership)
    before = wire.member(membership)
    membership.delete()
    _trace("member.removed", membership.project, by=by, before=before)


@transaction.atomic
def invite(project: Project, *, email: str, role: str, by: User) -> Membership:
    """Make an account for an e-mail address that has none, without a usable password, and a member of it."""
    require(by, "member.add", project)
    user = User(email=email)
    check(user, ["email"])
    if not email:
        raise Refused(Problem("email", email, "`email` is required: it is where the invitation goes."))
    user.username = _free_username(email)
    user.set_unusable_password()
    with explained({"username": user.username}):
        user.save()
    return add_member(project, user, role, by=by)


def _require_maker(by: User) -> None:
    """Whoever has an account may make a project; a token only one that may manage, in all projects."""
    token = getattr(by, "token", None)
    if not by.is_active or not in_scope(by, "project.create") or (token and token.project_id):
        raise Forbidden(
            "A project is made by a person who is signed in, or by a token of scope “manage”, of all projects."
        )


def _check(project: Project, names: Iterable[str]) -> None:
    if isinstance(project.name, str):
        project.name = " ".join(project.name.split())
    check(project, names)
    if not is_language(project.language):
        told = f"`language`: “{project.language!s:.40}” is no BCP 47 language tag: “en”, “pt-BR”."
        raise Refused(Problem("language", project.language, told))


def _known(role: str) -> str:
    if role not in list(Role):
        raise Refused(Problem("role", role, f"`role`: use one of {', '.join(Role)}."))
    return role


def _require_another_manager(membership: Membership) -> None:
    # Locked, so that two managers cannot remove each other at the same time.
    of_project = Membership.objects.filter(project=membership.project_id, role=Role.MANAGER)
    managers = of_project.order_by("pk").select_for_update()
    if [manager.pk for manager in managers] == [membership.pk]:
        raise NotNow("A project has at least one manager: make another one first.")


def _free_username(email: str) -> str:
    stem = "".join(c for c in email.partition("@")[0].lower() if c.isalnum() or c in "._-")[:140] or "member"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(name for name in (stem, *(f"{stem}{n}" for n in range(2, len(taken) + 3))) if name not in taken)


def _trace(act: str, project: Project, *, by: User, before: Any = None, after: Any = None) -> None:
    trace(
        act,
        by=by,
        project_id=project.pk,
        thing=act.partition(".")[0],
        thing_id=project.slug,
        before=changed(before, after) if before and after else before,
        after=after,
    )
