"""Streams last longer than a request: who may no longer read or write them finds them cut off."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.access import standing
from annotator.actions import imports as storing
from annotator.actions.exports import start_export
from annotator.actions.projects import remove_member
from annotator.actions.tokens import revoke_token
from annotator.api import projects
from annotator.domain.errors import Forbidden
from annotator.models import Export, ExportPiece, Token, User
from articles.models import Article
from tests.api.clients import API, client_of, client_with_token
from tests.factories import a_cast, an_article
from tests.jobs.working import do_what_waits

LINES = "application/x-ndjson"


@pytest.fixture
def cast(db):
    return a_cast()


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch):
    monkeypatch.setattr(standing, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(storing, "CHUNK_ROWS", 1)
    real = projects.pieces_of
    monkeypatch.setattr(projects, "pieces_of", lambda lines: real(lines, 1))


def disabled(cast):
    User.objects.filter(pk=cast.mo.pk).update(is_active=False)


def revoked(cast):
    revoke_token(Token.objects.get(), by=cast.mo)


def expired(cast):
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def removed(cast):
    remove_member(cast.project.memberships.get(user=cast.mo), by=cast.alice)


HOW = pytest.mark.parametrize("no_longer", [disabled, revoked, expired, removed])


def the_whole_project(cast, client):
    return client.get(f"{API}/projects/desk/export/")


def a_file(cast, client):
    export = start_export(cast.project, by=cast.mo)
    do_what_waits()
    ExportPiece.objects.create(of=export, number=1, content=b"more")
    return client.get(f"{API}/exports/{Export.objects.get().pk}/file/")


@HOW
@pytest.mark.parametrize("opened", [the_whole_project, a_file])
def test_who_may_no_longer_read_is_cut_off(cast, no_longer, opened):
    for _ in range(3):
        an_article(cast.project, by=cast.alice)
    stream = iter(opened(cast, client_with_token(cast.mo, scope="read")).streaming_content)

    first = next(stream)
    no_longer(cast)

    assert first
    with pytest.raises(Forbidden, match="the stream ends here"):
        list(stream)


@HOW
def test_who_may_no_longer_write_brings_no_more_in(cast, no_longer):
    body = b"".join(b'{"title": "A %d", "text": "Text %d."}\n' % (number, number) for number in range(4))
    client = client_with_token(cast.mo, scope="annotate")
    answer = client.post(f"{API}/articles/import/?project=desk", data=body, content_type=LINES, HTTP_ACCEPT=LINES)
    stream = iter(answer.streaming_content)

    next(stream)
    no_longer(cast)
    *_, last = [json.loads(line) for line in stream]

    assert last["status"] == 403
    assert Article.objects.count() < 4


def test_who_changes_the_password_ends_the_streams_of_the_sessions_before(cast):
    for _ in range(3):
        an_article(cast.project, by=cast.alice)
    stream = iter(the_whole_project(cast, client_of(cast.mo)).streaming_content)

    next(stream)
    cast.mo.set_password("another password for tests")
    User.objects.filter(pk=cast.mo.pk).update(password=cast.mo.password)

    with pytest.raises(Forbidden):
        list(stream)


def test_who_may_gets_it_whole(cast):
    an_article(cast.project, by=cast.alice)

    assert b"".join(the_whole_project(cast, client_of(cast.mo)).streaming_content).count(b"\n") == 1
