"""Which annotations touch [a, b): the right ones, and by an index."""

import pytest
from django.db import connection

from annotator.models import ANNOTATIONS, Mention
from articles.models import Revision
from tests.factories import a_cast, a_coding, a_mention, an_article

pytestmark = pytest.mark.django_db

SPANS = [[[0, 2]], [[1, 5]], [[3, 4]], [[3, 4]], [[0, 1], [8, 9]], [[4, 7]], [[10, 12]], [[0, 12]]]


@pytest.fixture(scope="module")
def article(stage):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text="abcdefghijkl")
    for segments in SPANS:
        a_mention(article, by=cast.alice, words="a", segments=segments)
    return article


def test_an_annotation_touches_what_its_first_to_its_last_character_reaches_into(article):
    for start in range(12):
        for end in range(start + 1, 13):
            expected = [span for span in SPANS if span[0][0] < end and span[-1][1] > start]

            touched = Mention.objects.filter(revision=article.current).overlapping(start, end)

            assert sorted(touched.values_list("segments", flat=True)) == sorted(expected)


def test_other_texts_and_what_stands_beside_are_not_touched(article):
    elsewhere = an_article(article.project, by=article.project.memberships.first().user, text="abcdefghijkl other")

    assert not Mention.objects.filter(revision=elsewhere.current).overlapping(0, 12).exists()
    assert not Mention.objects.filter(revision=article.current).overlapping(12, 20).exists()


@pytest.mark.parametrize("kind", ANNOTATIONS)
def test_every_kind_has_the_index_of_its_place(kind):
    [index] = [index for index in ANNOTATIONS[kind]._meta.indexes if index.name == f"{kind}_place"]

    assert index.fields == ["revision", "first", "last"]


def test_the_question_is_answered_by_the_index_of_the_place(article):
    mention = Mention.objects.filter(revision=article.current).first()
    fill(mention, articles=20, each=100)

    plan = Mention.objects.filter(revision=article.current).overlapping(3, 5).explain()

    assert "mention_place" in plan
    assert "Seq Scan" not in plan


def fill(mention: Mention, *, articles: int, each: int) -> None:
    """Put copies of a mention on further revisions, ``each`` a revision, and let the planner count them."""
    text = "abcdefghij" * (each + 1)
    Revision.objects.bulk_create(
        Revision(article=mention.coding.article, number=2 + number, text=text, sha256="", length=len(text))
        for number in range(articles)
    )
    revisions = Revision.objects.filter(article=mention.coding.article, number__gt=1)
    Mention.objects.bulk_create(
        Mention(
            coding=mention.coding,
            revision=revision,
            segments=[[at * 10, at * 10 + 4]],
            type="PER",
            created_by=mention.created_by,
            changed_by=mention.changed_by,
        )
        for revision in revisions
        for at in range(each)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotator_mention")


def test_places_are_those_of_the_current_row(article):
    coding = a_coding(article, by=article.project.memberships.first().user)

    assert list(Mention.objects.filter(coding=coding).in_text_order().values_list("first", "last")) == sorted(
        (span[0][0], span[-1][1]) for span in SPANS
    )
