"""While coding is blind, no page and no download tells a coder what another has done."""

import pytest
from django.urls import reverse

from annotator.actions.annotations import delete_annotation
from annotator.actions.codings import set_state
from annotator.actions.projects import add_member
from tests.factories import a_claim, a_coding, a_mention, a_project, a_stance, an_article, an_entity, an_issue

SECRET = "Sam’s own wording"


@pytest.fixture
def blind(cast):
    """An independent project in which Sam has coded an article and Mo has not begun."""
    project = a_project(cast.alice, slug="blind", layers="independent")
    for coder in (cast.mo, cast.sam):
        add_member(project, coder, "coder", by=cast.alice)
    article = an_article(project, by=cast.alice)
    ilsa = an_entity(project, by=cast.alice, name="Ilsa Marrow")
    rail = an_issue(project, by=cast.alice, wording="Cut regional rail")
    a_mention(article, by=cast.sam, entity=ilsa.pk, comment=SECRET)
    a_stance(article, by=cast.sam, holder=str(ilsa.pk), target_kind="issue", target=rail.pk)
    a_claim(article, by=cast.sam, claimant=str(ilsa.pk), wording=SECRET)
    deleted = a_claim(article, by=cast.sam, wording=SECRET)
    delete_annotation(deleted, by=cast.sam, version=1)
    return {"project": project, "article": article, "ilsa": ilsa, "rail": rail}


def addresses(blind):
    def of(name, *key):
        return reverse(name, args=["blind", *key])

    entity = of("entity", blind["ilsa"].pk)
    pages = [
        of("articles"),
        of("annotate", blind["article"].pk),
        of("article_history", blind["article"].pk),
        *(f"{entity}?section={name}" for name in ("held", "claims", "mentions")),
        of("issue", blind["rail"].pk),
        of("bin"),
    ]
    return pages + [f"{page}{'&' if '?' in page else '?'}download={form}" for page in pages for form in ("csv", "json")]


def read(client, address):
    answer = client.get(address)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_another_coders_words_are_on_no_page_and_in_no_file(cast, blind, as_user):
    told_to_sam = "".join(read(as_user(cast.sam), address) for address in addresses(blind))
    assert SECRET in told_to_sam
    assert "vowed on Friday to fight</mark>" in told_to_sam

    for address in addresses(blind):
        told = read(as_user(cast.mo), address)
        assert SECRET not in told, address
        assert "<mark>vowed on Friday to fight</mark>" not in told, address


def test_another_coders_work_is_in_no_count(cast, blind, as_user):
    client = as_user(cast.mo)

    (row,) = client.get(reverse("articles", args=["blind"])).context["rows"]
    ((_entity, counts),) = client.get(reverse("entities", args=["blind"])).context["rows"]
    issue = client.get(reverse("issue", args=["blind", blind["rail"].pk]))

    assert (row.progress, sum(row.counts.values())) == ("new", 0)
    assert counts.total() == 0
    assert (issue.context["total"], dict(issue.context["sides"])["oppose"]) == (0, [])
    assert client.get(reverse("project", args=["blind"])).context["progress"] == {"new": 1}


def test_when_all_are_done_they_see_each_others_work(cast, blind, as_user):
    a_mention(blind["article"], by=cast.mo, entity=blind["ilsa"].pk)
    for coder in (cast.mo, cast.sam):
        set_state(a_coding(blind["article"], by=coder), "done", by=coder)

    ((_entity, counts),) = as_user(cast.mo).get(reverse("entities", args=["blind"])).context["rows"]

    assert counts == {"mentions": 2, "held": 1, "claims": 1}
