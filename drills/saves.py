"""Many saves at once, by clients that send again what was not answered; and the count of what became of them."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from annotator_client import Annotator

from drills.site import PROJECT, Site

CLIENTS = 16
TEXT = "Ilsa Marrow vowed on Friday to keep the line open."


@dataclass
class Count:
    """What was asked for, acknowledged and found."""

    saves: int = 0
    acknowledged: set[str] = field(default_factory=set)
    lost: int = 0
    twice: int = 0
    unasked: int = 0

    @property
    def is_exact(self) -> bool:
        return len(self.acknowledged) == self.saves and not (self.lost or self.twice or self.unasked)

    def __str__(self) -> str:
        return (
            f"{self.saves:,} saves, {len(self.acknowledged):,} acknowledged; "
            f"lost {self.lost}, twice {self.twice}, there without being asked for {self.unasked}"
        )


def new_article(client: Annotator) -> str:
    id = str(uuid.uuid4())
    client.put(f"articles/{id}/", {"project": PROJECT, "title": f"Drill {id}", "text": f"{TEXT}\n\n{id}"}, new=True)
    return id


def saved_under_fire(site: Site, saves: int, disturb: Callable[[], None], *, at: float = 0.4) -> Count:
    """Save so many mentions in one article; once ``at`` of them are acknowledged, ``disturb``."""
    clients = [Annotator(site.address, token, patience=120) for token in site.tokens]
    article = new_article(clients[0])
    count, lock, disturbed = Count(saves), threading.Lock(), threading.Event()

    def save(number: int) -> None:
        id = str(uuid.uuid4())
        body = {"article": article, "revision": 1, "segments": [[0, 4]], "type": "PER"}
        clients[number % len(clients)].put(f"mentions/{id}/", body, new=True)
        with lock:
            count.acknowledged.add(id)
            fire = len(count.acknowledged) >= at * saves and not disturbed.is_set()
            if fire:
                disturbed.set()
        if fire:
            disturb()

    with ThreadPoolExecutor(CLIENTS) as crowd:
        for done in [crowd.submit(save, number) for number in range(saves)]:
            done.result()
    return found(site, article, count)


def found(site: Site, article: str, count: Count) -> Count:
    """Look in the database itself: each acknowledged one is there, with one event, and nothing else is."""
    rows = site.ask(
        "SELECT m.id::text, (SELECT count(*) FROM annotator_event e WHERE e.thing_id = m.id::text)"
        " FROM annotator_mention m JOIN annotator_coding c ON c.id = m.coding_id WHERE c.article_id = %s",
        article,
    )
    there = Counter({str(id): int(str(events)) for id, events in rows})
    count.lost = len(count.acknowledged - there.keys())
    count.unasked = len(there.keys() - count.acknowledged)
    count.twice = sum(events != 1 for events in there.values())
    return count
