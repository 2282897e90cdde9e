"""Every named constraint is broken once, by a real write, and answers with its field and its message."""

import datetime
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.register import assess, link_propositions
from annotator.actions.saving import explained
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.domain.errors import AlreadyThere, Refused
from annotator.models import (
    ANNOTATIONS,
    Affiliation,
    Claim,
    CodebookField,
    CodebookValue,
    Coding,
    Comment,
    Delivery,
    Evidence,
    ExportPiece,
    Feed,
    FeedItem,
    ImportPiece,
    ImportRow,
    Membership,
    Mention,
    Operation,
    Place,
    PropositionLink,
    SavedSearch,
    Stance,
    Token,
)
from articles.models import Article, Outlet, Project, Revision
from tests.factories import (
    Cast,
    a_cast,
    a_claim,
    a_coding,
    a_mention,
    a_proposition,
    a_stance,
    a_user,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

pytestmark = pytest.mark.django_db

RULES = {
    constraint.name: constraint
    for model in apps.get_models()
    if model._meta.app_label in ("articles", "annotator")
    for constraint in model._meta.constraints
}


def a_saved_search(world: "World", **fields: str) -> SavedSearch:
    given = {"name": "Rail", "query": {"q": "rail"}, "created_by": world.by, "changed_by": world.by, **fields}
    return SavedSearch.objects.create(project=world.project, **given)


class World:
    """One row of everything, and two of each kind of annotation."""

    def __init__(self) -> None:
        cast: Cast = a_cast()
        self.project, self.by = cast.project, cast.alice
        self.article = an_article(self.project, by=self.by, outlet="The Courier", external_id="a-1")
        self.other_article = an_article(self.project, by=self.by)
        self.coding = a_coding(self.article, by=self.by)
        self.entity, self.other_entity = (an_entity(self.project, by=self.by) for _ in range(2))
        self.issue, self.other_issue = (an_issue(self.project, by=self.by) for _ in range(2))
        self.proposition, self.other_proposition = (a_proposition(self.project, by=self.by) for _ in range(2))
        self.of_kind: dict[str, list[Any]] = {
            "mention": [a_mention(self.article, by=self.by) for _ in range(2)],
            "attribution": [an_attribution(self.article, by=self.by) for _ in range(2)],
            "stance": [a_stance(self.article, by=self.by, target_kind="issue", target=self.issue.pk) for _ in range(2)],
            "claim": [a_claim(self.article, by=self.by) for _ in range(2)],
        }
        self.link = link_propositions(self.proposition, self.other_proposition, "variant", by=self.by)
        self.assessment = assess(
            self.proposition,
            {"scale": "facts", "rating": "true", "evidence": [{"url": "https://a.example", "bearing": "supports"}]},
            by=self.by,
        )
        self.feed = follow_feed(self.project, by=self.by, url="https://courier.example/feed")
        self.webhook, _ = add_webhook(self.project, by=self.by, url="https://receiver.example/", acts=[])
        self.incoming = start_import(self.project, [("a.txt", BytesIO(b"A text."))], by=self.by)
        self.outgoing = start_export(self.project, by=self.by)

    def delivery(self, **columns: Any) -> None:
        event = self.project.events.latest("id")
        Delivery.objects.create(**{"webhook": self.webhook, "event": event, "next_at": NOW, "until": NOW, **columns})

    def change(self, kind: str, **columns: Any) -> None:
        row = self.of_kind[kind][0]
        type(row).objects.filter(pk=row.pk).update(**columns)

    def same_external_id(self, kind: str) -> None:
        model = ANNOTATIONS[kind]
        model.objects.filter(coding=self.coding).update(external_id="x-1")

    def place(self, **columns: Any) -> None:
        Place.objects.create(**{"revision": self.article.current, "wire": {}, "state": "kept", **columns})

    def two_places(self, kind: str) -> None:
        for _ in range(2):
            self.place(**{kind: self.of_kind[kind][0]})

    def revision(self, **columns: Any) -> None:
        Revision.objects.create(**{"article": self.article, "number": 2, "text": "abc", "length": 3, **columns})

    def affiliation(self, **columns: Any) -> None:
        Affiliation.objects.create(**{"entity": self.entity, "organisation": self.other_entity, **columns})

    def value(self, **columns: Any) -> None:
        given = {"project": self.project, "field": "stance.frames", "value": "new", "label": "New", **columns}
        CodebookValue.objects.create(**given)


@pytest.fixture(scope="module")
def world(stage: None) -> World:
    return World()


Break = Callable[[World], Any]
BAD = "nonsense"
NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
UNORDERED = [[5, 9], [0, 3]]


def of_every_kind(name: str, write: Callable[[World, str], Any]) -> dict[str, Break]:
    return {f"{kind}_{name}": (lambda world, kind=kind: write(world, kind)) for kind in ANNOTATIONS}


def of_every_register(name: str, write: Callable[[World, Any], Any]) -> dict[str, Break]:
    return {
        f"{noun}_{name}": (lambda world, noun=noun: write(world, getattr(world, noun)))
        for noun in ("entity", "issue", "proposition")
    }


def change(kind: str, **columns: Any) -> Break:
    return lambda world: world.change(kind, **columns)


def rewrite(row: Any, **columns: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**columns)


BREAKS: dict[str, Break] = {
    "project_layers_known": lambda w: Project.objects.filter(pk=w.project.pk).update(layers=BAD),
    "outlet_name_once": lambda w: Outlet.objects.create(project=w.project, name="THE COURIER"),
    "article_text_once": lambda w: rewrite(w.other_article, sha256=w.article.sha256),
    "article_external_id_once": lambda w: rewrite(w.other_article, external_id="a-1"),
    "article_url_is_web": lambda w: rewrite(w.article, url="javascript:alert(1)"),
    "article_has_title": lambda w: rewrite(w.article, title=""),
    "revision_number_once": lambda w: w.revision(number=1),
    "revision_number_from_1": lambda w: w.revision(number=0),
    "revision_length_is_of_text": lambda w: w.revision(length=4),
    **of_every_kind("segments_in_order", lambda w, kind: w.change(kind, segments=UNORDERED)),
    **of_every_kind("origin_known", lambda w, kind: w.change(kind, origin=BAD)),
    **of_every_kind("certainty_of_coder_known", lambda w, kind: w.change(kind, certainty_of_coder=BAD)),
    **of_every_kind("anchoring_known", lambda w, kind: w.change(kind, anchoring=BAD)),
    **of_every_kind("external_id_once", lambda w, kind: w.same_external_id(kind)),
    "mention_type_known": change("mention", type="PERS"),
    "mention_level_known": change("mention", level="XXX"),
    "mention_class_known": change("mention", mention_class="XXX"),
    "mention_no_entity_reason_known": change("mention", no_entity_reason=BAD),
    "mention_role_known": change("mention", type="GPE", role="XXX"),
    "mention_role_for_gpe": change("mention", role="LOC"),
    "mention_entity_or_reason": lambda w: w.change("mention", entity=w.entity, no_entity_reason="unknown"),
    "attribution_source_voice_known": change("attribution", source_voice=BAD),
    "attribution_source_entity_iff_entity": change("attribution", source_voice="ENTITY"),
    "attribution_source_span_in_order": change("attribution", source_span=UNORDERED),
    "attribution_cue_span_single": change("attribution", cue_span=[[0, 3], [5, 9]]),
    "attribution_mode_known": change("attribution", mode=BAD),
    "attribution_cue_type_known": change("attribution", cue_type=BAD),
    "attribution_said_on_precision_known": change("attribution", said_on=datetime.date.min, said_on_precision="week"),
    "attribution_said_on_with_precision": change("attribution", said_on=datetime.date.min),
    "attribution_flags_known": change("attribution", flags=["source_typo", BAD]),
    "attribution_not_its_own_parent": lambda w: w.change("attribution", parent=w.of_kind["attribution"][0]),
    "stance_holder_voice_known": change("stance", holder_voice=BAD),
    "stance_holder_entity_iff_entity": lambda w: w.change("stance", holder_entity=w.entity),
    "stance_target_span_in_order": change("stance", target_span=[[3, 3]]),
    "stance_hedge_spans_in_order": change("stance", hedge_spans=[[0, 3], [3, 5]]),
    "stance_position_known": change("stance", position="anti"),
    "stance_explicitness_known": change("stance", explicitness=BAD),
    "stance_modality_known": change("stance", modality=BAD),
    "stance_fidelity_known": change("stance", fidelity=BAD),
    "stance_one_target": lambda w: w.change("stance", target_entity=w.entity),
    "stance_holder_is_not_target": lambda w: w.change(
        "stance", holder_voice="ENTITY", holder_entity=w.entity, target_kind="entity", target_entity=w.entity,
        target_issue=None,
    ),
    "stance_intensity_in_range": change("stance", intensity=4),
    "stance_intensity_needs_direction": change("stance", intensity=2, position="neutral"),
    "claim_claimant_voice_known": change("claim", claimant_voice=BAD),
    "claim_claimant_entity_iff_entity": change("claim", claimant_voice="ENTITY"),
    "claim_hedge_spans_in_order": change("claim", hedge_spans=[[-1, 3]]),
    "claim_kind_known": change("claim", claim_kind=BAD),
    "claim_check_worthiness_known": change("claim", check_worthiness="XXX"),
    "claim_certainty_known": change("claim", certainty="XXX"),
    "claim_time_known": change("claim", time="never"),
    "claim_link_known": lambda w: w.change("claim", proposition=w.proposition, link=BAD),
    "claim_opinion_is_not_factual": change("claim", claim_kind="opinion", check_worthiness="CFS"),
    "claim_of_the_future_not_in_past": change("claim", claim_kind="promise", time="past"),
    "claim_link_iff_proposition": change("claim", link="suggested"),
    "claim_link_score_in_range": lambda w: w.change(
        "claim", proposition=w.proposition, link="suggested", link_score=1.01
    ),
    "claim_confirmed_by_someone": lambda w: w.change("claim", proposition=w.proposition, link="confirmed"),
    "codebook_field_once": lambda w: CodebookField.objects.create(project=w.project, name="stance.intensity"),
    "codebook_value_once": lambda w: w.value(value="morality"),
    "codebook_hotkey_once": lambda w: w.value(field="stance.position", hotkey="1"),
    "codebook_value_has_label": lambda w: w.value(label=""),
    "codebook_value_plain": lambda w: w.value(value="new value"),
    "coding_layer_known": lambda w: rewrite(w.coding, layer=BAD),
    "coding_state_known": lambda w: rewrite(w.coding, state=BAD),
    "coding_own_layer_has_coder": lambda w: rewrite(w.coding, layer="own"),
    "coding_once": lambda w: Coding.objects.create(pk=uuid.uuid4(), article=w.article, layer="shared"),
    "place_of_one_annotation": lambda w: w.place(),
    "place_state_known": lambda w: w.place(mention=w.of_kind["mention"][0], state="lost"),
    **{f"place_of_{kind}_once": (lambda w, kind=kind: w.two_places(kind)) for kind in ANNOTATIONS},
    "comment_of_one_annotation": lambda w: Comment.objects.create(
        text="?", created_by=w.by, mention=w.of_kind["mention"][0], claim=w.of_kind["claim"][0]
    ),
    "search_has_name": lambda w: a_saved_search(w, name=""),
    "search_external_id_once": lambda w: [a_saved_search(w, external_id="x-1") for _ in range(2)],
    "export_content_known": lambda w: rewrite(w.outgoing, content=BAD),
    "comment_external_id_once": lambda w: [
        Comment.objects.create(text="A", external_id="x", created_by=w.by, mention=w.of_kind["mention"][0])
        for _ in range(2)
    ],
    "assessment_external_id_once": lambda w: [
        assess(w.assessment.proposition, {"scale": "facts", "rating": "true", "external_id": "x"}, by=w.by)
        for _ in range(2)
    ],
    "comment_has_text": lambda w: Comment.objects.create(text="", created_by=w.by, mention=w.of_kind["mention"][0]),
    **of_every_register("external_id_once", lambda w, row: type(row).objects.update(external_id="x-1")),
    **of_every_register("not_merged_into_itself", lambda w, row: rewrite(row, merged_into=row)),
    "entity_type_known": lambda w: rewrite(w.entity, type="PERS"),
    "entity_has_name": lambda w: rewrite(w.entity, name=""),
    "affiliation_not_with_itself": lambda w: w.affiliation(organisation=w.entity),
    "affiliation_since_before_until": lambda w: w.affiliation(
        since=datetime.date(2016, 1, 2), until=datetime.date(2016, 1, 1)
    ),
    "issue_has_wording": lambda w: rewrite(w.issue, wording=""),
    "issue_not_under_itself": lambda w: rewrite(w.issue, parent=w.issue),
    "membership_role_known": lambda w: Membership.objects.filter(project=w.project).update(role="owner"),
    "membership_once": lambda w: Membership.objects.create(project=w.project, user=w.by, role="coder"),
    "proposition_has_wording": lambda w: rewrite(w.proposition, wording=""),
    "proposition_kind_known": lambda w: rewrite(w.proposition, kind=BAD),
    "proposition_link_relation_known": lambda w: rewrite(w.link, relation="same"),
    "proposition_link_not_to_itself": lambda w: rewrite(w.link, to_proposition=w.proposition),
    "proposition_link_once": lambda w: PropositionLink.objects.create(
        from_proposition=w.proposition, to_proposition=w.other_proposition, relation="variant"
    ),
    "assessment_scale_known": lambda w: rewrite(w.assessment, scale=BAD),
    "assessment_state_known": lambda w: rewrite(w.assessment, state=BAD),
    "assessment_published_has_date": lambda w: rewrite(w.assessment, state="published"),
    "evidence_bearing_known": lambda w: w.assessment.evidence.update(bearing=BAD),
    "evidence_url_is_web": lambda w: w.assessment.evidence.update(url="ftp://a.example"),
    "evidence_position_once": lambda w: Evidence.objects.create(
        assessment=w.assessment, position=0, url="https://b.example", bearing="refutes"
    ),
    "operation_once": lambda w: [
        Operation.objects.create(user=w.by, key=uuid.UUID(int=7), digest="", status=200) for _ in range(2)
    ],
    "feed_once": lambda w: Feed.objects.create(project=w.project, by=w.by, url=w.feed.url, next_at=NOW),
    "feed_state_known": lambda w: rewrite(w.feed, state=BAD),
    "feed_interval_in_bounds": lambda w: rewrite(w.feed, interval=14),
    "feed_item_once": lambda w: [
        FeedItem.objects.create(feed=w.feed, key="k", content="c", title="T", state="new", seen_at=NOW)
        for _ in range(2)
    ],
    "delivery_once": lambda w: [w.delivery() for _ in range(2)],
    "delivery_state_known": lambda w: w.delivery(state=BAD),
    "import_state_known": lambda w: rewrite(w.incoming, state=BAD),
    "import_piece_once": lambda w: ImportPiece.objects.create(
        of=w.incoming, file=0, number=0, name="a.txt", content=b""
    ),
    "import_row_once": lambda w: [
        ImportRow.objects.create(of=w.incoming, number=1, source="a.txt", state="new") for _ in range(2)
    ],
    "export_state_known": lambda w: rewrite(w.outgoing, state=BAD),
    "export_piece_once": lambda w: [
        ExportPiece.objects.create(of=w.outgoing, number=0, content=b"") for _ in range(2)
    ],
    "token_scope_known": lambda w: Token.objects.create(user=w.by, name="T", digest="d", hint="ann_", scope="all"),
}  # fmt: skip


def test_every_rule_is_broken_here():
    assert sorted(BREAKS) == sorted(RULES)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_rule_answers_with_its_field_and_message(world, name):
    rule = RULES[name]

    with pytest.raises(Refused) as refused, transaction.atomic(), explained():
        BREAKS[name](world)

    [problem] = refused.value.problems
    assert refused.value.__cause__.__cause__.diag.constraint_name == name
    assert (problem.field, problem.message) == (rule.violation_error_code, str(rule.violation_error_message))
    assert "%(" not in problem.message
    assert problem.field


def test_the_value_that_was_given_is_told_with_it(world):

    with pytest.raises(Refused) as refused, transaction.atomic(), explained({"wording": " ", "kind": "event"}):
        rewrite(world.proposition, wording="")

    assert [problem.value for problem in refused.value.problems] == [" "]


def test_a_taken_id_is_told_as_already_there(world):
    row = world.of_kind["mention"][0]

    with pytest.raises(AlreadyThere) as told, transaction.atomic(), explained():
        Mention.objects.bulk_create([Mention(pk=row.pk, coding=row.coding, revision=row.revision, segments=[[0, 4]],
            type="PER", created_by=world.by, changed_by=world.by)])  # fmt: skip

    assert told.value.found == str(row.pk)


def test_a_column_that_is_unique_by_itself_is_explained_too(world):

    with pytest.raises(Refused) as refused, transaction.atomic(), explained({"slug": "desk"}):
        Project.objects.create(slug=world.project.slug, name="Second")

    assert [(p.field, p.value, p.message) for p in refused.value.problems] == [
        ("slug", "desk", "A project of this name in addresses exists already.")
    ]


def test_what_no_rule_is_broken_by_is_not_explained_away():
    with pytest.raises(IntegrityError), transaction.atomic(), explained():
        Membership.objects.create(project=None, user=a_user(), role="coder")


# What each table's check of segments takes and refuses, null and ragged ones included.
@pytest.mark.parametrize(
    ("segments", "is_taken"),
    [
        ([[0, 1]], True),
        ([[0, 1], [2, 3]], True),
        ([[0, 1], [1, 3]], False),
        ([[2, 3], [0, 1]], False),
        ([[0, 2], [1, 3]], False),
        ([[1, 1]], False),
        ([[2, 1]], False),
        ([[-1, 1]], False),
        ([[0, 1, 2]], False),
        ([], False),
        ([[0, None]], False),
    ],
)
def test_the_database_itself_takes_only_segments_in_order(world, segments, is_taken):

    try:
        with transaction.atomic(), explained():
            world.change("mention", segments=segments)
        taken = True
    except Refused:
        taken = False

    assert taken == is_taken


def test_first_and_last_are_the_edges_of_the_span(world):
    world.change("claim", segments=[[4, 9], [12, 15], [20, 31]])

    assert Claim.objects.filter(pk=world.of_kind["claim"][0].pk).values_list("first", "last").get() == (4, 31)


def test_the_text_of_a_revision_cannot_change_and_no_revision_goes(world):
    revisions = Revision.objects.filter(article=world.article)

    for column, value in [("text", "Other words."), ("number", 7), ("sha256", "0"), ("length", 3)]:
        with (
            pytest.raises(IntegrityError, match="articles_revision is append-only: UPDATE refused"),
            transaction.atomic(),
        ):
            revisions.update(**{column: value})
    Article.objects.filter(pk=world.article.pk).update(current=None)
    with pytest.raises(IntegrityError, match="articles_revision is append-only: DELETE refused"), transaction.atomic():
        revisions._raw_delete(revisions.db)
    assert revisions.get().text == world.article.current.text


def test_what_happened_cannot_change_and_does_not_go(world):
    events = world.project.events.all()
    before = list(events.values())

    with pytest.raises(IntegrityError, match="annotator_event is append-only: UPDATE refused"), transaction.atomic():
        events.update(after=None)
    with pytest.raises(IntegrityError, match="annotator_event is append-only: DELETE refused"), transaction.atomic():
        events.all()._raw_delete(events.db)
    assert list(events.values()) == before


def test_no_row_that_annotations_rest_on_goes_and_takes_them_along(world):
    rows = [world.project, world.article, world.coding, world.issue, world.by, world.article.current]

    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            remove(row)
    assert Stance.objects.count() == 2


def remove(row: Any) -> None:
    """Delete a row as SQL does, and have the database check its keys, which it would do at commit."""
    type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")
    connection.check_constraints()


def test_everything_that_can_be_deleted_softly_says_when():
    soft = {model.__name__ for model in apps.get_app_config("annotator").get_models() if hasattr(model, "deleted_at")}

    assert soft == {
        "Mention",
        "Attribution",
        "Stance",
        "Claim",
        "Entity",
        "Issue",
        "Proposition",
        "Assessment",
        "Comment",
        "SavedSearch",
    }
    assert Article._meta.get_field("deleted_at").null
