"""Times and ids read the same wherever they are read: in a row, in an event about it, in its history."""

import json

import pytest

from annotator.domain.encoding import write
from annotator.live.hub import message
from annotator.models import Event
from annotator.queries import wire
from tests.api.clients import API, client_of
from tests.factories import a_mention, a_stance, an_article, an_issue


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_what_an_event_says_of_a_row_is_letter_for_letter_what_a_read_says(cast, client):
    article = an_article(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo)
    a_stance(article, by=cast.mo)
    an_issue(cast.project, by=cast.mo)

    feed = client.get(f"{API}/events/?project=desk&after=0").json()["results"]
    told = {event["thing_id"]: event["after"] for event in feed if event["thing"] in ("mention", "stance", "issue")}
    read = {}
    for noun in ("mentions", "stances", "issues"):
        for row in client.get(f"{API}/{noun}/?project=desk").json()["results"]:
            # The words stand in the text, which events do not repeat.
            row.pop("exact", None)
            read[row["id"]] = row

    assert len(told) >= 3
    assert json.dumps(told, sort_keys=True) == json.dumps(read, sort_keys=True)


def test_the_stream_writes_an_event_as_the_feed_does(cast, client):
    an_issue(cast.project, by=cast.mo)
    event = Event.objects.select_related("project", "by").latest("id")

    [read] = client.get(f"{API}/events/?project=desk&after={event.pk - 1}").json()["results"]
    streamed = message("change", wire.event(event), event.pk)

    assert json.loads(streamed.split(b"data: ")[1]) == read
    assert read["at"].endswith("Z")
    assert write(event.at) == json.dumps(read["at"]).encode()
