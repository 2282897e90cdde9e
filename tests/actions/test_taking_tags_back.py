"""What was tagged at once and is taken back leaves its articles as little begun as they were."""

import pytest

from annotator.access.visibility import visible_codings, visible_events
from annotator.actions.annotations import delete_annotation, restore_annotation
from annotator.actions.codings import open_coding, set_state
from annotator.actions.comments import add_comment
from annotator.actions.projects import add_member
from annotator.actions.tagging import Place, tag_again, tag_places, untag
from annotator.models import Mention
from annotator.queries.articles import Chosen, chosen_articles, counts_by_progress, listed
from annotator.queries.codings import layer_of
from annotator.queries.document import document
from tests.factories import a_mention, a_project, a_user, an_article, an_entity, at

pytestmark = pytest.mark.django_db


def tagged(article, *, by):
    """Every Ilsa Marrow of an article, tagged in one step."""
    [[start, end]] = at(article, "Ilsa Marrow")
    ilsa = an_entity(article.project, by=by, name="Ilsa Marrow")
    return [mention.pk for mention in tag_places(ilsa, [Place(article.pk, 1, start, end)], by=by)]


def progress(article, user):
    """How far an article is, by the list, by its filter and by the counts of the project."""
    [row] = listed(user, [article])
    [counted] = counts_by_progress(user, [article.project])[article.project_id]
    assert article in chosen_articles(user, article.project, Chosen(progress=row.progress))
    assert counted == row.progress
    return row.progress.value


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_an_article_is_as_little_begun_as_before_and_begun_where_it_is_tagged_again(cast, layers):
    article = an_article(a_project(cast.alice, layers=layers), by=cast.alice)
    seen = [progress(article, cast.alice)]

    mentions = tagged(article, by=cast.alice)
    seen.append(progress(article, cast.alice))
    for version in (1, 3):
        untag(mentions, by=cast.alice, version=version)
        seen.append(progress(article, cast.alice))
        assert (document(article, cast.alice)["codings"], visible_codings(cast.alice).count()) == ([], 0)
        tag_again(mentions, by=cast.alice, version=version + 1)
        seen.append(progress(article, cast.alice))

    assert seen == ["new", "begun", "new", "begun", "new", "begun"]
    assert document(article, cast.alice)["coding"]["state"] == "open"


@pytest.mark.parametrize("beside", ["annotation", "annotation in the bin", "comment", "state", "opened before"])
@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_a_layer_in_which_something_else_is_or_was_done_stays_begun(cast, beside, layers):
    article = an_article(a_project(cast.alice, layers=layers), by=cast.alice)
    if beside == "opened before":
        open_coding(article, by=cast.alice)
    mentions = tagged(article, by=cast.alice)
    match beside:
        case "annotation":
            a_mention(article, by=cast.alice, words="Tomas Quill")
        case "annotation in the bin":
            delete_annotation(a_mention(article, by=cast.alice, words="Tomas Quill"), by=cast.alice, version=1)
        case "comment":
            add_comment(Mention.objects.get(), "Is it her?", by=cast.alice)
        case "state":
            for state in ("done", "open"):
                set_state(open_coding(article, by=cast.alice), state, by=cast.alice)

    assert untag(mentions, by=cast.alice) == 1

    # That the shared layer is opened is no step of its own: it is there from the start.
    as_before = beside == "opened before" and layers == "shared"
    assert progress(article, cast.alice) == ("new" if as_before else "begun")


@pytest.mark.parametrize("how", ["a new annotation", "one from the bin"])
def test_a_layer_that_was_taken_back_begins_like_any_other(cast, article, how):
    untag(tagged(article, by=cast.mo), by=cast.mo)
    assert layer_of(article, cast.mo).created_at is None

    if how == "a new annotation":
        a_mention(article, by=cast.rita)
    else:
        restore_annotation(Mention.objects.get(), by=cast.rita)

    assert progress(article, cast.sam) == "begun"
    assert [coding.state for coding in visible_codings(cast.sam)] == ["open"]


def test_who_was_blinded_by_what_is_taken_back_reads_on_and_who_took_it_back_reads_nothing(cast):
    blind = a_project(cast.alice, layers="independent")
    coders = [a_user(name) for name in ("nora", "omar", "pia")]
    for user in coders:
        add_member(blind, user, "coder", by=cast.alice)
    nora, omar, pia = coders
    article = an_article(blind, by=cast.alice)
    for user in (nora, omar):
        a_mention(article, by=user)
        set_state(open_coding(article, by=user), "done", by=user)

    mentions = tagged(article, by=pia)
    while_tagged = visible_codings(nora).count()
    untag(mentions, by=pia)

    assert (while_tagged, visible_codings(nora).count(), visible_codings(pia).count()) == (1, 2, 0)
    told = {user: visible_events(user).filter(thing="coding").order_by("id") for user in (nora, pia)}
    of_nora = [event.act for event in told[nora] if event.coding.coder == nora]
    assert of_nora[-3:] == ["coding.unblinded", "coding.blinded", "coding.unblinded"]
    assert [event.act for event in told[pia]] == ["coding.opened", "coding.taken_back"]
    assert told[pia].last().after["state"] == "open"
