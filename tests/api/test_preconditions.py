"""Versions: who may overwrite what, and how each case is answered."""

import uuid

import pytest

from annotator.actions.feeds import follow_feed
from annotator.actions.webhooks import add_webhook
from annotator.models import Event, Mention
from tests.api.clients import API, client_of
from tests.factories import a_coding, a_mention, a_stance, an_article, an_attribution, an_entity, at


def mention_body(article, **fields):
    return {"article": str(article.pk), "revision": 1, "segments": at(article, "Ilsa Marrow"), "type": "PER", **fields}


@pytest.fixture
def article(cast):
    return an_article(cast.project, by=cast.mo)


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


# --- PUT ---


def test_a_put_creates_under_the_id_of_the_client(client, article):
    mention_id = uuid.uuid4()
    path = f"{API}/mentions/{mention_id}/"

    response = client.put(path, mention_body(article), HTTP_IF_NONE_MATCH="*")

    assert (response.status_code, response["ETag"], response["Location"]) == (201, '"1"', path)
    assert Mention.objects.get().pk == mention_id


def test_a_put_that_says_what_is_there_changes_nothing(client, article):
    path = f"{API}/mentions/{uuid.uuid4()}/"
    first = client.put(path, mention_body(article))
    events = Event.objects.count()

    again = client.put(path, mention_body(article))
    read_back = client.put(path, first.json())

    assert (again.status_code, again.json()) == (200, first.json())
    assert (read_back.status_code, read_back["ETag"]) == (200, '"1"')
    assert Event.objects.count() == events


def test_a_put_that_says_something_else_needs_a_precondition(client, article):
    path = f"{API}/mentions/{uuid.uuid4()}/"
    client.put(path, mention_body(article))

    response = client.put(path, mention_body(article, level="NOM"))

    assert (response.status_code, response.json()["type"]) == (428, "urn:annotator:precondition-required")
    assert Mention.objects.get().level == "NAM"


def test_a_put_replaces_the_version_that_it_names(client, article):
    path = f"{API}/mentions/{uuid.uuid4()}/"
    client.put(path, mention_body(article, level="NOM", comment="sic"))

    response = client.put(path, mention_body(article), HTTP_IF_MATCH='"1"')

    stored = response.json()
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert (stored["level"], stored["comment"], stored["version"]) == ("NAM", "", 2)


def test_a_put_of_what_must_be_new_and_is_not_is_told_what_there_is(client, article):
    path = f"{API}/mentions/{uuid.uuid4()}/"
    first = client.put(path, mention_body(article)).json()

    response = client.put(path, mention_body(article, level="NOM"), HTTP_IF_NONE_MATCH="*")

    assert (response.status_code, response.json()["current"]) == (412, first)


def test_a_put_takes_no_tag_in_if_none_match(client, article):
    response = client.put(f"{API}/mentions/{uuid.uuid4()}/", mention_body(article), HTTP_IF_NONE_MATCH='"1"')

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "If-None-Match")
    assert Mention.objects.count() == 0


def test_a_put_with_if_match_of_what_is_not_there_creates_nothing(client, article):
    response = client.put(f"{API}/mentions/{uuid.uuid4()}/", mention_body(article), HTTP_IF_MATCH="*")

    assert (response.status_code, Mention.objects.count()) == (404, 0)


def test_an_id_that_is_taken_in_another_project_is_not_revealed(cast, client, article):
    mention = a_mention(article, by=cast.mo)
    outsider = client_of(cast.zoe)
    theirs = outsider.post(f"{API}/articles/", {"project": "elsewhere", "title": "A", "text": "Ilsa Marrow."}).json()
    body = {"article": theirs["id"], "revision": 1, "segments": [[0, 11]], "type": "PER"}

    taken = outsider.put(f"{API}/mentions/{mention.pk}/", body)
    free = outsider.put(f"{API}/mentions/{uuid.uuid4()}/", body)

    assert (taken.status_code, taken.json()["detail"]) == (
        404,
        f"There is no mention {mention.pk}, or not for you to see.",
    )
    assert (free.status_code, Mention.objects.get(pk=mention.pk).version) == (201, 1)


# --- PATCH and DELETE ---


def test_a_patch_changes_the_given_fields_alone(cast, client, article):
    mention = a_mention(article, by=cast.mo, comment="sic")

    response = client.patch(f"{API}/mentions/{mention.pk}/", {"level": "NOM"}, HTTP_IF_MATCH='"1"')

    stored = response.json()
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert (stored["level"], stored["comment"]) == ("NOM", "sic")


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', ' "1" ', "*"])
def test_the_current_version_is_recognised_in_every_form_of_the_header(cast, client, article, tag):
    mention = a_mention(article, by=cast.mo)

    assert client.patch(f"{API}/mentions/{mention.pk}/", {"level": "NOM"}, HTTP_IF_MATCH=tag).status_code == 200


def test_a_patch_and_a_delete_need_a_precondition(cast, client, article):
    mention = a_mention(article, by=cast.mo)

    patch = client.patch(f"{API}/mentions/{mention.pk}/", {"level": "NOM"})
    delete = client.delete(f"{API}/mentions/{mention.pk}/")

    assert (patch.status_code, delete.status_code) == (428, 428)
    assert patch.json()["detail"] == (
        'Say which version of this mention you change: If-Match: "1", as its ETag has it.'
    )


def test_two_writers_of_one_stance(cast, article):
    stance = a_stance(article, by=cast.mo)
    path = f"{API}/stances/{stance.pk}/"

    first = client_of(cast.rita).patch(path, {"position": "support"}, HTTP_IF_MATCH='"1"')
    second = client_of(cast.mo).patch(path, {"position": "mixed"}, HTTP_IF_MATCH='"1"')

    problem = second.json()
    assert (first.status_code, second.status_code) == (200, 412)
    assert problem["current"] == first.json()
    assert problem["detail"].startswith("This stance was changed by Rita at ")


def test_a_stale_delete_deletes_nothing(cast, client, article):
    mention = a_mention(article, by=cast.mo)
    client.patch(f"{API}/mentions/{mention.pk}/", {"level": "NOM"}, HTTP_IF_MATCH='"1"')

    response = client.delete(f"{API}/mentions/{mention.pk}/", HTTP_IF_MATCH='"1"')

    assert (response.status_code, response.json()["current"]["version"]) == (412, 2)
    assert Mention.objects.get().deleted_at is None


# --- The bin ---


def test_what_is_deleted_is_gone_with_its_time_and_comes_back_whole(cast, client, article):
    mention = a_mention(article, by=cast.mo, comment="sic")
    path = f"{API}/mentions/{mention.pk}/"

    deleted = client.delete(path, HTTP_IF_MATCH='"1"').json()
    gone = client.get(path)
    writes = [
        client.put(path, mention_body(article)),
        client.patch(path, {"level": "NOM"}, HTTP_IF_MATCH="*"),
        client.delete(path, HTTP_IF_MATCH="*"),
    ]
    listed = client.get(f"{API}/mentions/").json()["results"]
    restored = client.post(f"{path}restore/")

    assert (gone.status_code, gone.json()["current"]) == (410, deleted)
    assert [write.status_code for write in writes] == [410, 410, 410]
    assert listed == []
    assert (restored.status_code, restored.json()["comment"], restored.json()["deleted_at"]) == (200, "sic", None)
    assert client.get(path).status_code == 200


def test_a_restore_that_names_another_version_is_stale(cast, client, article):
    mention = a_mention(article, by=cast.mo)
    client.delete(f"{API}/mentions/{mention.pk}/", HTTP_IF_MATCH='"1"')

    stale = client.post(f"{API}/mentions/{mention.pk}/restore/", HTTP_IF_MATCH='"1"')
    current = client.post(f"{API}/mentions/{mention.pk}/restore/", HTTP_IF_MATCH='"2"')

    assert (stale.status_code, current.status_code) == (412, 200)


def test_what_others_rest_on_stays(cast, client, article):
    attribution = an_attribution(article, by=cast.mo)
    a_stance(article, by=cast.mo, attribution=attribution.pk, holder="UNSPECIFIED")

    response = client.delete(f"{API}/attributions/{attribution.pk}/", HTTP_IF_MATCH='"1"')

    assert (response.status_code, response.json()["detail"]) == (
        409,
        "This attribution is used by 1 stance: unlink or delete them first.",
    )


# --- Reading ---


def test_a_reader_who_has_the_newest_is_told_so(cast, client, article):
    entity = an_entity(cast.project, by=cast.mo)
    for path in (
        f"/entities/{entity.pk}/",
        f"/articles/{article.pk}/",
        f"/articles/{article.pk}/annotations/",
        f"/articles/{article.pk}/revisions/1/",
        "/projects/desk/codebook/",
        "/me/",
        "/searches/hits/?q=Marrow",
        "/searches/facets/?project=desk",
        "/networks/?project=desk",
        "/agreement/?project=desk",
    ):
        first = client.get(f"{API}{path}")
        again = client.get(f"{API}{path}", HTTP_IF_NONE_MATCH=first["ETag"])
        other = client.get(f"{API}{path}", HTTP_IF_NONE_MATCH='"other"')

        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert other.status_code == 200


# --- Words and revisions ---


def test_words_that_differ_are_answered_with_those_in_the_text(client, article):
    response = client.post(f"{API}/mentions/", mention_body(article, exact=["Elsa Marrow"]))

    assert (response.status_code, response.json()["found"]) == (422, ["Ilsa Marrow"])
    assert Mention.objects.count() == 0


def test_another_revision_is_refused(client, article):
    response = client.post(f"{API}/mentions/", mention_body(article, revision=2))

    problem = response.json()
    assert (response.status_code, problem["type"], problem["current_revision"]) == (
        409,
        "urn:annotator:revision-superseded",
        1,
    )


def test_a_layer_that_is_done_is_not_written_to(cast, client, article):
    mention = a_mention(article, by=cast.mo)
    client.post(f"{API}/codings/", {"article": str(article.pk), "state": "done"})

    response = client.patch(f"{API}/mentions/{mention.pk}/", {"level": "NOM"}, HTTP_IF_MATCH='"1"')

    assert (response.status_code, response.json()["found"]) == (409, str(mention.coding_id))


def feed_of(cast):
    return "feeds", str(follow_feed(cast.project, by=cast.alice, url="https://news.example/feed").pk), {"interval": 90}


def webhook_of(cast):
    webhook, _ = add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
    return "webhooks", str(webhook.pk), {"acts": ["stance"]}


def coding_of(cast):
    return "codings", str(a_coding(an_article(cast.project, by=cast.alice), by=cast.alice).pk), {"state": "done"}


@pytest.mark.parametrize("made", [feed_of, webhook_of, coding_of])
def test_what_has_no_version_is_written_as_it_was_read_or_not_at_all(cast, made):
    noun, id, change = made(cast)
    client, address = client_of(cast.alice), f"{API}/{noun}/{id}/"
    read = client.get(address)

    done = client.patch(address, change, HTTP_IF_MATCH=read["ETag"])
    stale = client.patch(address, change, HTTP_IF_MATCH=read["ETag"])

    assert (done.status_code, stale.status_code) == (200, 412)
    assert stale.json()["current"] == client.get(address).json()
    assert client.patch(address, change, HTTP_IF_MATCH="*").status_code == 200
    assert client.patch(address, change).status_code == 200


def test_a_role_is_given_to_the_member_who_was_read_or_not_at_all(cast):
    client, address = client_of(cast.alice), f"{API}/projects/desk/memberships/mo/"
    read = client.get(address)

    done = client.put(address, {"role": "editor"}, HTTP_IF_MATCH=read["ETag"])
    stale = client.put(address, {"role": "reader"}, HTTP_IF_MATCH=read["ETag"])

    assert (done.status_code, stale.status_code) == (200, 412)
    assert cast.project.memberships.get(user=cast.mo).role == "editor"
