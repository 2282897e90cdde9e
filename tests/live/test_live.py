"""The event stream: what is told, to whom, and that nothing is left out."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from django.db import connection, connections

from annotator.actions.comments import add_comment
from annotator.actions.projects import remove_member
from annotator.actions.tokens import make_token
from annotator.live import application, hub
from annotator.models import Event, Membership
from tests import factories as f
from tests.api.clients import client_of

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10  # seconds; what does not come by then does not come


class Reader:
    """A client of the stream, as a server would drive the application for it."""

    def __init__(self, query: str, secret: str = "", last_event_id: str = "") -> None:
        headers = [(b"authorization", f"Bearer {secret}".encode())] if secret else []
        if last_event_id:
            headers.append((b"last-event-id", last_event_id.encode()))
        self.scope = {"type": "http", "method": "GET", "query_string": query.encode(), "headers": headers}
        self.status = 0
        self.text = ""
        self.ended = False
        self.leaving = asyncio.Event()
        self.told = asyncio.Condition()

    async def __aenter__(self) -> "Reader":
        self.task = asyncio.create_task(application.live(self.scope, self._receive, self._send))
        await self.until(lambda: self.status)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.leaving.set()
        await asyncio.wait_for(self.task, SOON)

    async def until(self, found: Callable[[], Any]) -> Any:
        async with self.told:
            await asyncio.wait_for(self.told.wait_for(found), SOON)
        return found()

    def messages(self, name: str = "change") -> list[dict[str, Any]]:
        found = []
        for block in self.text.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
            if fields.get("event") == name:
                found.append(orjson.loads(fields["data"]))
        return found

    def ids(self) -> list[int]:
        return [message["id"] for message in self.messages()]

    async def _receive(self) -> dict[str, Any]:
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        async with self.told:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            else:
                self.text += message["body"].decode()
                self.ended = not message["more_body"]
            self.told.notify_all()


def secret_of(user: Any) -> str:
    return make_token(by=user, name="stream", scope="read")[1]


def in_thread(act: Callable[[], Any]) -> Awaitable[Any]:
    """Do something in the database as another process would: in a thread with a connection of its own."""

    def done() -> Any:
        try:
            return act()
        finally:
            connection.close()

    return asyncio.get_running_loop().run_in_executor(None, done)


def run(scenario: Callable[[], Awaitable[Any]]) -> Any:
    """Run a scenario on a loop of its own, with a hub of its own."""

    async def main() -> Any:
        application.hub = hub.Hub()
        try:
            return await asyncio.wait_for(scenario(), 6 * SOON)
        finally:
            application.hub.stop()

    return asyncio.run(main())


def test_a_change_is_told_to_those_who_read_the_article() -> None:
    cast = f.a_cast()
    article, other = f.an_article(cast.project, by=cast.mo), f.an_article(cast.project, by=cast.mo)
    mention, elsewhere = f.a_mention(article, by=cast.mo), f.a_mention(other, by=cast.mo)
    secret, start = secret_of(cast.sam), Event.objects.last().pk

    async def scenario() -> list[dict[str, Any]]:
        async with Reader(f"project=desk&article={article.pk}&after={start}", secret) as reader:
            await in_thread(lambda: add_comment(elsewhere, "Not here.", by=cast.mo))
            await in_thread(lambda: add_comment(mention, "Is she?\nYes.", by=cast.mo))
            await reader.until(reader.messages)
            return reader.messages()

    told = run(scenario)

    assert [(message["act"], message["by"], message["after"]["text"]) for message in told] == [
        ("comment.added", "mo", "Is she?\nYes.")
    ]


def test_nothing_is_skipped_or_repeated_while_eight_write() -> None:
    cast = f.a_cast()
    mention = f.a_mention(f.an_article(cast.project, by=cast.mo), by=cast.mo)
    secret, start = secret_of(cast.sam), Event.objects.last().pk

    def write() -> None:
        for number in range(10):
            add_comment(mention, f"Comment {number}", by=cast.mo)
        connections.close_all()

    async def scenario() -> list[int]:
        writers = [threading.Thread(target=write) for _ in range(8)]
        for writer in writers:
            writer.start()
        # One that was there from the start, and one that left in the middle and came back with the last id it had.
        async with Reader("project=desk", secret, str(start)) as steady:
            async with Reader("project=desk", secret, str(start)) as left:
                await left.until(lambda: len(left.ids()) >= 20)
            async with Reader("project=desk", secret, str(left.ids()[-1])) as back:
                await back.until(lambda: len(left.ids()) + len(back.ids()) >= 80)
            await steady.until(lambda: len(steady.ids()) >= 80)
            return [steady.ids(), left.ids() + back.ids()]

    steady, resumed = run(scenario)

    written = list(Event.objects.filter(pk__gt=start).values_list("pk", flat=True))
    assert len(written) == 80
    assert steady == written
    assert resumed == written


def test_a_blind_layer_is_told_to_its_coder_and_to_editors_only() -> None:
    cast = f.a_cast(layers="independent")
    nia = f.a_user("nia")
    f.add_member(cast.project, nia, "coder", by=cast.alice)
    article = f.an_article(cast.project, by=cast.mo)
    secrets = {user.username: secret_of(user) for user in (cast.mo, nia, cast.rita, cast.sam)}
    start = Event.objects.last().pk

    async def scenario() -> dict[str, list[str]]:
        readers = {name: Reader(f"project=desk&after={start}", secret) for name, secret in secrets.items()}
        for reader in readers.values():
            await reader.__aenter__()
        await in_thread(lambda: f.a_mention(article, by=cast.mo))
        await in_thread(lambda: f.an_issue(cast.project, by=cast.rita))
        for reader in readers.values():
            await reader.until(lambda reader=reader: "issue.added" in [m["act"] for m in reader.messages()])
        for reader in readers.values():
            await reader.__aexit__()
        return {name: [m["act"] for m in reader.messages()] for name, reader in readers.items()}

    told = run(scenario)

    assert told == {
        "mo": ["coding.opened", "mention.added", "issue.added"],
        "nia": ["issue.added"],
        "rita": ["coding.opened", "mention.added", "issue.added"],
        "sam": ["issue.added"],
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("project=elsewhere", 404),
        ("project=desk&article=not-an-id", 404),
        ("project=desk&article=00000000-0000-4000-8000-000000000000", 404),
        ("project=desk&after=x", 400),
    ],
)
def test_what_is_not_there_to_see_is_not_streamed(query: str, status: int) -> None:
    secret = secret_of(f.a_cast().mo)

    async def scenario() -> int:
        async with Reader(query, secret) as reader:
            return reader.status

    assert run(scenario) == status


def test_a_stranger_without_a_session_or_a_token_is_turned_away() -> None:
    f.a_cast()

    async def scenario() -> list[int]:
        async with Reader("project=desk") as nobody, Reader("project=desk", "ann_made-up") as forger:
            return [nobody.status, forger.status]

    assert run(scenario) == [401, 401]


@pytest.mark.parametrize("how", ["disabled", "removed from the project"])
def test_the_stream_of_who_may_no_longer_look_ends(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    assert hub.LOOK_EVERY < 5
    monkeypatch.setattr(hub, "LOOK_EVERY", 0.05)
    cast = f.a_cast()
    secrets = [secret_of(cast.mo), secret_of(cast.rita)]

    def shut_out() -> None:
        if how == "disabled":
            cast.mo.is_active = False
            cast.mo.save()
        else:
            remove_member(Membership.objects.get(user=cast.mo, project=cast.project), by=cast.alice)

    async def scenario() -> list[bool]:
        async with Reader("project=desk", secrets[0]) as gone, Reader("project=desk", secrets[1]) as other:
            await in_thread(shut_out)
            await gone.until(lambda: gone.ended)
            return [gone.ended, other.ended]

    assert run(scenario) == [True, False]


def test_streams_hold_no_database_connection_and_outlive_a_broken_one() -> None:
    cast = f.a_cast()
    mention = f.a_mention(f.an_article(cast.project, by=cast.mo), by=cast.mo)
    users = [f.a_user() for _ in range(10)]
    for user in users:
        f.add_member(cast.project, user, "reader", by=cast.alice)
    secrets = [secret_of(user) for user in users for _ in range(10)]
    start = Event.objects.last().pk

    def connected(which: str = "") -> set[int]:
        """By their process in PostgreSQL."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE %s", [f"{which}%"]
            )
            return {pid for (pid,) in cursor.fetchall()}

    def end(pids: set[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(pids)])

    async def scenario() -> tuple[set[int], set[int], list[list[str]]]:
        # The served site of other tests, where there was one, has a hub that listens for itself.
        before = await in_thread(connected)
        readers = [Reader(f"project=desk&after={start}", secret) for secret in secrets]
        for reader in readers:
            await reader.__aenter__()
        for _ in range(200):
            if listening := await in_thread(lambda: connected("LISTEN")) - before:
                break
            await asyncio.sleep(0.05)
        held = await in_thread(connected) - before - listening
        await in_thread(lambda: end(listening))
        await in_thread(lambda: add_comment(mention, "Heard?", by=cast.mo))
        for reader in readers:
            await reader.until(reader.messages)
        for reader in readers:
            await reader.__aexit__()
        return held, listening, [[m["act"] for m in reader.messages()] for reader in readers]

    held, listening, told = run(scenario)

    # Two for looking things up, and one of the test itself: none of them a stream's.
    assert len(held) <= 3
    assert len(listening) == 1
    assert told == [["comment.added"]] * 100


@pytest.mark.parametrize(("layers", "told"), [("shared", ["mo", "mo"]), ("independent", [])])
def test_who_is_there_is_told_to_the_others_in_the_article_unless_they_are_blind(layers: str, told: list[str]) -> None:
    cast = f.a_cast(layers=layers)
    article = f.an_article(cast.project, by=cast.mo)
    secret, start = secret_of(cast.rita), Event.objects.last().pk
    mo = client_of(cast.mo)

    def say(**where: Any) -> None:
        assert mo.post(f"/api/v1/articles/{article.pk}/presence/", where, format="json").status_code == 204

    async def scenario() -> list[dict[str, Any]]:
        async with Reader(f"project=desk&article={article.pk}&after={start}", secret) as reader:
            await reader.until(lambda: reader.messages("beat"))
            await in_thread(lambda: say(paragraph=2, revision=1, selection=[3, 9]))
            await in_thread(lambda: say(away=True))
            await in_thread(lambda: f.an_issue(cast.project, by=cast.mo))
            await reader.until(reader.messages)
            return [who for who in reader.messages("presence") if who["username"] != "rita"]

    met = run(scenario)

    assert [who["username"] for who in met] == told
    assert [(who["name"], who["paragraph"], who["selection"], who["away"]) for who in met] == [
        ("Mo", 2, [3, 9], False),
        ("Mo", None, None, True),
    ][: len(told)]


def test_who_leaves_the_stream_of_an_article_is_away() -> None:
    cast = f.a_cast()
    article = f.an_article(cast.project, by=cast.mo)
    where = f"project=desk&article={article.pk}"
    secrets = [secret_of(user) for user in (cast.rita, cast.mo, cast.mo)]

    async def scenario() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        async with Reader(where, secrets[0]) as reader:
            async with Reader(where, secrets[1]), Reader(where, secrets[2]) as second:
                await second.until(lambda: second.messages("beat"))
                await second.__aexit__()
                await reader.until(lambda: reader.messages("beat"))
                still = reader.messages("presence")
            await reader.until(lambda: any(who["away"] for who in reader.messages("presence")))
            return still, reader.messages("presence")

    still, gone = run(scenario)

    # Two streams were opened, and the first to close was not the last.
    assert {(who["username"], who["away"]) for who in still} <= {("mo", False), ("rita", False)}
    assert (gone[-1]["username"], gone[-1]["away"]) == ("mo", True)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"selection": [9, 3], "revision": 1}, "`selection` is [start, end] in code points, start first."),
        ({"selection": [3, 9]}, "`revision` is required: the text that `selection` counts in."),
        ({"paragraph": 0}, "Ensure this value is greater than or equal to 1."),
        ({"annotation": "here"}, "Must be a valid UUID."),
        ({"line": 3}, "There is no such field; known are paragraph, revision, selection, annotation, away."),
    ],
)
def test_a_place_that_is_none_is_refused(where: dict[str, Any], message: str) -> None:
    cast = f.a_cast()
    article = f.an_article(cast.project, by=cast.mo)

    refused = client_of(cast.mo).post(f"/api/v1/articles/{article.pk}/presence/", where, format="json")

    assert refused.status_code == 400
    assert message in str(refused.json()["errors"])
