"""How much is tagged about a record is what counting all that one may read gives."""

import random
from collections import Counter

import pytest

from annotator.access.visibility import visible_annotations
from annotator.actions.annotations import delete_annotation
from annotator.actions.articles import delete_article
from annotator.models import Mention, Stance
from annotator.queries import tagged
from annotator.queries.tagged import counts_of_entities, tally_of_issues
from tests.factories import a_cast, a_mention, a_stance, an_article, an_entity, an_issue

POSITIONS = ("support", "oppose")


@pytest.fixture(params=["shared", "independent"])
def desk(request, db):
    """Two layers of each of six articles: some annotations are in the bin or only suggested, and so is an article."""
    chance = random.Random(3)
    cast = a_cast(layers=request.param)
    entities = [an_entity(cast.project, by=cast.alice) for _ in range(3)]
    issues = [an_issue(cast.project, by=cast.alice) for _ in range(2)]
    articles = [an_article(cast.project, by=cast.alice) for _ in range(6)]
    made = []
    for article in articles:
        for by in (cast.mo, cast.rita):
            made.append(a_mention(article, by=by, entity=chance.choice(entities).pk))
            about = {"target_kind": "issue", "target": chance.choice(issues).pk, "position": chance.choice(POSITIONS)}
            made.append(a_stance(article, by=by, holder=str(chance.choice(entities).pk), **about))
    for annotation in made[:2]:
        delete_annotation(annotation, by=annotation.coding.coder or cast.alice, version=1)
    for model, annotation in ((Mention, made[4]), (Stance, made[5])):
        model.objects.filter(pk=annotation.pk).update(origin="suggested")
    delete_article(articles[-1], by=cast.alice, version=articles[-1].version)
    return cast, entities, issues


@pytest.mark.parametrize("reader", ["alice", "mo", "sam", "zoe"])
def test_records_are_counted_over_what_one_may_read(desk, reader):
    cast, entities, issues = desk
    user = getattr(cast, reader)

    counts, tally = counts_of_entities(user, entities), tally_of_issues(user, issues)

    mentions, stances = (
        [
            row
            for row in visible_annotations(user, kind).select_related("coding__article")
            if not row.deleted_at and row.origin != "suggested" and not row.coding.article.deleted_at
        ]
        for kind in ("mention", "stance")
    )
    assert bool(mentions) == (reader != "zoe" and (cast.project.layers == "shared" or reader != "sam"))
    for entity in entities:
        assert counts[entity.pk] == Counter(
            mentions=sum(row.entity_id == entity.pk for row in mentions),
            held=sum(row.holder_entity_id == entity.pk for row in stances),
        )
    for issue in issues:
        assert tally[issue.pk] == Counter(row.position for row in stances if row.target_issue_id == issue.pk)


def test_both_ways_of_counting_count_the_same(desk, monkeypatch):
    cast, entities, issues = desk
    from_the_index = counts_of_entities(cast.rita, entities), tally_of_issues(cast.rita, issues)

    monkeypatch.setattr(tagged, "reads_every_layer", lambda user, projects: False)

    assert (counts_of_entities(cast.rita, entities), tally_of_issues(cast.rita, issues)) == from_the_index
