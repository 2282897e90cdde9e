"""Layers are opened with the first write, and said to be done when every claim has its wording."""

import pytest

from annotator.actions.annotations import delete_annotation, revise_annotation
from annotator.actions.articles import delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.models import Coding
from annotator.queries.codings import layer_of
from tests.actions.events import events, last
from tests.factories import a_claim, a_mention, a_project, an_article

pytestmark = pytest.mark.django_db


def test_the_shared_layer_is_one_and_has_the_id_that_it_will_have(cast, article):
    named = layer_of(article, cast.mo).pk
    assert not Coding.objects.filter(article=article).exists()

    one, other = open_coding(article, by=cast.mo), open_coding(article, by=cast.rita)

    assert one.pk == other.pk == named
    assert (one.layer, one.coder, one.state) == ("shared", None, "open")
    assert Coding.objects.filter(article=article).count() == 1


def test_in_an_independent_project_each_has_a_layer_and_editors_the_adjudicated(cast):
    blind = a_project(cast.alice, layers="independent")
    article = an_article(blind, by=cast.alice)

    own = open_coding(article, by=cast.alice)
    adjudicated = open_coding(article, by=cast.alice, adjudicated=True)

    assert (own.layer, own.coder) == ("own", cast.alice)
    assert (adjudicated.layer, adjudicated.coder) == ("adjudicated", None)
    assert a_mention(article, by=cast.alice, coding=adjudicated).coding == adjudicated
    assert open_coding(article, by=cast.alice, adjudicated=True) == adjudicated


def test_a_shared_project_has_no_adjudicated_layer_and_readers_open_none(cast, article):
    with pytest.raises(Refused, match="`layer`: a shared project has one layer, “shared”."):
        open_coding(article, by=cast.rita, adjudicated=True)
    for user in (cast.sam, cast.zoe):
        with pytest.raises(Forbidden):
            open_coding(article, by=user)
    assert not Coding.objects.filter(article=article).exists()


def test_a_layer_is_done_and_opened_again(cast, article):
    coding = open_coding(article, by=cast.mo)

    set_state(coding, "done", by=cast.mo)
    done = last(cast.project)
    set_state(coding, "done", by=cast.mo)
    assert last(cast.project) == done
    set_state(coding, "open", by=cast.mo)

    assert (done.act, done.coding, done.article, done.before) == ("coding.done", coding, article, {"state": "open"})
    assert done.after == {
        "id": str(coding.pk), "article": str(article.pk), "layer": "shared", "coder": None, "state": "done",
    }  # fmt: skip
    assert [event.act for event in events(cast.project)][-2:] == ["coding.done", "coding.reopened"]


def test_every_claim_has_its_wording_before_the_layer_is_done(cast, article):
    worded, bare, other = (a_claim(article, by=cast.mo, wording=words) for words in ("A plan.", "", ""))

    with pytest.raises(NotNow) as told:
        set_state(bare.coding, "done", by=cast.mo)
    assert told.value.message == "2 claims have no wording yet: write them before the coding is done."
    assert sorted(told.value.found) == sorted([str(bare.pk), str(other.pk)])
    delete_annotation(other, by=cast.mo, version=1)
    with pytest.raises(NotNow, match="1 claim has no wording yet: write it before the coding is done."):
        set_state(bare.coding, "done", by=cast.mo)
    revise_annotation(bare, {"wording": "The plan is wrong."}, by=cast.mo, version=1)

    assert set_state(worded.coding, "done", by=cast.mo).state == "done"


@pytest.mark.parametrize("state", ["adjudicated", "finished", "", None, ["done"]])
def test_a_coder_says_open_or_done_and_nothing_else(cast, article, state):
    with pytest.raises(Refused, match="`state`: use one of open, done."):
        set_state(open_coding(article, by=cast.mo), state, by=cast.mo)


def test_nothing_is_said_of_a_layer_in_the_bin(cast, article):
    coding = open_coding(article, by=cast.mo)
    delete_article(article, by=cast.rita, version=1)

    with pytest.raises(NotNow, match="The article is in the bin: restore it first."):
        set_state(coding, "done", by=cast.mo)


def test_what_has_been_adjudicated_is_final(cast, article):
    coding = open_coding(article, by=cast.mo)
    Coding.objects.filter(pk=coding.pk).update(state="adjudicated")

    with pytest.raises(NotNow, match="This coding has been adjudicated; its state is final."):
        set_state(coding, "open", by=cast.mo)
    with pytest.raises(NotNow, match="This layer is adjudicated: open it again first."):
        a_mention(article, by=cast.mo)
