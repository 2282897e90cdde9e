"""What no browser sends of itself is answered calmly: never by an error of ours."""

import uuid

import pytest
from django.urls import reverse

from annotator.models import CodebookValue
from tests.factories import an_article, an_entity, an_issue

HUGE = "9" * 40
LISTS = ["articles", "entities", "issues", "codebook", "bin"]


@pytest.mark.parametrize("name", LISTS)
def test_any_address_of_a_list_is_answered(cast, as_user, name):
    parameters = ("words", "page", "outlet", "progress", "since", "until", "order", "type", "section", "position")
    client, url = as_user(cast.alice), reverse(name, args=["desk"])

    for value in ("%00", HUGE, "-1", "%ed%a0%80", "'%3b--", "a" * 5_000, "[]", "%25"):
        query = "&".join(f"{parameter}={value}" for parameter in parameters)
        assert client.get(f"{url}?{query}").status_code == 200, value


@pytest.mark.parametrize(
    "path",
    [
        "/p/%00/",
        "/p/desk/members/%00/role/",
        f"/p/desk/codebook/values/{HUGE}/",
        "/p/desk/codebook/%00/new/",
        "/p/desk/articles/%00/",
        "/p/desk/bin/%00/00000000-0000-0000-0000-000000000000/restore/",
    ],
)
def test_an_address_that_names_nothing_is_404(cast, as_user, path):
    client = as_user(cast.alice)

    assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}
    assert 404 in (client.get(path).status_code, client.post(path).status_code)


@pytest.mark.parametrize("value", ["\x00", HUGE, "", "é" * 3_000, "[]", "-1"])
def test_any_form_is_answered_with_its_errors(cast, as_user, value):
    client = as_user(cast.alice)
    article, entity, issue = (
        an_article(cast.project, by=cast.alice),
        an_entity(cast.project, by=cast.alice),
        an_issue(cast.project, by=cast.alice),
    )
    codebook_value = CodebookValue.objects.filter(project=cast.project).first()
    posted = {
        ("project_new",): "name slug description language layers",
        ("project", "desk"): "who role",
        ("project_edit", "desk"): "name description language version",
        ("article_details", "desk", article.pk): "title outlet author published_on language url external_id version",
        ("entity_new", "desk"): "name type subtype aliases description identifiers external_id",
        ("entity_edit", "desk", entity.pk): "name type version form-TOTAL_FORMS form-INITIAL_FORMS form-0-since",
        ("issue_new", "desk"): "wording parent definition",
        ("issue_edit", "desk", issue.pk): "wording parent version",
        ("value_edit", "desk", codebook_value.pk): "label hotkey colour version",
        ("value_new", "desk", "stance.frames"): "value label hotkey colour",
        ("keys",): "keys",
        ("account",): "name email token-name token-scope token-project token-expires_at",
    }

    for (name, *key), fields in posted.items():
        given = dict.fromkeys(fields.split(), value)
        for button in ({}, {"how": "paste"}, {"how": "files"}, {"save": "account"}, {"save": "token"}):
            assert client.post(reverse(name, args=key), given | button).status_code in (200, 302, 400), name


@pytest.mark.parametrize("value", ["\x00", HUGE, "", "not-an-id", str(uuid.UUID(int=0))])
def test_any_press_of_a_button_is_answered(cast, as_user, value):
    client = as_user(cast.alice)
    entity, issue = an_entity(cast.project, by=cast.alice), an_issue(cast.project, by=cast.alice)
    codebook_value = CodebookValue.objects.filter(project=cast.project).first()
    given = {"role": value, "into": value, "version": value, "archived": value, "in_use": value}

    for name, key in (
        ("member_role", "mo"),
        ("entity_merge", entity.pk),
        ("issue_merge", issue.pk),
        ("value_merge", codebook_value.pk),
        ("value_archive", codebook_value.pk),
        ("field_use", "stance.intensity"),
    ):
        assert client.post(reverse(name, args=["desk", key]), given).status_code in (302, 404), name
