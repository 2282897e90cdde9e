"""What was deleted comes back; what happened is told in words."""

import json
import re
from pathlib import Path

from django.urls import reverse

from annotator.access.rules import ACTS
from annotator.actions.annotations import delete_annotation, revise_annotation
from annotator.actions.comments import add_comment, delete_comment
from annotator.actions.projects import add_member
from annotator.actions.records import delete_record
from annotator.actions.register import assess, delete_assessment
from annotator.domain.annotation import Kind
from annotator.pages.history import SAID
from tests.factories import a_mention, a_project, a_proposition, a_stance, an_article, an_entity, an_issue

BIN = reverse("bin", args=["desk"])


def restore(annotation):
    return reverse("annotation_restore", args=["desk", str(annotation.KIND), annotation.pk])


def history(article, slug="desk"):
    return reverse("article_history", args=[slug, article.pk])


def test_a_deleted_annotation_is_restored_by_whoever_may(cast, as_user):
    mention = a_mention(an_article(cast.project, by=cast.alice), by=cast.mo)
    delete_annotation(mention, by=cast.mo, version=1)

    assert restore(mention) in as_user(cast.mo).get(BIN).content.decode()
    seen_by_reader = as_user(cast.sam).get(BIN).content.decode()
    assert "<mark>Ilsa Marrow</mark>" in seen_by_reader
    assert restore(mention) not in seen_by_reader

    as_user(cast.mo).post(restore(mention))
    mention.refresh_from_db()
    assert mention.deleted_at is None
    assert "The bin is empty" in as_user(cast.mo).get(BIN).content.decode()


def test_of_an_entitys_tag_the_bin_says_whose_it_is(cast, as_user):
    article = an_article(cast.project, by=cast.alice)
    mayor = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow of Fenholm")
    delete_annotation(a_mention(article, by=cast.mo, entity=str(mayor.pk)), by=cast.mo, version=1)
    link = f'<a href="/p/desk/entities/{mayor.pk}/">Ilsa Marrow of Fenholm</a>'

    assert link in as_user(cast.sam).get(BIN).content.decode()
    delete_record(mayor, by=cast.rita, version=1)
    seen = as_user(cast.sam).get(BIN).content.decode()

    assert (link in seen, seen.count("Ilsa Marrow of Fenholm")) == (False, 2)


def test_a_proposition_and_an_assessment_come_back_by_whoever_may(cast, as_user):
    spare = a_proposition(cast.project, by=cast.mo, wording="Fares doubled in ten years")
    judged = a_proposition(cast.project, by=cast.rita, wording="The bridge is safe")
    draft = assess(judged, {"scale": "facts", "rating": "false"}, by=cast.rita)
    delete_record(spare, by=cast.rita, version=1)
    delete_assessment(draft, by=cast.rita, version=1)
    ways = [
        reverse("proposition_restore", args=["desk", spare.pk]),
        reverse("assessment_restore", args=["desk", draft.pk]),
    ]
    editor, reader = as_user(cast.rita), as_user(cast.sam)

    seen, seen_by_reader = (client.get(BIN).content.decode() for client in (editor, reader))
    assert [way in seen for way in ways] == [True, True]
    assert "The bridge is safe" in seen
    assert ("Fares doubled in ten years" in seen_by_reader, *(way in seen_by_reader for way in ways)) == (
        True,
        False,
        False,
    )
    assert "The bridge is safe" not in seen_by_reader
    assert f"assessment,{draft.pk},The bridge is safe" in editor.get(BIN, {"download": "csv"}).getvalue().decode()

    assert [reader.post(way).status_code for way in ways] == [403, 404]
    assert [editor.post(way).status_code for way in ways] == [302, 302]
    assert "The bin is empty" in editor.get(BIN).content.decode()


def test_a_comment_that_was_taken_back_is_restored_by_whoever_may(cast, as_user):
    article = an_article(cast.project, by=cast.alice, title="Trams")
    comment = add_comment(a_mention(article, by=cast.mo), "Is it <she>?", by=cast.mo)
    delete_comment(comment, by=cast.rita, version=1)
    way = reverse("comment_restore", args=["desk", comment.pk])

    seen, seen_by_reader = (as_user(user).get(BIN).content.decode() for user in (cast.mo, cast.sam))
    assert [("Is it &lt;she&gt;?" in page, way in page) for page in (seen, seen_by_reader)] == [
        (True, True),
        (True, False),
    ]
    assert f"comment,{comment.pk},Is it <she>?" in as_user(cast.mo).get(BIN, {"download": "csv"}).getvalue().decode()
    assert as_user(cast.sam).post(way).status_code == 403
    assert as_user(cast.zoe).post(reverse("comment_restore", args=["elsewhere", comment.pk])).status_code == 404

    as_user(cast.mo).post(way)

    assert "The bin is empty" in as_user(cast.mo).get(BIN).content.decode()


def test_a_blind_coders_bin_hides_what_others_deleted(cast, as_user):
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for coder in (cast.mo, cast.sam):
        add_member(blind, coder, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice)
    mention = a_mention(article, by=cast.sam)
    said = add_comment(a_mention(article, by=cast.sam), "A secret.", by=cast.sam)
    delete_comment(said, by=cast.sam, version=1)
    delete_annotation(mention, by=cast.sam, version=1)
    url = reverse("bin", args=["blind"])

    assert "The bin is empty" in as_user(cast.mo).get(url).content.decode()
    assert "<mark>Ilsa Marrow</mark>" in as_user(cast.sam).get(url).content.decode()
    stolen = reverse("annotation_restore", args=["blind", "mention", mention.pk])
    assert as_user(cast.mo).post(stolen).status_code == 404
    assert "A secret." in as_user(cast.sam).get(url).content.decode()
    assert as_user(cast.mo).post(reverse("comment_restore", args=["blind", said.pk])).status_code == 404


def test_a_kind_that_does_not_exist_is_404(cast, as_user):
    mention = a_mention(an_article(cast.project, by=cast.alice), by=cast.mo)

    assert as_user(cast.mo).post(reverse("annotation_restore", args=["desk", "rumour", mention.pk])).status_code == 404


def test_the_history_is_told_in_words(cast, as_user):
    article = an_article(cast.project, by=cast.alice)
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    stance = a_stance(article, by=cast.mo, target_kind="issue", target=issue.pk, position="support")
    changes = {"position": "oppose", "holder": str(ilsa.pk), "revision": 1}
    revise_annotation(stance, changes, by=cast.mo, version=1)
    delete_annotation(stance, by=cast.rita, version=2)

    told = as_user(cast.sam).get(history(article)).context["happenings"]

    assert [(happening.who, str(happening.said)) for happening in told] == [
        ("Rita", "deleted a stance"),
        ("Mo", "changed a stance"),
        ("Mo", "tagged a stance"),
        ("Alice", "brought the article in"),
    ]
    assert told[1].words == "vowed on Friday to fight"
    assert {(change.field, change.before, change.after) for change in told[1].changes} == {
        ("position", "Supports", "Opposes"),
        ("holder", "AUTHOR", "Ilsa Marrow"),
    }
    assert told[0].href == ""
    assert told[2].href == f"/p/desk/articles/{article.pk}/#a-{stance.pk}"


def test_every_fact_that_an_action_leaves_about_an_article_has_words(cast):
    said = {
        match
        for source in Path("annotator/actions").glob("*.py")
        for match in re.findall(r'"((?:article|coding|comment|revision)\.[a-z_]+)"', source.read_text(encoding="utf-8"))
    }
    facts = said - set(ACTS) - {"article.purged"}  # a purged article has no page

    of_annotations = {
        f"{kind}.{fact}" for kind in Kind for fact in ("added", "revised", "deleted", "restored", "placed", "unplaced")
    }
    assert facts | of_annotations | {"assessment.source_changed"} == set(SAID)


def test_a_blind_coders_history_hides_the_work_of_others(cast, as_user):
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for coder in (cast.mo, cast.sam):
        add_member(blind, coder, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice)
    a_mention(article, by=cast.sam)

    def told(user):
        return [str(h.said) for h in as_user(user).get(history(article, "blind")).context["happenings"]]

    assert told(cast.mo) == ["brought the article in"]
    assert told(cast.sam) == ["tagged an entity", "began to code the article", "brought the article in"]


def test_the_history_is_downloaded(cast, as_user):
    article = an_article(cast.project, by=cast.alice)

    answer = as_user(cast.sam).get(f"{history(article)}?download=json")
    (event,) = json.loads(b"".join(answer.streaming_content))

    assert (event["act"], event["by"], event["thing_id"]) == ("article.added", "alice", str(article.pk))


def test_bin_and_history_ask_as_often_for_three_as_for_one(cast, as_user, django_assert_num_queries):
    article = an_article(cast.project, by=cast.alice)
    client = as_user(cast.sam)

    def deleted():
        delete_annotation(a_mention(article, by=cast.mo), by=cast.mo, version=1)

    deleted()
    client.get(BIN)
    with django_assert_num_queries(29):
        client.get(BIN)
    with django_assert_num_queries(9):
        client.get(history(article))

    deleted()
    deleted()
    with django_assert_num_queries(29):
        client.get(BIN)
    with django_assert_num_queries(9):
        client.get(history(article))
