"""A purge leaves that something was there, who removed it, when and why: no word of the rest, in no table."""

import io
import json
import uuid

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from annotator.actions.annotations import revise_annotation, wire
from annotator.actions.articles import bring_in, change_article, delete_article, draft, restore_article
from annotator.actions.comments import add_comment
from annotator.actions.feeds import follow_feed
from annotator.actions.operations import once
from annotator.actions.previews import preview
from annotator.actions.purging import purge_article
from annotator.actions.records import change_record, merge_record
from annotator.actions.register import assess
from annotator.actions.revisions import revise_article
from annotator.actions.transfers import begin_import, start_import, stop_import, store_rows
from annotator.domain.errors import Forbidden, Gone, Refused
from annotator.models import (
    Comment,
    Entity,
    Event,
    FeedItem,
    Import,
    ImportPiece,
    ImportRow,
    Issue,
    Mention,
    Operation,
    Place,
    Proposition,
    User,
)
from annotator.queries.transfers import rows_of
from articles.models import Article, Outlet
from articles.readers.row import Row
from tests.actions.events import last
from tests.factories import (
    TEXT,
    a_claim,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

pytestmark = pytest.mark.django_db

WORDS = ("Marrow", "Quill", "Gazetteer", "whoever they like", "closures", "Okafor", "Secret")


def everything_stored() -> str:
    """Every value of every row of every table, as one text."""
    rows = [
        list(row.values())
        for model in apps.get_models()
        for row in model._base_manager.values()
    ]  # fmt: skip
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, default=str)


def lines_with(secret: str) -> io.BytesIO:
    return io.BytesIO(json.dumps({"title": secret, "text": f"{secret}."}).encode() + b"\nno\n")


def test_no_file_preview_or_feed_holds_the_words_of_what_was_purged(cast):
    """Of imports, what is kept to be resumed goes, and what still waits of the file that it came with."""
    ended, going, other = (
        start_import(cast.project, [("news.jsonl", lines_with(secret))], by=cast.mo)
        for secret in ("Secret", "Secret 2", "Another")
    )
    stop_import(ended, by=cast.mo)
    begin_import(going)
    store_rows(going, list(rows_of(going))[:1], after=0)
    article = Article.objects.get()
    ImportRow.objects.update(title="Secret", notes=["Secret"], reason="Secret")
    preview(cast.project, [Row("a.txt", fields={"title": "Secret", "text": "Secret."})], by=cast.mo)
    feed = follow_feed(cast.project, by=cast.rita, url="https://news.example/feed")
    FeedItem.objects.create(
        feed=feed, key="k", content="c", article=article, title="Secret", state="new", seen_at=timezone.now()
    )

    purge_article(article, by=cast.alice, reason="A court order.")

    kept = [bytes(content) for content in ImportPiece.objects.values_list("content", flat=True)]
    assert [piece.startswith(b'{"title": "Another"') for piece in kept] == [True]
    assert "Secret" not in everything_stored()
    assert [(job.state, bool(job.problem)) for job in Import.objects.order_by("created_at")] == [
        ("stopped", False), ("failed", True), ("waiting", False),
    ]  # fmt: skip
    assert store_rows(going, [Row("a.txt", fields={"title": "B", "text": "B."})], after=1) is False
    assert other.pieces.exists()


def found_in(stored: str) -> set[str]:
    return {word for word in WORDS if word in stored}


@pytest.fixture
def article(cast, db):
    """An article that every table has something of, answers to requests among them."""
    given = {"title": "Secret title", "text": TEXT, "outlet": "The Gazetteer", "author": "Lena Okafor",
             "url": "https://news.example/Secret", "external_id": "Secret-1"}  # fmt: skip
    article = bring_in(cast.project, draft(given), by=cast.alice).article
    change_article(article, by=cast.alice, version=1, title="Secret second title")
    marrow = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow")
    twin = an_entity(cast.project, by=cast.mo, name="I. Marrow")
    change_record(marrow, {"description": "Of Secret House."}, by=cast.mo, version=1)
    mention = a_mention(article, by=cast.mo, entity=str(twin.pk), comment="Secret doubt.")
    merge_record(twin, marrow, by=cast.rita, version=1)
    outer = an_attribution(article, by=cast.mo, source=str(marrow.pk), segments=[[0, 45]])
    an_attribution(article, by=cast.mo, source=str(marrow.pk), parent=str(outer.pk), recipient="The Gazetteer")
    issue = an_issue(cast.project, by=cast.mo, wording="Closures are wrong: the Secret plan")
    of_outer = {"attribution": str(outer.pk), "holder": "UNSPECIFIED"}
    stance = a_stance(article, by=cast.mo, target_kind="issue", target=str(issue.pk), **of_outer)
    revise_annotation(stance, {"comment": "Secret."}, by=cast.mo, version=1)
    proposition = a_proposition(cast.project, by=cast.mo, wording="Secret closures save.")
    claim = a_claim(article, by=cast.mo, wording="The closures save.", proposition=str(proposition.pk))
    add_comment(mention, "Is it Marrow?", by=cast.rita)
    single = json.loads(json.dumps(wire(claim), default=str))
    batch = {"results": [{"status": 200, "body": {**single, "exact": ["the closures"]}}]}
    for body in (single, batch):
        once(uuid.uuid4(), "digest", by=cast.mo, do=lambda body=body: (200, body))
    return article


def test_a_purge_leaves_no_word_in_any_table(cast, article):
    models = {"entity": Entity, "issue": Issue, "proposition": Proposition}
    records = {noun: set(map(str, model.objects.values_list("pk", flat=True))) for noun, model in models.items()}
    assert found_in(everything_stored()) == set(WORDS)

    purge_article(article, by=cast.alice, reason="Court order 17 of 3 May.")

    assert found_in(everything_stored()) == set()
    event = last(cast.project)
    assert (event.act, event.by, event.article, event.before) == ("article.purged", cast.alice, article, None)
    assert (event.after["id"], event.after["reason"]) == (str(article.pk), "Court order 17 of 3 May.")
    # Who follows is told what went along.
    assert {noun: set(ids) for noun, ids in event.after["records"].items()} == records
    assert all(records.values())


def test_former_texts_and_places_are_purged_with_the_current(cast, article):
    revised = revise_article(article, TEXT.replace("vowed", "promised") + "\n\nSecret end.", by=cast.rita, version=2)
    assert Place.objects.exists()

    purge_article(revised, by=cast.alice, reason="Court order 17.")

    assert found_in(everything_stored()) == set()
    assert not Place.objects.exists()
    assert set(revised.revisions.values_list("number", "text")) == {(1, ""), (2, "")}


def test_what_happened_stays_as_who_and_when(cast, article):
    before = list(Event.objects.filter(project=cast.project).values_list("id", "act", "by", "at", "thing_id"))

    purge_article(article, by=cast.alice, reason="Court order 17.")

    after = Event.objects.filter(project=cast.project).exclude(act="article.purged")
    assert list(after.values_list("id", "act", "by", "at", "thing_id")) == before
    assert not after.filter(article=article).exclude(after=None).exists()


def test_what_others_use_stays(cast, article):
    marrow = Entity.objects.get(name="Ilsa Marrow")
    issue, proposition = Issue.objects.get(project=cast.project), Proposition.objects.get(project=cast.project)
    elsewhere = an_article(cast.project, by=cast.mo, outlet="The Gazetteer")
    other = a_mention(elsewhere, by=cast.mo, entity=str(marrow.pk))
    add_comment(other, "Stays.", by=cast.mo)
    assess(proposition, {"scale": "facts", "rating": "true"}, by=cast.rita)
    once(uuid.uuid4(), "digest", by=cast.mo, do=lambda: (200, {"id": str(other.pk)}))

    purge_article(article, by=cast.alice, reason="Court order 17.")

    assert list(Entity.objects.filter(project=cast.project)) == [marrow]
    assert not Issue.objects.filter(pk=issue.pk).exists()
    assert Proposition.objects.filter(pk=proposition.pk).exists()
    assert list(Mention.objects.filter(coding__article__project=cast.project)) == [other]
    assert [comment.text for comment in Comment.objects.all()] == ["Stays."]
    assert Outlet.objects.filter(project=cast.project).values_list("name", flat=True).get() == "The Gazetteer"
    assert [body for body in Operation.objects.values_list("body", flat=True) if body] == [{"id": str(other.pk)}]
    assert Event.objects.filter(thing_id=str(marrow.pk), act="entity.added").get().after["name"] == "Ilsa Marrow"


def test_an_answer_that_was_purged_is_not_given_again(cast, article):
    claim_answer = Operation.objects.filter(user=cast.mo).first()

    purge_article(article, by=cast.alice, reason="Court order 17.")

    status, body = once(claim_answer.key, "digest", by=cast.mo, do=lambda: pytest.fail("It was done before."))
    assert (status, body) == (200, None)


def test_the_text_may_come_in_again_and_the_purged_article_does_not(cast, article):
    purge_article(article, by=cast.alice, reason="Court order 17.")

    with pytest.raises(Gone, match="This article has been purged: there is nothing left to restore."):
        restore_article(article, by=cast.alice)
    with pytest.raises(Gone, match="This article has been purged already."):
        purge_article(article, by=cast.alice, reason="Again.")
    assert bring_in(cast.project, draft({"title": "T", "text": TEXT}), by=cast.mo).is_new


def test_an_article_in_the_bin_is_purged_too(cast, article):
    delete_article(article, by=cast.alice, version=2)

    purge_article(article, by=cast.alice, reason="Court order 17.")

    assert found_in(everything_stored()) == set()
    assert Article.objects.get(pk=article.pk).purged_at is not None


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("  ", "`reason` is required: it is what stays."),
        (None, "`reason` is required: it is what stays."),
        ("a" * 2_001, "`reason` has at most 2,000 characters"),
        ("a\x00", "`reason` has at most 2,000 characters, without NUL and halves of surrogate pairs."),
    ],
)
def test_a_purge_says_why(cast, article, reason, message):
    with pytest.raises(Refused, match=message):
        purge_article(article, by=cast.alice, reason=reason)

    assert found_in(everything_stored()) == set(WORDS)


def test_only_a_manager_purges(cast, article):
    for user in (cast.rita, cast.mo, cast.sam, cast.zoe):
        with pytest.raises(Forbidden):
            purge_article(article, by=User.objects.get(pk=user.pk), reason="No.")
