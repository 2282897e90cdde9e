"""Several at once, really: threads with connections of their own, and transactions that commit."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from annotator.actions.annotations import annotate, delete_annotation, revise_annotation
from annotator.actions.articles import bring_in, draft
from annotator.actions.codings import open_coding, set_state
from annotator.actions.operations import once
from annotator.actions.projects import create_project, remove_member
from annotator.actions.purging import purge_article
from annotator.actions.records import change_record, merge_record
from annotator.actions.trace import told_together
from annotator.domain.errors import AlreadyThere, AnnotatorError, Gone, NotNow, Refused, Stale
from annotator.models import Claim, Coding, Entity, Event, Issue, Membership, Mention, Operation, Stance
from articles.models import Article, Outlet, Project
from tests.factories import (
    Cast,
    a_cast,
    a_mention,
    a_project,
    a_stance,
    an_article,
    an_entity,
    an_issue,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return a_cast()


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """What each gives, or the error that it raises; all begin together, each on a connection of its own."""
    together = threading.Barrier(len(doings))

    def run(do: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return do()
        except (AnnotatorError, OperationalError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.result() for future in [pool.submit(run, do) for do in doings]]


def kinds(results: list[Any]) -> Counter[type]:
    return Counter(type(result) for result in results)


def test_of_two_who_change_one_stance_one_wins_and_the_other_is_told(cast):
    stance = a_stance(an_article(cast.project, by=cast.mo), by=cast.mo, position="oppose")

    def change(position: str) -> Callable[[], Any]:
        loaded = Stance.objects.select_related("coding__article").get(pk=stance.pk)
        return lambda: revise_annotation(loaded, {"position": position}, by=cast.rita, version=1)

    results = at_once(change("support"), change("mixed"))

    assert kinds(results) == {Stance: 1, Stale: 1}
    [winner] = [result for result in results if isinstance(result, Stance)]
    [told] = [result for result in results if isinstance(result, Stale)]
    stored = Stance.objects.get(pk=stance.pk)
    assert (stored.position, stored.version) == (winner.position, 2)
    assert told.current["position"] == winner.position
    assert Event.objects.filter(thing_id=str(stance.pk)).count() == 2


def test_thirty_identical_creates_make_one_row(cast):
    article = an_article(cast.project, by=cast.mo)
    own_id, given = uuid.uuid4(), {"revision": 1, "segments": [[0, 11]], "type": "PER"}

    def create() -> Any:
        mine = Article.objects.select_related("project").get(pk=article.pk)
        return annotate("mention", given, coding=open_coding(mine, by=cast.mo), by=cast.mo, id=own_id)

    results = [result for _ in range(3) for result in at_once(*[create] * 10)]

    assert kinds(results) == {Mention: 1, AlreadyThere: 29}
    assert {str(result.found) for result in results if isinstance(result, AlreadyThere)} == {str(own_id)}
    assert (Mention.objects.count(), Coding.objects.count()) == (1, 1)
    assert Event.objects.filter(act="mention.added").count() == 1


def test_an_operation_id_used_ten_times_does_its_work_once(cast):
    key, article = uuid.uuid4(), an_article(cast.project, by=cast.mo)
    done: list[int] = []

    def do() -> tuple[int, Any]:
        done.append(1)
        mine = Article.objects.select_related("project").get(pk=article.pk)
        given = {"revision": 1, "segments": [[0, 11]], "type": "PER"}
        return 201, {"id": str(annotate("mention", given, coding=open_coding(mine, by=cast.mo), by=cast.mo).pk)}

    results = at_once(*[lambda: once(key, "digest", by=cast.mo, do=do)] * 10)

    assert len({str(result) for result in results}) == 1
    assert results[0][0] == 201
    assert (len(done), Mention.objects.count(), Operation.objects.count()) == (1, 1, 1)


def test_an_operation_that_failed_may_be_tried_again_and_another_request_not(cast):
    key = uuid.uuid4()

    def fail() -> tuple[int, Any]:
        raise Refused.field("title", "", "An article needs a title.")

    with pytest.raises(Refused):
        once(key, "digest", by=cast.mo, do=fail)
    assert once(key, "digest", by=cast.mo, do=lambda: (201, {"id": 1})) == (201, {"id": 1})
    assert once(key, "digest", by=cast.mo, do=fail) == (201, {"id": 1})
    with pytest.raises(NotNow, match="This Idempotency-Key was used with another request: choose a new one."):
        once(key, "other", by=cast.mo, do=lambda: (201, {"id": 2}))
    assert once(key, "other", by=cast.rita, do=lambda: (201, {"id": 3})) == (201, {"id": 3})
    assert once(None, "digest", by=cast.mo, do=lambda: (200, None)) == (200, None)


def test_two_first_writes_make_one_layer(cast):
    article = an_article(cast.project, by=cast.mo)

    def open_it(user: Any) -> Callable[[], Any]:
        return lambda: open_coding(Article.objects.select_related("project").get(pk=article.pk), by=user)

    results = at_once(*[open_it(user) for user in (cast.mo, cast.rita, cast.alice) * 3])

    assert {result.pk for result in results} == {Coding.id_for(article.pk, "shared")}
    assert Coding.objects.filter(article=article).count() == 1


def test_one_text_and_its_new_outlet_come_in_once(cast):
    given = draft({"title": "T", "text": "They vowed.", "outlet": "The Courier"})
    others = [draft({"title": f"T {n}", "text": f"They vowed {n}.", "outlet": "THE COURIER"}) for n in range(4)]

    same = at_once(*[lambda: bring_in(cast.project, given, by=cast.mo)] * 6)
    new = at_once(*[lambda one=one: bring_in(cast.project, one, by=cast.mo) for one in others])

    assert sorted(arrival.is_new for arrival in same) == [False] * 5 + [True]
    assert all(arrival.is_new for arrival in new)
    assert Outlet.objects.filter(project=cast.project).count() == 1
    assert Article.objects.filter(project=cast.project).count() == 5


def test_a_claim_without_wording_does_not_slip_into_a_layer_that_gets_done(cast):
    article = an_article(cast.project, by=cast.mo)
    coding = open_coding(article, by=cast.mo)
    given = {"revision": 1, "segments": [[0, 11]], "claimant": "AUTHOR", "claim_kind": "event"}

    def fresh() -> Coding:
        return Coding.objects.select_related("article__project").get(pk=coding.pk)

    for _ in range(5):
        Claim.objects.all().delete()
        Coding.objects.update(state="open")
        at_once(
            lambda: annotate("claim", given, coding=fresh(), by=cast.mo),
            lambda: set_state(fresh(), "done", by=cast.mo),
        )
        assert Coding.objects.get().state == "open" or not Claim.objects.exists()


def test_of_two_managers_who_remove_each_other_one_stays(cast):
    Membership.objects.filter(project=cast.project, user=cast.rita).update(role="manager")
    alice, rita = (Membership.objects.get(project=cast.project, user=user) for user in (cast.alice, cast.rita))

    at_once(lambda: remove_member(rita, by=cast.alice), lambda: remove_member(alice, by=cast.rita))

    assert Membership.objects.filter(project=cast.project, role="manager").count() == 1


def test_two_projects_of_one_address_are_refused_by_name(cast):
    results = at_once(*[lambda: create_project(slug="harbour", name="Harbour", by=cast.mo)] * 4)

    assert kinds(results) == {Project: 1, Refused: 3}
    assert {result.problems[0].field for result in results if isinstance(result, Refused)} == {"slug"}


def test_merges_and_moves_at_once_make_no_ring(cast):
    for _ in range(4):
        one, other = (an_entity(cast.project, by=cast.rita) for _ in range(2))
        top, low = (an_issue(cast.project, by=cast.rita) for _ in range(2))

        at_once(
            lambda one=one, other=other: merge_record(one, other, by=cast.rita, version=1),
            lambda one=one, other=other: merge_record(other, one, by=cast.rita, version=1),
            lambda top=top, low=low: change_record(top, {"parent": str(low.pk)}, by=cast.rita, version=1),
            lambda top=top, low=low: change_record(low, {"parent": str(top.pk)}, by=cast.rita, version=1),
        )

        assert Entity.objects.filter(pk__in=[one.pk, other.pk]).exclude(merged_into=None).count() == 1
        assert Issue.objects.filter(pk__in=[top.pk, low.pk]).exclude(parent=None).count() == 1


def test_a_purge_among_writers_deadlocks_with_none(cast):
    article = an_article(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo)

    def write() -> Any:
        mine = Article.objects.select_related("project").get(pk=article.pk)
        given = {"revision": 1, "segments": [[0, 4]], "type": "PER"}
        return annotate("mention", given, coding=open_coding(mine, by=cast.mo), by=cast.mo)

    def purge() -> None:
        purge_article(Article.objects.get(pk=article.pk), by=cast.alice, reason="Order.")

    results = at_once(write, write, purge, purge, write, write)

    assert [result for result in results if isinstance(result, OperationalError)] == []
    assert kinds(results)[Gone] == 1
    assert Mention.objects.filter(coding__article=article).count() == 0
    assert Event.objects.filter(article=article).exclude(act="article.purged").exclude(after=None).count() == 0


def test_batches_over_the_same_articles_wait_for_each_other_and_history_is_in_order(cast):
    articles = [an_article(cast.project, by=cast.mo) for _ in range(3)]
    ids = sorted(open_coding(article, by=cast.mo).pk for article in articles)

    def batch() -> int:
        with transaction.atomic(), told_together():
            for coding in Coding.objects.select_related("article__project").filter(pk__in=ids).order_by("pk"):
                given = {"revision": 1, "segments": [[0, 4]], "type": "PER"}
                annotate("mention", given, coding=coding, by=cast.mo)
        return 3

    def single() -> Any:
        coding = Coding.objects.select_related("article__project").get(pk=ids[1])
        return annotate("mention", {"revision": 1, "segments": [[5, 11]], "type": "PER"}, coding=coding, by=cast.mo)

    results = at_once(batch, single, batch, single, batch, single)

    assert kinds(results) == {int: 3, Mention: 3}
    assert Mention.objects.count() == Event.objects.filter(act="mention.added").count() == 12
    # What one batch did stands together: its events were written at its end.
    acts = list(Event.objects.filter(act="mention.added").order_by("id").values_list("article", flat=True))
    order = [coding.article_id for coding in Coding.objects.filter(pk__in=ids).order_by("pk")]
    batches = sum(acts[at : at + 3] == order for at in range(len(acts)))
    assert batches == 3


def test_nothing_is_told_of_a_batch_that_fails(cast):
    coding = open_coding(an_article(cast.project, by=cast.mo), by=cast.mo)
    before = Event.objects.count()

    def batch() -> None:
        with transaction.atomic(), told_together():
            annotate("mention", {"revision": 1, "segments": [[0, 4]], "type": "PER"}, coding=coding, by=cast.mo)
            raise Refused.field("x", None, "The second of the batch.")

    with pytest.raises(Refused):
        batch()
    delete_annotation(a_mention(coding.article, by=cast.mo), by=cast.mo, version=1)

    assert [event.act for event in Event.objects.order_by("id")[before:]] == ["mention.added", "mention.deleted"]


def test_projects_do_not_wait_for_each_others_history(cast):
    elsewhere = a_project(cast.zoe)
    here = an_article(cast.project, by=cast.mo)

    with transaction.atomic():
        a_mention(here, by=cast.mo)
        [arrival] = at_once(lambda: bring_in(elsewhere, draft({"title": "T", "text": "Elsewhere."}), by=cast.zoe))

    assert arrival.is_new
