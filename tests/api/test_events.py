"""The change feed."""

import pytest

from annotator.models import Stance
from tests.api.clients import API, client_of
from tests.factories import an_issue


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_the_feed_gives_each_event_once_in_order(cast, client):
    issues = [an_issue(cast.project, by=cast.mo) for _ in range(5)]
    after, seen = 0, []
    while True:
        page = client.get(f"{API}/events/?project=desk&after={after}&limit=2").json()
        seen += page["results"]
        after = seen[-1]["id"]
        if page["next"] is None:
            break
        assert page["next"].endswith(f"after={after}&limit=2&project=desk")

    ids = [event["id"] for event in seen]
    assert ids == sorted(set(ids))
    assert [event["thing_id"] for event in seen if event["act"] == "issue.added"] == [str(each.pk) for each in issues]
    assert Stance.objects.count() == 0
    assert client.get(f"{API}/events/?project=desk&after={after}").json() == {"next": None, "results": []}
