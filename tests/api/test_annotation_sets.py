"""The annotations of an article in one write: created, changed, deleted or left, all or nothing."""

import uuid

import pytest

from annotator.actions import known
from annotator.actions.codings import set_state
from annotator.models import ANNOTATIONS, Attribution, Claim, Event, Mention, Stance
from annotator.models.prepared import run_together
from tests.api.clients import API, client_of
from tests.factories import a_cast, a_claim, a_coding, a_mention, an_article, an_attribution, an_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(cast):
    return an_article(cast.project, by=cast.mo)


def put(user, article, annotations, *, query="", **headers):
    body = {"revision": 1, "annotations": annotations}
    return client_of(user).put(f"{API}/articles/{article.pk}/annotations/{query}", body, **headers)


def tag(user, article):
    return client_of(user).get(f"{API}/articles/{article.pk}/annotations/")["ETag"]


def counts(answer):
    return {name: answer.json()[name] for name in ("created", "changed", "same", "deleted")}


MENTION = {"kind": "mention", "segments": [[0, 11]], "type": "PER", "external_id": "m"}
QUOTE = {"kind": "attribution", "segments": [[0, 45]], "source": "UNSPECIFIED", "mode": "indirect", "external_id": "q"}
INNER = {**QUOTE, "segments": [[21, 45]], "external_id": "q-in", "parent": "q"}
CLAIM = {
    "kind": "claim", "segments": [[37, 45]], "claimant": "AUTHOR", "claim_kind": "event", "wording": "A plan.",
    "attribution": "q-in",
}  # fmt: skip


def test_the_difference_is_written_and_told(cast, article):
    first = put(cast.mo, article, [CLAIM, INNER, QUOTE, MENTION])
    assert (first.status_code, counts(first)) == (200, {"created": 4, "changed": 0, "same": 0, "deleted": 0})
    assert Claim.objects.get().attribution.parent == Attribution.objects.get(external_id="q")
    seen = Event.objects.order_by("-id")[0].pk

    claim = str(Claim.objects.get().pk)
    second = put(
        cast.mo,
        article,
        [{**CLAIM, "id": claim, "wording": "Another plan.", "attribution": None}, {**MENTION, "level": "NAM"},
         {**MENTION, "external_id": "", "segments": [[5, 11]]}],
        HTTP_IF_MATCH=tag(cast.mo, article),
    )  # fmt: skip

    assert counts(second) == {"created": 1, "changed": 1, "same": 1, "deleted": 2}
    told = [(each["outcome"], each["annotation"], each["kind"], each["version"]) for each in second.json()["results"]]
    assert told == [
        ("changed", 0, "claim", 2), ("same", 1, "mention", 1), ("created", 2, "mention", 1),
        ("deleted", None, "attribution", 2), ("deleted", None, "attribution", 2),
    ]  # fmt: skip
    assert second.json()["etag"] == tag(cast.mo, article)
    acts = Event.objects.filter(pk__gt=seen).order_by("id").values_list("act", flat=True)
    assert sorted(acts) == ["attribution.deleted", "attribution.deleted", "claim.revised", "mention.added"]
    assert [row.external_id for row in Attribution.objects.order_by("changed_at")] == ["q-in", "q"]


def test_what_was_read_may_be_written_back_and_nothing_happens(cast, article):
    issue = an_issue(cast.project, by=cast.mo)
    stance = {"kind": "stance", "segments": [[12, 36]], "target_kind": "issue", "target": str(issue.pk),
              "position": "oppose", "attribution": "q"}  # fmt: skip
    put(cast.mo, article, [QUOTE, INNER, CLAIM, MENTION, stance])
    read = client_of(cast.mo).get(f"{API}/articles/{article.pk}/annotations/").json()
    events = Event.objects.count()

    again = put(cast.mo, article, read["annotations"])

    assert (again.status_code, counts(again)) == (200, {"created": 0, "changed": 0, "same": 5, "deleted": 0})
    assert Event.objects.count() == events


def test_all_of_it_is_undone_when_one_fails_and_the_problem_names_it(cast, article):
    put(cast.mo, article, [MENTION])
    events = Event.objects.count()

    answer = put(cast.mo, article, [{**QUOTE}, {**CLAIM, "attribution": "q", "segments": [[36, 45]]}],
                 HTTP_IF_MATCH="*")  # fmt: skip

    problem = answer.json()
    assert (answer.status_code, problem["annotation"]) == (400, 1)
    assert problem["detail"].startswith("Annotation 1: Span [36, 45) begins or ends in white space")
    assert (Mention.objects.kept().count(), Attribution.objects.count(), Event.objects.count()) == (1, 0, events)


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({"kind": "opinion"}, 400),
        ({**MENTION, "id": "mine"}, 400),
        ({**MENTION, "exact": ["Ilsa"]}, 422),
        ({**MENTION, "revision": 2}, 409),
        ({**CLAIM, "attribution": None, "id": "TAKEN"}, 409),
        ({**CLAIM, "attribution": "q-9"}, 400),
        ({**MENTION, "external_id": "x", "kind": "claim", "id": "MINE"}, 400),
    ],
)
def test_one_that_is_not_taken_is_told_by_its_place(cast, article, entry, status):
    mine = a_mention(article, by=cast.mo)
    elsewhere = a_claim(an_article(cast.project, by=cast.mo), by=cast.mo)
    ids = {"TAKEN": str(elsewhere.pk), "MINE": str(mine.pk)}
    entry = {**entry, **({"id": ids.get(entry["id"], entry["id"])} if "id" in entry else {})}

    answer = put(cast.mo, article, [MENTION, entry], HTTP_IF_MATCH="*")

    assert (answer.status_code, answer.json().get("annotation")) == (status, 1), answer.json()


def test_two_with_one_external_id_are_refused(cast, article):
    put(cast.mo, article, [MENTION])

    answer = put(cast.mo, article, [MENTION, {**MENTION, "segments": [[5, 11]]}], HTTP_IF_MATCH="*")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "external_id")


def test_what_is_there_is_replaced_only_by_who_has_read_it(cast, article):
    put(cast.mo, article, [MENTION])
    read = tag(cast.mo, article)
    a_mention(article, by=cast.rita)

    blind = put(cast.rita, article, [])
    stale = put(cast.mo, article, [], HTTP_IF_MATCH=read)
    more = put(cast.rita, article, [MENTION], HTTP_IF_MATCH=tag(cast.rita, article))

    assert (blind.status_code, stale.status_code, more.status_code) == (428, 412, 200)
    assert len(stale.json()["current"]["annotations"]) == 2
    assert counts(more) == {"created": 0, "changed": 0, "same": 1, "deleted": 1}


def test_a_coder_does_not_delete_what_others_made(cast, article):
    a_mention(article, by=cast.rita)

    answer = put(cast.mo, article, [], HTTP_IF_MATCH="*")

    assert (answer.status_code, Mention.objects.kept().count()) == (403, 1)


def test_a_dry_run_tells_the_same_and_stores_nothing(cast, article):
    put(cast.mo, article, [MENTION, QUOTE])
    wanted = [{**MENTION, "level": "NOM"}, CLAIM | {"attribution": None}]
    read, events = tag(cast.mo, article), Event.objects.count()

    tried = put(cast.mo, article, wanted, query="?dry_run=true", HTTP_IF_MATCH=read)
    assert (counts(tried), tried.json()["dry_run"]) == (
        {"created": 1, "changed": 1, "same": 0, "deleted": 1}, True,
    )  # fmt: skip
    assert (tag(cast.mo, article), Event.objects.count()) == (read, events)
    assert tried.json()["etag"] == read
    done = put(cast.mo, article, wanted, HTTP_IF_MATCH=read)
    assert counts(done) == counts(tried)


@pytest.mark.parametrize("query", ["?offsets=utf16", "?offsets=utf8", "?fields=id"])
def test_what_was_read_in_another_form_is_what_is_written_on(cast, article, query):
    put(cast.mo, article, [MENTION])
    address = f"{API}/articles/{article.pk}/annotations/"
    read = client_of(cast.mo).get(f"{address}{query}")["ETag"]

    done = put(cast.mo, article, [{**MENTION, "level": "NOM"}], HTTP_IF_MATCH=read)
    again = put(cast.mo, article, [{**MENTION, "level": "NAM"}], HTTP_IF_MATCH=read)

    assert (done.status_code, again.status_code) == (200, 412)


def test_only_ones_own_layer_is_written(db):
    cast = a_cast(layers="independent")
    article = an_article(cast.project, by=cast.alice)
    theirs = a_mention(article, by=cast.alice)

    own = put(cast.mo, article, [MENTION])
    others = client_of(cast.mo).put(
        f"{API}/articles/{article.pk}/annotations/",
        {"revision": 1, "annotations": [], "coding": str(theirs.coding_id)},
        HTTP_IF_MATCH="*",
    )

    assert (own.status_code, others.status_code) == (200, 400)
    assert Mention.objects.kept().filter(coding=a_coding(article, by=cast.mo)).count() == 1
    assert Mention.objects.kept().filter(pk=theirs.pk).exists()


def test_a_layer_that_is_done_and_an_article_in_the_bin_take_nothing(cast, article):
    coding = a_coding(article, by=cast.mo)
    set_state(coding, "done", by=cast.mo)
    done = put(cast.mo, article, [MENTION])
    client_of(cast.rita).delete(f"{API}/articles/{article.pk}/", HTTP_IF_MATCH="*")
    gone = put(cast.mo, article, [MENTION])

    assert (done.status_code, gone.status_code, Mention.objects.count()) == (409, 410, 0)


def test_in_a_batch_it_is_one_of_the_writes(cast, article):
    path = f"/articles/{article.pk}/annotations/"
    body = {"revision": 1, "annotations": [MENTION]}

    tried = client_of(cast.mo).post(
        f"{API}/batch/", {"operations": [{"method": "PUT", "path": f"{path}?dry_run=true", "body": body}]}
    )
    done = client_of(cast.mo).post(f"{API}/batch/", {"operations": [{"method": "PUT", "path": path, "body": body}]})

    assert (tried.status_code, done.status_code, Mention.objects.count()) == (200, 200, 1)
    assert Event.objects.filter(act="mention.added").count() == 1


def test_a_set_has_a_bound(cast, article):
    answer = put(cast.mo, article, [MENTION] * 5_001)

    assert (answer.status_code, answer.json()["errors"][0]["value"]) == (400, 5_001)


def test_the_codebook_and_the_records_are_read_once(cast, article, monkeypatch):
    issue = an_issue(cast.project, by=cast.mo)
    an_attribution(article, by=cast.mo)
    stances = [
        {"kind": "stance", "id": str(uuid.uuid4()), "segments": [[12, 36]], "holder": "AUTHOR", "target_kind": "issue",
         "target": str(issue.pk), "position": "oppose"}
        for _ in range(20)
    ]  # fmt: skip

    asked = []

    def counting(statements):
        asked.append({statement for statement, _ in statements})
        return run_together(statements)

    monkeypatch.setattr(known, "run_together", counting)
    assert put(cast.mo, article, stances, HTTP_IF_MATCH="*").status_code == 200

    # The codebook's fields in one round trip, and the issue in another.
    assert [len(statements) for statements in asked] == [1, 1]
    assert Stance.objects.count() == 20
    assert {kind: model.objects.kept().count() for kind, model in ANNOTATIONS.items()}["attribution"] == 0
