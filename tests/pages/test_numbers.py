"""Numbers are written for people where people read them, and for programs where programs do."""

import re

from django.template import base
from django.urls import reverse
from pytest_django.asserts import assertContains

from annotator.models import CodebookValue
from tests.actions.revising import CORRECTED, revised
from tests.factories import a_claim, a_mention, an_article, an_entity


def test_counts_have_separators(cast, as_user):
    article = an_article(cast.project, by=cast.alice, text=f"{'Trams. ' * 1763}Ends.")

    answer = as_user(cast.sam).get(reverse("article_details", args=["desk", article.pk]))

    assertContains(answer, '<dd class="number">12,346</dd>', html=True)


def test_no_number_that_a_program_reads_is_written_for_people(cast, as_user, monkeypatch):
    """Each number that a template writes for people is marked; no attribute has a mark, but those that people hear."""
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo)
    a_claim(article, by=cast.mo)
    revised(article, CORRECTED, cast.alice)
    entities = [an_entity(cast.project, by=cast.alice, name="Ilsa Marrow") for _ in range(2)]
    value = CodebookValue.objects.filter(project=cast.project, field="stance.position").first()
    monkeypatch.setattr(base, "localize", lambda value, use_l10n=None: f"⟦{value}⟧" if type(value) is int else value)
    client = as_user(cast.alice)

    asked = dict.fromkeys(("project", "articles", "entities", "issues", "codebook", "imports", "bin", "search"), ())
    asked |= dict.fromkeys(
        ("annotate", "article_details", "article_review", "revisions", "article_revise"), (article.pk,)
    )
    asked |= {"entity_merge": (entities[0].pk,), "value_edit": (value.pk,)}
    pages = {name: client.get(reverse(name, args=["desk", *args])) for name, args in asked.items()}
    pages |= {name: client.get(reverse(name)) for name in ("projects", "account")}

    assert {answer.status_code for answer in pages.values()} == {200}
    assert sum("⟦" in answer.content.decode() for answer in pages.values()) > len(pages) / 2
    attributes = {name: re.findall(r'([\w-]+)="[^"]*⟦', answer.content.decode()) for name, answer in pages.items()}
    assert {name: sorted({*found} - {"aria-label", "title"}) for name, found in attributes.items() if found} == {}
