"""Files of articles: good rows are kept with their annotations, each bad one is told, and each leaves one event."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.actions.annotations import annotate
from annotator.actions.imports import import_rows
from annotator.actions.known import Known
from annotator.actions.nesting import in_order
from annotator.domain.errors import Forbidden
from annotator.models import ANNOTATIONS, Attribution, Claim, Mention, Stance
from articles.models import Article
from articles.readers.row import Row
from tests.actions.events import events
from tests.factories import TEXT, a_claim, a_coding, a_project, an_article, an_entity, an_issue

pytestmark = pytest.mark.django_db


def row(number, *annotations, **fields):
    given = {"title": f"T {number}", "text": f"{TEXT}\n\nRow {number}.", **fields}
    return Row(f"news.jsonl, line {number}", fields=given, annotations=list(annotations))


def imported(cast, *rows):
    return list(import_rows(cast.project, rows, by=cast.mo))


def quotation(**fields):
    given = {"kind": "attribution", "segments": [[0, 45]], "source": "UNSPECIFIED", "mode": "indirect"}
    return {**given, **fields}


CLAIM = {"kind": "claim", "segments": [[37, 45]], "claimant": "AUTHOR", "claim_kind": "event", "wording": "A plan."}


def test_good_rows_are_kept_and_bad_ones_told(cast):
    same = row(1)
    rows = [
        row(1), row(2, title=""), Row("news.jsonl, line 3", problem="news.jsonl, line 3: not JSON."), same,
        row(5, {**CLAIM, "segments": [[0, 9_999]]}), row(6, external_id="x-1"), row(7, external_id="x-1"),
        row(8, titel="T"), row(9),
    ]  # fmt: skip

    told = [(outcome.source[17:], outcome.state, outcome.reason) for outcome in imported(cast, *rows)]

    assert told == [
        ("1", "new", ""),
        ("2", "refused", "news.jsonl, line 2: An article needs a title."),
        ("3", "refused", "news.jsonl, line 3: not JSON."),
        ("1", "same", ""),
        ("5", "refused", "news.jsonl, line 5: annotation 0: Span [0, 9999) ends after the text, which has "
                         "222 characters."),
        ("6", "new", ""),
        ("7", "refused", "news.jsonl, line 7: The project has an article with this external id."),
        ("8", "refused", "news.jsonl, line 8: `titel` is not a field of an article; it has author, external_id, "
                         "language, outlet, published_on, text, title, url."),
        ("9", "new", ""),
    ]  # fmt: skip
    assert set(Article.objects.filter(project=cast.project).values_list("title", flat=True)) == {"T 1", "T 6", "T 9"}


def test_an_article_with_all_kinds_of_annotations_leaves_one_event(cast):
    marrow, issue = an_entity(cast.project, by=cast.mo), an_issue(cast.project, by=cast.mo)
    before = len(events(cast.project))
    annotations = [
        {"kind": "stance", "segments": [[12, 36]], "attribution": "q-1", "target_kind": "issue",
         "target": str(issue.pk), "position": "oppose"},
        {**CLAIM, "attribution": "q-2", "exact": ["the plan"]},
        quotation(external_id="q-2", parent="q-1", segments=[[21, 45]]),
        quotation(external_id="q-1", source=str(marrow.pk)),
        {"kind": "mention", "segments": [[0, 11]], "type": "PER", "entity": str(marrow.pk)},
    ]  # fmt: skip

    [outcome] = imported(cast, row(1, *annotations))

    [event] = events(cast.project)[before:]
    assert (outcome.state, outcome.annotations) == ("new", 5)
    assert (event.act, event.article, event.version, event.before) == ("article.imported", outcome.article, 1, None)
    assert (event.after["title"], event.after["annotations"]) == ("T 1", 5)
    outer, inner = Attribution.objects.get(external_id="q-1"), Attribution.objects.get(external_id="q-2")
    assert inner.parent == outer
    assert (Stance.objects.get().attribution, Stance.objects.get().holder_entity) == (outer, marrow)
    assert Claim.objects.get().attribution == inner
    assert {(row.origin, row.version, row.created_by) for row in Mention.objects.all()} == {("imported", 1, cast.mo)}


def test_ids_that_come_along_are_kept_and_may_be_pointed_to(cast):
    outer, inner, claim = (str(uuid.uuid4()) for _ in range(3))
    annotations = [
        {**CLAIM, "id": claim, "attribution": inner},
        quotation(id=inner, parent=outer, segments=[[21, 45]]),
        quotation(id=outer),
    ]

    [outcome] = imported(cast, row(1, *annotations))

    assert outcome.reason == ""
    assert (str(Claim.objects.get().pk), str(Claim.objects.get().attribution_id)) == (claim, inner)
    assert str(Attribution.objects.get(pk=inner).parent_id) == outer


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ({}, "`kind`: None is unknown; use one of mention, attribution, stance, claim."),
        ({**CLAIM, "kind": ["claim"]}, "`kind`: ['claim'] is unknown;"),
        ({**CLAIM, "external_id": {"a": 1}}, "`external_id`: a text is expected, not dict."),
        ({**CLAIM, "attribution": ["q"]}, "`attribution`: ['q'] is no id (a UUID)."),
        ({**CLAIM, "attribution": "q-9"}, "`attribution`: 'q-9' is no id (a UUID)."),
        ({**CLAIM, "id": "mine"}, "`id`: 'mine' is no id (a UUID)."),
        ({**CLAIM, "exact": ["a plan"]}, "`exact`: the text has ['the plan'] there, not ['a plan']."),
        ({**CLAIM, "link_score": float("nan")}, "`link_score`: nan is no number between"),
        (quotation(external_id="q-1", parent="q-1"), "`parent`: 'q-1' is no id (a UUID)."),
        (quotation(parent={"q": 1}), "`parent`: {'q': 1} is no id (a UUID)."),
    ],
)
def test_a_bad_annotation_refuses_its_row_alone(cast, annotation, said):
    outcomes = imported(cast, row(1), row(2, CLAIM, annotation), row(3, CLAIM))

    assert [outcome.state for outcome in outcomes] == ["new", "refused", "new"]
    assert outcomes[1].reason.startswith(f"news.jsonl, line 2: annotation 1: {said}")
    assert Claim.objects.count() == 1


def test_a_ring_of_parents_is_refused(cast):
    ring = [quotation(external_id=f"q-{n}", parent=f"q-{(n + 1) % 3}") for n in range(3)]

    [outcome] = imported(cast, row(1, *ring))

    assert (outcome.state, "`parent`: 'q-" in outcome.reason) == ("refused", True)
    assert not Article.objects.filter(project=cast.project).exists()


def test_the_same_external_id_twice_in_one_layer_is_refused(cast):
    [outcome] = imported(cast, row(1, {**CLAIM, "external_id": "c"}, {**CLAIM, "external_id": "c"}))

    assert outcome.reason.endswith("annotation 1: Another claim of this layer has this external id.")


def test_ten_thousand_nested_parents_are_put_in_order():
    given = [quotation(external_id=f"q-{n}", parent=f"q-{n + 1}") for n in range(10_000)]

    assert in_order(given) == list(reversed(range(10_000)))


def test_rows_that_the_database_refuses_are_told_among_the_good_ones(cast):
    taken = a_claim(an_article(cast.project, by=cast.mo), by=cast.mo)
    loud = {**CLAIM, "claim_kind": "opinion", "check_worthiness": "CFS"}
    rows = [row(number, CLAIM) for number in range(1, 31)]
    rows[3].annotations += [loud]
    rows[4].annotations += [quotation(), {**CLAIM, "id": str(taken.pk)}]
    rows[5].fields["external_id"] = rows[29].fields["external_id"] = "x"
    rows[17].annotations = [{"kind": "mention", "type": "PER", "role": "GPE", "segments": [[0, 11]]}]

    told = {outcome.source[17:]: outcome.reason for outcome in imported(cast, *rows) if outcome.state == "refused"}

    start = "news.jsonl, line"
    assert told == {
        "4": f"{start} 4: annotation 1: An opinion is not factual: its `check_worthiness` is NFS.",
        "5": f"{start} 5: annotation 2: Something with this id exists already.",
        "18": f"{start} 18: annotation 0: `role` is for mentions of type GPE only.",
        "30": f"{start} 30: The project has an article with this external id.",
    }
    assert (Claim.objects.count(), Article.objects.filter(project=cast.project).count()) == (27, 27)


def test_a_reference_that_is_gone_by_the_end_refuses_its_row_alone(cast, monkeypatch):
    gone = uuid.uuid4()
    monkeypatch.setattr(Known, "record", lambda self, table, id: id)

    outcomes = imported(cast, row(1, CLAIM), row(2, {**CLAIM, "claimant": str(gone)}), row(3, CLAIM))

    assert [outcome.state for outcome in outcomes] == ["new", "refused", "new"]
    assert outcomes[1].reason == "news.jsonl, line 2: It does not go with what is stored."


def test_what_is_imported_says_what_it_would_say_if_it_were_written_one_by_one(cast):
    marrow, issue = an_entity(cast.project, by=cast.mo), an_issue(cast.project, by=cast.mo)
    odd = 'tab\there, \\N and \\. on\na line, "quoted" {braced}, 😀 \r end'
    annotations = [
        {"kind": "mention", "segments": [[0, 4], [5, 11]], "type": "GPE", "role": "ORG", "class": "GEN",
         "entity": str(marrow.pk), "comment": odd},
        quotation(source=str(marrow.pk), source_span=[[0, 11]], cue_span=[[12, 17]], flags=["source_typo"],
                  said_on="2026-01-02", said_on_precision="day", negated=True, recipient=odd, medium="\\"),
        {"kind": "stance", "segments": [[12, 36]], "holder": str(marrow.pk), "target_kind": "issue",
         "target": str(issue.pk), "position": "oppose", "intensity": 3, "frames": ["economic", "morality"],
         "hedge_spans": [[0, 4], [5, 11]], "valid_on": "2016-11-18"},
        {**CLAIM, "wording": odd, "quantities": [{"span": [0, 4], "low": 9, "high": 1e17, "unit": odd}],
         "deadline": "2027-01-01", "presupposed": True},
    ]  # fmt: skip
    [outcome] = imported(cast, row(1, *annotations, author="A\\B"))
    assert outcome.reason == ""
    article = Article.objects.get(pk=outcome.article.pk)

    for given in annotations:
        kind = given["kind"]
        alone = annotate(kind, {**given, "revision": 1, "origin": "imported"}, coding=a_coding(article, by=cast.mo),
                         by=cast.mo)  # fmt: skip
        [first, second] = ANNOTATIONS[kind].objects.order_by("created_at").wire()
        differ = {name for name in first if first[name] != second[name]}
        assert (second["id"], differ - {"id", "created_at", "changed_at"}) == (alone.pk, set())
    assert (article.author, article.current.text) == ("A\\B", row(1).fields["text"])
    assert outcome.article.created_at == article.created_at


def test_a_chunk_takes_as_many_queries_with_ten_rows_as_with_forty(cast):
    imported(cast, row(0, CLAIM, quotation(), outlet="The Courier"))
    taken = []
    for first, count in ((100, 10), (200, 40)):
        rows = [row(number, CLAIM, quotation(), outlet="The Courier") for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as queries:
            assert {outcome.state for outcome in imported(cast, *rows)} == {"new"}
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_readers_import_nothing(cast):
    with pytest.raises(Forbidden):
        list(import_rows(cast.project, [row(1)], by=cast.sam))


def test_in_an_independent_project_the_event_does_not_say_how_much_came_along(cast):
    blind = a_project(cast.alice, layers="independent")

    [outcome] = import_rows(blind, [row(1, CLAIM)], by=cast.alice)

    [event] = events(blind, "article.imported")
    assert (outcome.annotations, "annotations" in event.after, event.coding) == (1, False, None)
    [opened] = events(blind, "coding.opened")
    assert (opened.coding, opened.after["coder"]) == (Claim.objects.get().coding, "alice")
    assert Claim.objects.get().coding.coder == cast.alice
