"""The register of entities, and everything that is tagged about one."""

import csv
import io

import pytest
from django.urls import reverse

from annotator.actions.annotations import delete_annotation
from annotator.actions.articles import delete_article
from annotator.actions.records import change_record, delete_record
from annotator.models import Entity
from tests.factories import a_claim, a_mention, a_stance, an_article, an_attribution, an_entity, an_issue

URL = reverse("entities", args=["desk"])


def page_of(entity, name="entity"):
    return reverse(name, args=["desk", entity.pk])


@pytest.fixture
def ilsa(cast):
    return an_entity(cast.project, by=cast.alice, name="Ilsa Marrow", aliases=["the mayor"], description="Mayor.")


@pytest.fixture
def article(cast):
    return an_article(cast.project, by=cast.alice, title="Mayor vows", outlet="The Courier")


def names(answer):
    return [entity.name for entity, _counts in answer.context["rows"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", ["Ilsa Marrow", "Jorge Núñez", "Rail Board"]),
        ("words=ilsa", ["Ilsa Marrow"]),
        ("words=MAYOR", ["Ilsa Marrow"]),
        ("words=nunez", ["Jorge Núñez"]),
        ("words=100%25", []),
        ("type=ORG", ["Rail Board"]),
        ("type=NONE", ["Ilsa Marrow", "Jorge Núñez", "Rail Board"]),
    ],
)
def test_the_list_finds_names_and_aliases_accents_aside(cast, ilsa, as_user, filters, expected):
    an_entity(cast.project, by=cast.alice, name="Rail Board", type="ORG")
    an_entity(cast.project, by=cast.alice, name="Jorge Núñez")

    assert names(as_user(cast.sam).get(f"{URL}?{filters}")) == expected


def test_everything_tagged_about_an_entity_is_on_its_page(cast, ilsa, article, as_user):
    issue = an_issue(cast.project, by=cast.alice, wording="Close the line")
    tomas = an_entity(cast.project, by=cast.alice, name="Tomas Quill")
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    a_stance(article, by=cast.mo, holder=str(ilsa.pk), target_kind="issue", target=issue.pk)
    a_stance(article, by=cast.mo, holder=str(tomas.pk), target_kind="entity", target=ilsa.pk, position="support")
    a_claim(article, by=cast.mo, claimant=str(ilsa.pk))
    an_attribution(article, by=cast.mo, source=str(ilsa.pk))
    client = as_user(cast.sam)

    found = {
        section: [str(row.KIND) for row in client.get(f"{page_of(ilsa)}?section={section}").context["page"].rows]
        for section in ("held", "towards", "claims", "quotations", "mentions")
    }

    assert found == {
        "held": ["stance"],
        "towards": ["stance"],
        "claims": ["claim"],
        "quotations": ["attribution"],
        "mentions": ["mention"],
    }


def test_words_stand_in_their_context_and_lead_to_their_place(cast, ilsa, article, as_user):
    mention = a_mention(article, by=cast.mo, words="Tomas Quill", entity=ilsa.pk)

    body = as_user(cast.sam).get(f"{page_of(ilsa)}?section=mentions").content.decode()

    assert "<mark>Tomas Quill</mark> said the closures could save 9 percent of the budget.</blockquote>" in body
    assert f'href="/p/desk/articles/{article.pk}/#a-{mention.pk}"' in body


def test_a_discontinuous_quotation_marks_each_of_its_parts(cast, ilsa, article, as_user):
    text = article.current.text
    parts = ["“We are not going to lose a single train,”", "“They can send whoever they like.”"]
    segments = [[text.index(part), text.index(part) + len(part)] for part in parts]
    an_attribution(article, by=cast.mo, source=str(ilsa.pk), segments=segments, mode="direct")

    body = as_user(cast.sam).get(f"{page_of(ilsa)}?section=quotations").content.decode()

    assert f"<mark>{parts[0]}</mark> she told The Courier. <mark>{parts[1]}</mark>" in body


def test_what_is_deleted_is_not_on_the_page(cast, ilsa, article, as_user):
    gone = a_mention(article, by=cast.mo, entity=ilsa.pk)
    delete_annotation(gone, by=cast.mo, version=1)
    binned = an_article(cast.project, by=cast.alice)
    a_mention(binned, by=cast.mo, entity=ilsa.pk)
    delete_article(binned, by=cast.alice, version=1)

    answer = as_user(cast.sam).get(f"{page_of(ilsa)}?section=mentions")

    assert list(answer.context["page"].rows) == []
    assert {name: count for name, _title, count in answer.context["sections"]}["mentions"] == 0


def test_a_merge_redirects_counts_together_and_can_be_undone(cast, ilsa, article, as_user):
    double = an_entity(cast.project, by=cast.alice, name="I. Marrow")
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    a_mention(article, by=cast.mo, words="she", entity=double.pk)
    client = as_user(cast.rita)

    client.post(page_of(double, "entity_merge"), {"into": str(ilsa.pk), "version": 1})
    assert client.get(page_of(double)).headers["Location"] == page_of(ilsa)
    assert len(client.get(f"{page_of(ilsa)}?section=mentions").context["page"].rows) == 2
    assert names(client.get(URL)) == ["Ilsa Marrow"]

    client.post(page_of(double, "entity_unmerge"))
    assert len(client.get(f"{page_of(ilsa)}?section=mentions").context["page"].rows) == 1
    assert len(client.get(f"{page_of(double)}?section=mentions").context["page"].rows) == 1


def test_the_merge_page_offers_the_most_alike_first_and_never_itself(cast, ilsa, as_user):
    an_entity(cast.project, by=cast.alice, name="Rail Board", type="ORG")
    an_entity(cast.project, by=cast.alice, name="Ilse Marrow")
    an_entity(cast.project, by=cast.alice, name="Tomas Quill")

    answer = as_user(cast.rita).get(page_of(ilsa, "entity_merge"))

    assert [entity.name for entity in answer.context["candidates"]] == ["Ilse Marrow", "Tomas Quill", "Rail Board"]


def test_a_record_of_another_project_cannot_be_merged_into(cast, ilsa, as_user):
    foreign = an_entity(cast.project.__class__.objects.get(slug="elsewhere"), by=cast.zoe)

    answer = as_user(cast.rita).post(page_of(ilsa, "entity_merge"), {"into": str(foreign.pk), "version": 1})

    ilsa.refresh_from_db()
    assert answer.status_code == 404
    assert ilsa.merged_into is None


def test_an_entity_is_made_and_changed(cast, as_user):
    client = as_user(cast.mo)
    given = {
        "name": "Rail Board",
        "type": "ORG",
        "subtype": "government",
        "aliases": "the board\n\nRB\nthe board",
        "identifiers": "wikidata: Q42",
    }

    client.post(reverse("entity_new", args=["desk"]), given)
    made = Entity.objects.get(name="Rail Board")
    assert (made.aliases, made.identifiers, made.created_by) == (["the board", "RB"], {"wikidata": "Q42"}, cast.mo)

    lines = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0}
    client.post(page_of(made, "entity_edit"), {**given, **lines, "name": "Railways Board", "version": 1})
    made.refresh_from_db()
    assert (made.name, made.version) == ("Railways Board", 2)


def test_affiliations_are_given_by_name(cast, ilsa, as_user):
    council = an_entity(cast.project, by=cast.alice, name="City Council", type="ORG")
    given = {
        "name": "Ilsa Marrow",
        "type": "PER",
        "version": 1,
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 0,
        "form-0-organisation": "City Council",
        "form-0-role": "mayor",
        "form-0-since": "2029-01-01",
        "form-1-organisation": "",
    }
    client = as_user(cast.mo)

    client.post(page_of(ilsa, "entity_edit"), given)
    body = client.get(page_of(ilsa)).content.decode()
    refused = client.post(page_of(ilsa, "entity_edit"), {**given, "version": 2, "form-0-organisation": "Nowhere"})

    (affiliation,) = ilsa.affiliations.all()
    assert (affiliation.organisation, affiliation.role, str(affiliation.since)) == (council, "mayor", "2029-01-01")
    assert "mayor, " in body
    assert refused.status_code == 400
    assert "No entity is called so here" in refused.content.decode()


def test_a_change_over_somebody_elses_is_refused(cast, ilsa, as_user):
    client = as_user(cast.mo)
    given = {"name": "First", "type": "PER", "version": 1, "form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0}
    client.post(page_of(ilsa, "entity_edit"), given)

    answer = client.post(page_of(ilsa, "entity_edit"), {**given, "name": "Second"})

    ilsa.refresh_from_db()
    assert answer.status_code == 400
    assert "was changed" in answer.content.decode()
    assert ilsa.name == "First"


def test_an_entity_in_use_is_not_deleted_and_an_unused_one_comes_back(cast, ilsa, article, as_user):
    unused = an_entity(cast.project, by=cast.alice, name="Unused")
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    client = as_user(cast.rita)

    refused = client.post(page_of(ilsa, "entity_delete"), follow=True)
    client.post(page_of(unused, "entity_delete"))
    assert "is in use (1 mention)" in refused.content.decode()
    assert names(client.get(URL)) == ["Ilsa Marrow"]

    client.post(page_of(unused, "entity_restore"))
    assert names(client.get(URL)) == ["Ilsa Marrow", "Unused"]


@pytest.mark.parametrize("noun", ["entity", "issue"])
def test_a_record_is_deleted_and_restored_by_who_made_it_alone_and_by_editors(cast, as_user, noun):
    make = {"entity": an_entity, "issue": an_issue}[noun]
    own, others, mended = (make(cast.project, by=maker) for maker in (cast.mo, cast.rita, cast.mo))
    change_record(mended, {"external_id": "of-rita"}, by=cast.rita, version=1)
    offers = {
        user.username: [
            page_of(record, f"{noun}_delete") in as_user(user).get(page_of(record, noun)).content.decode()
            for record in (own, others, mended)
        ]
        for user in (cast.rita, cast.mo, cast.sam)
    }
    assert offers == {"rita": [True, True, True], "mo": [True, False, False], "sam": [False, False, False]}

    mo, bin_page = as_user(cast.mo), reverse("bin", args=["desk"])
    answers = [mo.post(page_of(record, f"{noun}_delete")).status_code for record in (own, others, mended)]
    assert answers == [302, 403, 403]
    delete_record(others, by=cast.rita, version=1)
    told = mo.get(bin_page).content.decode()
    assert [page_of(record, f"{noun}_restore") in told for record in (own, others)] == [True, False]
    assert page_of(own, f"{noun}_restore") not in as_user(cast.sam).get(bin_page).content.decode()

    answers = [mo.post(page_of(record, f"{noun}_restore")).status_code for record in (others, own)]
    assert answers == [403, 302]
    own.refresh_from_db()
    assert own.deleted_at is None


def test_a_section_is_downloaded_with_words(cast, ilsa, article, as_user):
    issue = an_issue(cast.project, by=cast.alice, wording="Close the line")
    a_stance(article, by=cast.mo, holder=str(ilsa.pk), target_kind="issue", target=issue.pk)

    answer = as_user(cast.sam).get(f"{page_of(ilsa)}?section=held&download=csv")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert {name: row[name] for name in ("title", "outlet", "words", "holder", "position", "target")} == {
        "title": "Mayor vows",
        "outlet": "The Courier",
        "words": "vowed on Friday to fight",
        "holder": "Ilsa Marrow",
        "position": "oppose",
        "target": "Close the line",
    }


def test_list_and_page_ask_as_often_for_three_as_for_one(cast, ilsa, article, as_user, django_assert_num_queries):
    client = as_user(cast.sam)
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    client.get(URL)
    with django_assert_num_queries(19):
        client.get(URL)
    with django_assert_num_queries(29):
        client.get(f"{page_of(ilsa)}?section=mentions")

    for number in range(2):
        an_entity(cast.project, by=cast.alice)
        a_mention(an_article(cast.project, by=cast.alice, outlet=f"Outlet {number}"), by=cast.mo, entity=ilsa.pk)
    with django_assert_num_queries(19):
        client.get(URL)
    with django_assert_num_queries(29):
        client.get(f"{page_of(ilsa)}?section=mentions")
