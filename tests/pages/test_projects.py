"""Projects, their members, and where one lands after signing in."""

import re

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from annotator.actions.codings import set_state
from annotator.models import Membership, User
from annotator.pages import sign_in_limit
from articles.models import Project
from tests.factories import PASSWORD, a_coding, a_mention, a_user, an_article

DESK = reverse("project", args=["desk"])
LOGIN = reverse("account_login")


def sign_in(username, **more):
    return Client().post(LOGIN, {"username": username, "password": PASSWORD, **more})


def test_signing_in_lands_on_the_only_project(cast):
    assert sign_in("mo").headers["Location"] == DESK


def test_signing_in_lands_on_the_list_when_there_are_several_projects_or_none(cast):
    a_user("nia")
    Membership.objects.create(project=Project.objects.get(slug="elsewhere"), user=cast.mo, role="reader")

    assert sign_in("mo").headers["Location"] == "/"
    assert sign_in("nia").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/p/desk/articles/", "/p/desk/articles/"),
        ("https://evil.example/", DESK),
        ("//evil.example/", DESK),
        ("/\\evil.example/", DESK),
        ("javascript:alert(1)", DESK),
    ],
)
def test_signing_in_never_leads_to_another_site(cast, asked, lands):
    assert sign_in("mo", next=asked).headers["Location"] == lands


def test_guessing_one_password_comes_to_an_end_and_others_sign_in_meanwhile(cast):
    for _ in range(sign_in_limit.FAILURES):
        assert sign_in("mo", password="guess").status_code == 200

    refused = sign_in("mo")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert "Too many tries: wait 5 minutes." in refused.content.decode()
    assert sign_in("rita").status_code == 302
    assert Client(REMOTE_ADDR="192.0.2.7").post(LOGIN, {"username": "mo", "password": PASSWORD}).status_code == 302


def test_guessing_many_names_comes_to_an_end_too(cast, monkeypatch):
    monkeypatch.setattr(sign_in_limit, "OF_AN_ADDRESS", 5)
    guesses = [sign_in(f"name{number}", password="guess").status_code for number in range(6)]

    assert guesses == [200] * 5 + [429]
    assert sign_in("mo").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post(LOGIN, {"username": "mo", "password": PASSWORD}).status_code == 302


def test_behind_a_proxy_somebody_elses_guesses_lock_nobody_out(cast, settings):
    """All come from the proxy's address then: it says whence, in the last place; what stands before may be made up."""
    settings.BEHIND_PROXY = True

    def from_(forwarded: str, password: str) -> int:
        form = {"username": "mo", "password": password}
        return Client(HTTP_X_FORWARDED_FOR=forwarded).post(LOGIN, form).status_code

    for number in range(sign_in_limit.FAILURES):
        assert from_(f"10.0.0.{number}, 198.51.100.9", "guess") == 200

    assert from_("192.0.2.1, 198.51.100.9", PASSWORD) == 429
    assert from_("198.51.100.9, 203.0.113.5", PASSWORD) == 302


@pytest.mark.parametrize(
    ("behind", "headers", "address"),
    [
        (False, {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "198.51.100.9"}, "192.0.2.7"),
        (True, {"REMOTE_ADDR": "192.0.2.7"}, "192.0.2.7"),
        (True, {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "unknown"}, "unknown"),
        (False, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
    ],
)
def test_where_a_sign_in_comes_from(settings, behind, headers, address):
    settings.BEHIND_PROXY = behind

    assert sign_in_limit.address_of(RequestFactory().post(LOGIN, **headers)) == address


def test_a_sign_in_that_succeeds_forgets_the_guesses_before(cast):
    for _ in range(3):
        for _ in range(sign_in_limit.FAILURES - 1):
            sign_in("mo", password="guess")
        assert sign_in("mo").status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(cast, as_user):
    client = as_user(cast.mo)

    assert client.get(reverse("account_logout")).status_code == 405
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


def test_my_projects_are_mine_with_their_progress(cast, as_user):
    done = an_article(cast.project, by=cast.alice)
    an_article(cast.project, by=cast.alice)
    a_mention(done, by=cast.mo)
    set_state(a_coding(done, by=cast.mo), "done", by=cast.mo)

    (mine,) = as_user(cast.sam).get("/").context["projects"]

    assert (mine.project, mine.role, mine.articles, mine.done) == (cast.project, "reader", 2, 1)


def test_a_new_project_has_its_maker_as_manager_and_an_address_from_its_name(cast, as_user):
    answer = as_user(cast.sam).post(
        reverse("project_new"), {"name": "Häfen & Bahnen", "language": "de", "layers": "shared"}
    )

    made = Project.objects.get(slug="hafen-bahnen")
    assert answer.headers["Location"] == reverse("project", args=["hafen-bahnen"])
    assert Membership.objects.get(project=made).user == cast.sam


def test_a_taken_or_bad_address_is_told_beside_its_field(cast, as_user):
    client = as_user(cast.sam)
    given = {"name": "Desk", "language": "en", "layers": "shared"}

    taken = client.post(reverse("project_new"), {**given, "slug": "desk"})
    bad = client.post(reverse("project_new"), {**given, "slug": "Desk!"})

    assert (taken.status_code, list(taken.context["form"].errors)) == (400, ["slug"])
    assert (bad.status_code, list(bad.context["form"].errors)) == (400, ["slug"])


def test_settings_are_saved(cast, as_user):
    as_user(cast.alice).post(
        reverse("project_edit", args=["desk"]), {"version": 1, "name": "New name", "description": "", "language": "en"}
    )

    assert Project.objects.get(slug="desk").name == "New name"


@pytest.mark.parametrize("who", ["nia", "nia@example.org", "NIA@example.org"])
def test_a_member_is_added_by_username_or_address(cast, as_user, who):
    nia = a_user("nia")

    answer = as_user(cast.alice).post(DESK, {"who": who, "role": "coder"})

    assert answer.headers["Location"] == f"{DESK}#main"
    assert Membership.objects.get(user=nia).role == "coder"
    assert mail.outbox == []


def test_an_unknown_address_gets_an_account_and_a_link_that_works_once(cast, as_user):
    client = as_user(cast.alice)

    shown = client.post(DESK, {"who": "new.person@example.org", "role": "editor"}, follow=True).content.decode()

    made = User.objects.get(email="new.person@example.org")
    link = re.search(r"http://testserver(/accounts/password/set/[^\s<]+)", shown).group(1)
    assert Membership.objects.get(user=made).role == "editor"
    assert not made.has_usable_password()
    assert [message.to for message in mail.outbox] == [["new.person@example.org"]]
    assert link in mail.outbox[0].body
    assert link not in client.get(DESK).content.decode()

    form = Client().get(link, follow=True)
    person = form.client
    chosen = {"new_password1": "three kind herons", "new_password2": "three kind herons"}
    person.post(form.redirect_chain[-1][0], chosen)
    assert Client().login(username=made.username, password="three kind herons")
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_name_that_nobody_has_is_told(cast, as_user):
    answer = as_user(cast.alice).post(DESK, {"who": "nobody", "role": "coder"})

    assert answer.status_code == 400
    assert "Nobody is called “nobody” here." in answer.context["add"].errors["who"][0]
    assert User.objects.filter(username="nobody").count() == 0


@pytest.mark.parametrize("who", ["nia", "nia@example.org"])
def test_a_disabled_account_is_neither_added_nor_made_anew(cast, as_user, who):
    a_user("nia", is_active=False)

    answer = as_user(cast.alice).post(DESK, {"who": who, "role": "coder"})

    assert answer.context["add"].errors["who"] == ["The account of Nia is disabled."]
    assert User.objects.filter(email="nia@example.org").count() == 1
    assert not Membership.objects.filter(user__username="nia").exists()


def test_a_member_is_not_added_twice(cast, as_user):
    answer = as_user(cast.alice).post(DESK, {"who": "mo", "role": "editor"})

    assert answer.status_code == 400
    assert "They are a member of this project already." in answer.content.decode()
    assert Membership.objects.get(project=cast.project, user=cast.mo).role == "coder"


def test_only_managers_add_members(cast, as_user):
    a_user("nia")

    assert as_user(cast.rita).post(DESK, {"who": "nia", "role": "manager"}).status_code == 403
    assert Membership.objects.filter(user__username="nia").count() == 0


def test_a_role_is_changed_and_a_member_removed(cast, as_user):
    client = as_user(cast.alice)

    client.post(reverse("member_role", args=["desk", "mo"]), {"role": "editor"})
    client.post(reverse("member_remove", args=["desk", "sam"]))

    assert Membership.objects.get(project=cast.project, user=cast.mo).role == "editor"
    assert not Membership.objects.filter(project=cast.project, user=cast.sam).exists()
    assert User.objects.get(username="sam").is_active


def test_the_last_manager_stays_one(cast, as_user):
    client = as_user(cast.alice)

    removed = client.post(reverse("member_remove", args=["desk", "alice"]), follow=True)
    demoted = client.post(reverse("member_role", args=["desk", "alice"]), {"role": "reader"}, follow=True)

    assert "A project has at least one manager" in removed.content.decode()
    assert "A project has at least one manager" in demoted.content.decode()
    assert Membership.objects.get(project=cast.project, user=cast.alice).role == "manager"


def test_an_unknown_role_is_refused(cast, as_user):
    answer = as_user(cast.alice).post(reverse("member_role", args=["desk", "mo"]), {"role": "emperor"}, follow=True)

    assert "use one of reader, coder, editor, manager" in answer.content.decode()
    assert Membership.objects.get(project=cast.project, user=cast.mo).role == "coder"


def test_who_leaves_lands_on_the_own_projects(cast, as_user):
    Membership.objects.filter(project=cast.project, user=cast.rita).update(role="manager")

    assert as_user(cast.rita).post(reverse("member_remove", args=["desk", "rita"])).headers["Location"] == "/"


def test_the_overview_asks_as_often_for_three_members_and_articles_as_for_one(cast, as_user, django_assert_num_queries):
    Membership.objects.filter(project=cast.project).exclude(user=cast.alice).delete()
    an_article(cast.project, by=cast.alice)
    client = as_user(cast.alice)
    client.get(DESK)
    with django_assert_num_queries(12):
        client.get(DESK)

    for user in (cast.mo, cast.sam):
        Membership.objects.create(project=cast.project, user=user, role="coder")
        an_article(cast.project, by=cast.alice)
    with django_assert_num_queries(12):
        client.get(DESK)


def test_the_members_are_downloaded(cast, as_user):
    answer = as_user(cast.sam).get(f"{DESK}?download=csv")

    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [row.rpartition(",")[0] for row in rows] == [
        "username,name,role",
        "alice,Alice,manager",
        "mo,Mo,coder",
        "rita,Rita,editor",
        "sam,Sam,reader",
    ]
