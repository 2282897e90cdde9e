"""What members say to each other about an annotation."""

import pytest
from django.db import transaction

from annotator.actions.annotations import delete_annotation
from annotator.actions.comments import add_comment, change_comment, delete_comment, restore_comment
from annotator.domain.errors import Forbidden, NotNow, Refused, Stale
from annotator.models import Comment
from annotator.queries import wire
from annotator.queries.comments import comments_on
from tests.actions.events import events, last
from tests.factories import a_claim, a_mention, a_stance, an_attribution

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [a_mention, an_attribution, a_stance, a_claim])
def test_a_comment_hangs_on_an_annotation_of_any_kind(cast, article, make):
    annotation = make(article, by=cast.mo)

    comment = add_comment(annotation, "  Is it she? ", by=cast.rita)

    event = last(cast.project)
    when = {name: event.after[name] for name in ("created_at", "changed_at")}
    assert (event.act, event.article, event.coding, event.version) == ("comment.added", article, annotation.coding, 1)
    assert event.after == {
        "id": str(comment.pk), "kind": str(annotation.KIND), "annotation": str(annotation.pk), "text": "Is it she?",
        "external_id": "",
        "resolved": False, "version": 1, "created_by": "rita", **when,
    }  # fmt: skip


def test_a_comment_is_changed_settled_and_taken_back(cast, article):
    comment = add_comment(a_mention(article, by=cast.mo), "Is it she?", by=cast.mo)
    stale = Comment.objects.get(pk=comment.pk)

    change_comment(comment, by=cast.mo, version=1, text="It is she.")
    change_comment(comment, by=cast.rita, version=2, resolved=True)
    with pytest.raises(Stale) as told:
        change_comment(stale, by=cast.mo, version=1, text="Or not.")
    delete_comment(comment, by=cast.mo, version=3)

    before = [(event.act, event.before) for event in events(cast.project)][-3:]
    assert before == [
        ("comment.changed", {"text": "Is it she?"}), ("comment.changed", {"resolved": False}), ("comment.deleted", {}),
    ]  # fmt: skip
    assert told.value.current["text"] == "It is she."
    for write in (
        lambda: change_comment(comment, by=cast.mo, version=4, text="Again."),
        lambda: delete_comment(comment, by=cast.mo, version=4),
    ):
        with pytest.raises(NotNow, match="This comment has been taken back."):
            write()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "`text`: This field cannot be blank."),
        (None, "`text`: a text is expected, not NoneType."),
        (7, "`text`: a text is expected, not int."),
        ("a\x00", "`text`: it has a NUL character"),
        ("\ud83d", "`text`: it has a NUL character or half of a surrogate pair; remove it."),
        ("a" * 5_001, "`text`: it has 5,001 characters; the most is 5,000."),
    ],
)
def test_what_a_comment_may_not_say_is_refused(cast, article, text, message):
    with pytest.raises(Refused) as refused:
        add_comment(a_mention(article, by=cast.mo), text, by=cast.mo)

    [problem] = refused.value.problems
    assert problem.field == "text"
    assert problem.message.startswith(message)


def test_what_is_in_the_bin_is_not_talked_about(cast, article):
    mention = a_mention(article, by=cast.mo)
    delete_annotation(mention, by=cast.mo, version=1)

    with pytest.raises(NotNow, match="This mention is in the bin: restore it first."):
        add_comment(mention, "Why?", by=cast.rita)


def test_readers_say_nothing_and_coders_change_only_the_own(cast, article):
    mention = a_mention(article, by=cast.mo)
    of_rita = add_comment(mention, "Is it she?", by=cast.rita)

    with pytest.raises(Forbidden):
        add_comment(mention, "No.", by=cast.sam)
    with pytest.raises(Forbidden):
        change_comment(of_rita, by=cast.mo, version=1, text="It is.")


def test_a_comment_that_was_taken_back_comes_back_whole(cast, article):
    mention = a_mention(article, by=cast.mo)
    comment = add_comment(mention, "Is it she?", by=cast.mo, external_id="c-1", resolved=True)
    before = wire.comment(comment)
    delete_comment(comment, by=cast.rita, version=1)
    assert comments_on([{"kind": "mention", "id": mention.pk}]) == []

    for _ in range(2):
        restore_comment(comment, by=cast.mo)

    [back] = comments_on([{"kind": "mention", "id": mention.pk}])
    assert {**back, "changed_at": None} == {**before, "version": 3, "changed_at": None}
    assert [event.act for event in events(cast.project)][-2:] == ["comment.deleted", "comment.restored"]


def test_a_comment_stays_in_the_bin_with_what_it_is_on_and_while_another_has_its_name(cast, article):
    mention = a_mention(article, by=cast.mo)
    comment = add_comment(mention, "Is it she?", by=cast.mo, external_id="c-1")
    delete_comment(comment, by=cast.mo, version=1)
    add_comment(mention, "It is she.", by=cast.mo, external_id="c-1")

    with pytest.raises(Refused, match="The annotation has a comment with this external id."), transaction.atomic():
        restore_comment(comment, by=cast.mo)
    delete_annotation(mention, by=cast.mo, version=1)
    with pytest.raises(NotNow, match="Its mention is in the bin: restore that first."):
        restore_comment(Comment.objects.get(pk=comment.pk), by=cast.mo)
