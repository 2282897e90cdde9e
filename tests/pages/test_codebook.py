"""The codebook as coders read it and as managers change it."""

import pytest
from django.urls import reverse

from annotator.domain.codebook import FIELDS
from annotator.models import CodebookField, CodebookValue
from tests.factories import a_stance, an_article

URL = reverse("codebook", args=["desk"])


def value_of(cast, field, value):
    return CodebookValue.objects.get(project=cast.project, field=field, value=value)


def url_of(value, name="value_edit"):
    return reverse(name, args=["desk", value.pk])


def form_of(value, **changes):
    kept = {name: getattr(value, name) for name in ("label", "definition", "positive_example", "negative_example")}
    return {**kept, "hotkey": value.hotkey, "colour": value.colour, "version": value.version, **changes}


def test_every_value_is_explained(cast, as_user):
    body = as_user(cast.sam).get(URL).content.decode()

    assert all(f'id="{name}"' in body for name in FIELDS)
    support = value_of(cast, "stance.position", "support")
    assert support.label in body
    assert "they demand, defend or praise it" in body


def test_a_label_is_renamed_everywhere_and_annotations_stay(cast, as_user):
    value = value_of(cast, "stance.position", "oppose")
    stance = a_stance(an_article(cast.project, by=cast.alice), by=cast.mo, position="oppose")
    client = as_user(cast.alice)

    answer = client.post(url_of(value), form_of(value, label="Is against"))
    body = client.get(reverse("issue", args=["desk", stance.target_issue_id])).content.decode()

    stance.refresh_from_db()
    assert answer.headers["Location"] == f"{URL}#stance.position"
    assert 'data-position="oppose">Is against</span>' in body
    assert (stance.position, stance.version) == ("oppose", 1)


def test_two_values_do_not_share_a_key(cast, as_user):
    value = value_of(cast, "stance.position", "oppose")

    answer = as_user(cast.alice).post(url_of(value), form_of(value, hotkey="1"))

    assert answer.status_code == 400
    assert answer.context["form"].errors["hotkey"] == ["Another value of the field has this hotkey."]


def test_a_value_is_added_to_an_open_field(cast, as_user):
    url = reverse("value_new", args=["desk", "stance.frames"])

    as_user(cast.alice).post(url, {"value": "tourism", "label": "Tourism", "definition": "Visitors."})

    assert value_of(cast, "stance.frames", "tourism").definition == "Visitors."


@pytest.mark.parametrize("value", ["two words", "=1", "a" * 41])
def test_a_value_that_cannot_be_is_told(cast, as_user, value):
    url = reverse("value_new", args=["desk", "stance.frames"])

    answer = as_user(cast.alice).post(url, {"value": value, "label": "L"})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["value"]


def test_a_closed_field_takes_no_values(cast, as_user):
    assert as_user(cast.alice).get(reverse("value_new", args=["desk", "stance.position"])).status_code == 404


def test_a_value_is_archived_and_put_back(cast, as_user):
    value = value_of(cast, "stance.frames", "economic")
    client = as_user(cast.alice)

    client.post(url_of(value, "value_archive"), {"version": value.version, "archived": "yes"})
    value.refresh_from_db()
    assert value.archived_at is not None

    client.post(url_of(value, "value_archive"), {"version": value.version, "archived": "no"})
    value.refresh_from_db()
    assert value.archived_at is None


def test_merging_moves_the_annotations(cast, as_user):
    economic, political = (value_of(cast, "stance.frames", name) for name in ("economic", "political"))
    stance = a_stance(an_article(cast.project, by=cast.alice), by=cast.mo, frames=["economic"])

    answer = as_user(cast.alice).post(
        url_of(economic, "value_merge"), {"version": economic.version, "into": political.pk}, follow=True
    )

    stance.refresh_from_db()
    economic.refresh_from_db()
    assert stance.frames == ["political"]
    assert economic.archived_at is not None
    assert "1 row that had it has been changed" in answer.content.decode()


def test_an_optional_field_is_turned_on_and_off(cast, as_user):
    client = as_user(cast.alice)
    url = reverse("field_use", args=["desk", "stance.intensity"])

    client.post(url, {"in_use": "yes"})
    assert CodebookField.objects.get(project=cast.project, name="stance.intensity").in_use is True

    client.post(url, {"in_use": "no"})
    assert CodebookField.objects.get(project=cast.project, name="stance.intensity").in_use is False


def test_a_field_that_is_not_optional_stays_on(cast, as_user):
    answer = as_user(cast.alice).post(
        reverse("field_use", args=["desk", "stance.position"]), {"in_use": "no"}, follow=True
    )

    assert "is no optional field" in answer.content.decode()


def test_a_change_over_somebody_elses_is_refused(cast, as_user):
    value = value_of(cast, "stance.position", "oppose")
    client = as_user(cast.alice)
    client.post(url_of(value), form_of(value, label="First"))

    answer = client.post(url_of(value), form_of(value, label="Second"))

    assert answer.status_code == 400
    assert value_of(cast, "stance.position", "oppose").label == "First"
