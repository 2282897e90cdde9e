"""Many writes in one request: all of them, or none."""

import uuid

import pytest

from annotator.actions.webhooks import add_webhook
from annotator.models import Event, Mention, Token, Webhook
from tests.api.clients import API, client_of
from tests.factories import a_mention, an_article


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_a_batch_does_all_in_order(cast, client):
    article = an_article(cast.project, by=cast.mo)
    issue, attribution, stance = (str(uuid.uuid4()) for _ in range(3))
    words = {"article": str(article.pk), "revision": 1, "segments": [[0, 11]]}
    operations = [
        {"method": "PUT", "path": f"/issues/{issue}/", "body": {"project": "desk", "wording": "A"}},
        {
            "method": "PUT",
            "path": f"/attributions/{attribution}/",
            "if_none_match": True,
            "body": {**words, "source": "UNSPECIFIED", "mode": "direct"},
        },
        {
            "method": "PUT",
            "path": f"/stances/{stance}/",
            "body": {
                **words,
                "attribution": attribution,
                "target_kind": "issue",
                "target": issue,
                "position": "oppose",
            },
        },
        {"method": "PATCH", "path": f"/stances/{stance}/", "if_match": 1, "body": {"position": "support"}},
        {"method": "DELETE", "path": f"/stances/{stance}/", "if_match": 2},
        {"method": "POST", "path": f"/stances/{stance}/restore/"},
    ]

    answer = client.post(f"{API}/batch/", {"operations": operations})

    assert [each["status"] for each in answer.json()["results"]] == [201, 201, 201, 200, 200, 200]
    last = answer.json()["results"][-1]["body"]
    assert last == client.get(f"{API}/stances/{stance}/").json()
    assert (last["position"], last["holder"], last["version"]) == ("support", "UNSPECIFIED", 4)
    assert list(Event.objects.order_by("id").values_list("act", flat=True))[-6:] == [
        "issue.added",
        "attribution.added",
        "stance.added",
        "stance.revised",
        "stance.deleted",
        "stance.restored",
    ]


def test_a_batch_that_fails_anywhere_does_nothing_and_says_where(cast, client):
    article = an_article(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    good = {"method": "PATCH", "path": f"/mentions/{mention.pk}/", "if_match": 1, "body": {"level": "NOM"}}
    failures = {
        412: {"method": "PATCH", "path": f"/mentions/{mention.pk}/", "if_match": 7, "body": {"level": "PRO"}},
        428: {"method": "DELETE", "path": f"/mentions/{mention.pk}/"},
        404: {"method": "DELETE", "path": f"/mentions/{uuid.uuid4()}/", "if_match": 1},
        400: {"method": "POST", "path": "/mentions/", "body": {"type": "PER"}},
        422: {
            "method": "PATCH",
            "path": f"/mentions/{mention.pk}/",
            "if_match": 2,
            "body": {"exact": ["Not so"]},
        },
        403: {"method": "POST", "path": f"/articles/{article.pk}/purge/", "body": {"reason": "A"}},
    }

    answers = {
        status: client.post(f"{API}/batch/", {"operations": [good, failing]}) for status, failing in failures.items()
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {each: each for each in failures}
    assert {answer.json()["operation"] for answer in answers.values()} == {1}
    assert {answer.json()["detail"].partition(":")[0] for answer in answers.values()} == {"Operation 1"}
    assert (Mention.objects.get().level, Mention.objects.get().version) == ("NAM", 1)
    assert Event.objects.filter(act="mention.revised").count() == 0


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"method": "GET", "path": "/mentions/"}, 400),
        ({"method": "POST", "path": "mentions/"}, 404),
        ({"method": "POST", "path": "/batch/"}, 404),
        ({"method": "POST", "path": "/articles/import/"}, 404),
        ({"method": "POST", "path": "/../../admin/"}, 404),
        ({"method": "POST", "path": "/mentions/?project=desk"}, 404),
        ({"method": "POST", "path": "/schema/"}, 404),
        ({"method": "POST", "path": "/mentions/", "body": []}, 400),
        ({"method": "POST", "path": "/mentions/", "if_match": "1"}, 400),
        ({"method": "POST", "path": "/mentions/", "headers": {}}, 400),
        ({"path": "/mentions/"}, 400),
        ("POST /mentions/", 400),
    ],
)
def test_an_operation_that_is_none_is_refused(client, operation, status):
    response = client.post(f"{API}/batch/", {"operations": [operation]})

    assert response.status_code == status, response.json()


def test_a_batch_has_bounds(client):
    operation = {"method": "POST", "path": "/issues/", "body": {"project": "desk", "wording": "A"}}

    too_many = client.post(f"{API}/batch/", {"operations": [operation] * 1_001})
    none = client.post(f"{API}/batch/", {"operations": []})
    full = client.post(f"{API}/batch/", {"operations": [operation] * 100})

    assert (too_many.status_code, too_many.json()["detail"]) == (400, "A batch has at most 1,000 operations.")
    assert (none.status_code, full.status_code) == (400, 200)
    assert len({each["body"]["id"] for each in full.json()["results"]}) == 100


def test_a_batch_under_one_key_is_done_once(client):
    key = str(uuid.uuid4())
    body = {"operations": [{"method": "POST", "path": "/issues/", "body": {"project": "desk", "wording": "A"}}]}

    first = client.post(f"{API}/batch/", body, HTTP_IDEMPOTENCY_KEY=key)
    again = client.post(f"{API}/batch/", body, HTTP_IDEMPOTENCY_KEY=key)

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(client.get(f"{API}/issues/").json()["results"]) == 1


@pytest.mark.parametrize("what", ["webhook", "secret", "token"])
def test_what_answers_with_a_secret_is_not_done_in_a_batch(cast, what):
    """Nobody would ever see it: answers of a batch are kept, and secrets are not."""
    webhook, _ = add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
    before = webhook.secret
    operation = {
        "webhook": {"path": "/webhooks/", "body": {"project": "desk", "url": "https://other.example/"}},
        "secret": {"path": f"/webhooks/{webhook.pk}/rotate/"},
        "token": {"path": "/tokens/", "body": {"name": "Bot", "scope": "read"}},
    }[what]

    answer = client_of(cast.alice).post(f"{API}/batch/", {"operations": [{"method": "POST", **operation}]})
    webhook.refresh_from_db()

    assert (answer.status_code, answer.json()["operation"]) == (400, 0)
    assert "answers with a secret that is shown once: ask for it alone." in answer.json()["detail"]
    assert (Webhook.objects.count(), Token.objects.count(), webhook.secret) == (1, 0, before)
