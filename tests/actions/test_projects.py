"""Projects and their members; tokens and accounts."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from annotator.actions.accounts import change_account
from annotator.actions.projects import add_member, change_project, change_role, create_project, invite, remove_member
from annotator.actions.tokens import make_token, revoke_token
from annotator.domain.codebook import FIELDS
from annotator.domain.errors import Forbidden, NotNow, Refused, Stale
from annotator.models import Membership, Token, User
from articles.models import Project
from tests.access.people import by_token, disabled
from tests.actions.events import events, last
from tests.factories import a_project, a_user

pytestmark = pytest.mark.django_db


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


# --- Projects ---


def test_a_project_is_made_with_the_codebook_and_its_maker_as_manager(cast):
    project = create_project(slug="harbour", name="  Harbour   desk ", by=cast.mo, layers="independent")

    [event] = events(project)
    when = event.after["created_at"]
    assert (event.act, event.thing_id, event.by) == ("project.created", "harbour", cast.mo)
    assert event.after == {
        "slug": "harbour", "name": "Harbour desk", "description": "", "language": "en", "layers": "independent",
        "version": 1, "created_at": when,
    }  # fmt: skip
    assert [(member.user, member.role) for member in project.memberships.all()] == [(cast.mo, "manager")]
    assert project.codebook_values.count() == sum(len(field.values) for field in FIELDS.values())
    assert set(project.codebook_fields.filter(in_use=False).values_list("name", flat=True)) == {
        field.name for field in FIELDS.values() if field.optional
    }


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"slug": "desk"}, "slug", "A project of this name in addresses exists already."),
        ({"slug": "Desk"}, "slug", "`slug`: Use small letters, digits and single hyphens."),
        ({"slug": "../x"}, "slug", "`slug`: "),
        ({"slug": ""}, "slug", "`slug`: This field cannot be blank."),
        ({"slug": 7}, "slug", "`slug`: a text is expected, not int."),
        ({"name": " "}, "name", "`name`: This field cannot be blank."),
        ({"name": None}, "name", "`name`: a text is expected, not NoneType."),
        ({"name": "a" * 121}, "name", "`name`: it has 121 characters; the most is 120."),
        ({"description": "\x00"}, "description", "`description`: it has a NUL character"),
        ({"description": "a" * 5_001}, "description", "`description`: it has 5,001 characters; the most is 5,000."),
        ({"language": "\ud83d"}, "language", "`language`: it has a NUL character or half"),
        ({"layers": "blind"}, "layers", "`layers`: Value 'blind' is not a valid choice."),
    ],
)
def test_what_a_project_may_not_be_is_refused_by_field(cast, given, field, message):
    with pytest.raises(Refused) as refused:
        create_project(**{"slug": "new", "name": "New", "by": cast.mo, **given})

    assert {name for name, _ in problems(refused)} == {field}
    assert problems(refused)[0][1].startswith(message)


def test_a_project_changes_its_name_and_never_its_address_or_layers(cast):
    project = Project.objects.get(pk=cast.project.pk)
    stale = Project.objects.get(pk=cast.project.pk)

    change_project(project, by=cast.alice, version=1, name="News desk", language="de")

    event = last(project)
    assert (event.act, event.before) == ("project.changed", {"name": "Desk", "language": "en"})
    assert (event.after["name"], event.after["version"]) == ("News desk", 2)
    with pytest.raises(Stale) as told:
        change_project(stale, by=cast.alice, version=1, name="Else")
    assert told.value.current["name"] == "News desk"
    for name in ("slug", "layers", "created_at"):
        with pytest.raises(Refused, match=f"`{name}` of a project cannot be changed."):
            change_project(project, by=cast.alice, version=2, **{name: "x"})
    with pytest.raises(Refused, match="`name`: it has a NUL character"):
        change_project(project, by=cast.alice, version=2, name="\x00")


def test_projects_are_made_by_people_and_by_tokens_that_may(cast):
    for maker in (
        AnonymousUser(),
        disabled(cast.mo),
        by_token(cast.mo, "read"),
        by_token(cast.mo, "annotate"),
        by_token(cast.mo, "manage", cast.project),
    ):
        with pytest.raises(Forbidden, match="A project is made by a person who is signed in"):
            create_project(slug="new", name="New", by=maker)

    assert create_project(slug="new", name="New", by=by_token(cast.mo, "manage")).slug == "new"


# --- Members ---


def test_members_come_change_their_role_and_go(cast):
    nora = a_user("nora")

    membership = add_member(cast.project, nora, "reader", by=cast.alice)
    change_role(membership, "editor", by=cast.alice)
    remove_member(membership, by=cast.alice)

    added, changed, removed = events(cast.project)[-3:]
    who = {"user": "nora", "name": "Nora", "joined_at": added.after["joined_at"]}
    assert (added.act, added.before, added.after) == ("member.added", None, {**who, "role": "reader"})
    assert (changed.act, changed.before, changed.after) == (
        "member.changed", {"role": "reader"}, {**who, "role": "editor"},
    )  # fmt: skip
    assert (removed.act, removed.before, removed.after) == ("member.removed", {**who, "role": "editor"}, None)
    assert not nora.memberships.exists()


def test_a_member_is_one_once(cast):
    with pytest.raises(Refused) as refused:
        add_member(cast.project, cast.mo, "editor", by=cast.alice)

    assert problems(refused) == [("user", "They are a member of this project already.")]


@pytest.mark.parametrize("role", ["owner", "", None, ["reader"]])
def test_a_role_is_one_of_four(cast, role):
    with pytest.raises(Refused, match="`role`: use one of reader, coder, editor, manager."):
        add_member(cast.project, a_user(), role, by=cast.alice)


def test_the_last_manager_stays_until_there_is_another(cast):
    alone = Membership.objects.get(project=cast.project, user=cast.alice)

    with pytest.raises(NotNow, match="A project has at least one manager: make another one first."):
        change_role(alone, "editor", by=cast.alice)
    with pytest.raises(NotNow, match="A project has at least one manager"):
        remove_member(alone, by=cast.alice)
    change_role(alone, "manager", by=cast.alice)
    change_role(Membership.objects.get(project=cast.project, user=cast.rita), "manager", by=cast.alice)
    remove_member(alone, by=cast.rita)

    assert [member.user for member in cast.project.memberships.filter(role="manager")] == [cast.rita]


def test_managers_alone_keep_the_members(cast):
    membership = Membership.objects.get(project=cast.project, user=cast.sam)
    for user in (cast.rita, cast.mo, cast.sam, cast.zoe):
        with pytest.raises(Forbidden):
            add_member(cast.project, a_user(), "reader", by=user)
        with pytest.raises(Forbidden):
            change_role(membership, "manager", by=user)
        with pytest.raises(Forbidden):
            remove_member(membership, by=user)
        with pytest.raises(Forbidden):
            invite(cast.project, email="new@example.org", role="reader", by=user)


def test_who_is_invited_gets_an_account_without_a_password(cast):
    first = invite(cast.project, email="Lena.Okafor@example.org", role="coder", by=cast.alice)
    second = invite(cast.project, email="lena.okafor@example.net", role="reader", by=cast.alice)

    assert (first.user.username, second.user.username) == ("lena.okafor", "lena.okafor2")
    assert not first.user.has_usable_password()
    assert [event.act for event in events(cast.project)][-2:] == ["member.added", "member.added"]


@pytest.mark.parametrize("email", ["", "nobody", "a\x00@example.org", "@", "a" * 250 + "@example.org", None])
def test_an_invitation_goes_to_an_address(cast, email):
    before = User.objects.count()

    with pytest.raises(Refused) as refused:
        invite(cast.project, email=email, role="coder", by=cast.alice)

    assert [field for field, _ in problems(refused)] == ["email"]
    assert User.objects.count() == before


# --- Tokens and accounts ---


def test_a_token_is_known_by_its_digest_alone(cast):
    token, secret = make_token(by=cast.mo, name=" Export ", scope="read", project=cast.project)

    stored = Token.objects.get(pk=token.pk)
    assert (stored.name, stored.scope, stored.project, stored.hint) == ("Export", "read", cast.project, secret[:8])
    assert secret not in str(vars(stored))
    assert Token.presented(secret) == token
    assert Token.presented(secret[:-1]) is None


def test_a_token_ends_when_it_is_revoked_expires_or_its_owner_is_disabled(cast):
    revoked, secret = make_token(by=cast.mo, name="T", scope="read")
    expiring, short = make_token(
        by=cast.mo, name="T", scope="read", expires_at=timezone.now() + datetime.timedelta(hours=1)
    )
    _of_sam, sams = make_token(by=cast.sam, name="T", scope="read")

    revoke_token(revoked, by=cast.mo)
    first = revoked.revoked_at
    revoke_token(revoked, by=cast.mo)
    Token.objects.filter(pk=expiring.pk).update(expires_at=timezone.now())
    User.objects.filter(pk=cast.sam.pk).update(is_active=False)

    assert [Token.presented(known) for known in (secret, short, sams)] == [None, None, None]
    assert revoked.revoked_at == first


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"scope": "all"}, "scope", "`scope`: use one of read, annotate, manage."),
        ({"scope": ["read"]}, "scope", "`scope`: use one of read, annotate, manage."),
        ({"name": " "}, "name", "`name`: This field cannot be blank."),
        ({"name": "a" * 101}, "name", "`name`: it has 101 characters; the most is 100."),
        ({"name": "\ud83d"}, "name", "`name`: it has a NUL character or half"),
        ({"expires_at": timezone.now()}, "expires_at", "`expires_at` lies in the future."),
    ],
)
def test_what_a_token_may_not_be_is_refused_by_field(cast, given, field, message):
    with pytest.raises(Refused) as refused:
        make_token(**{"by": cast.mo, "name": "T", "scope": "read", **given})

    [(name, said)] = problems(refused)
    assert name == field
    assert said.startswith(message)


def test_tokens_are_made_and_revoked_by_their_owner_in_person(cast):
    token, _secret = make_token(by=cast.mo, name="T", scope="read")

    with pytest.raises(Refused, match="There is no such project."):
        make_token(by=cast.mo, name="T", scope="read", project=a_project(cast.zoe))
    with pytest.raises(Forbidden, match="Tokens are made by people who are signed in"):
        make_token(by=by_token(cast.mo, "manage"), name="T", scope="read")
    for other in (cast.alice, by_token(cast.mo, "manage")):
        with pytest.raises(Forbidden, match="A token is revoked by its owner, signed in."):
            revoke_token(token, by=other)


def test_an_account_has_a_name_and_an_address(cast):
    nora = a_user("nora")

    change_account(by=nora, name="  Nora   Blythe ", email=" nora@example.net ")

    stored = User.objects.get(pk=nora.pk)
    assert (stored.name, stored.email) == ("Nora Blythe", "nora@example.net")
    with pytest.raises(Refused, match="`email`: Enter a valid email address."):
        change_account(by=nora, name="Nora", email="nowhere")
    with pytest.raises(Refused, match="`name`: it has a NUL character"):
        change_account(by=nora, name="\x00", email="")
