"""A client that sends every request twice: at once under one operation id, and again later on the same condition."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from annotator_client import Annotator, Answer, Problem

from drills.saves import TEXT
from drills.site import PROJECT, Site

_WORDS = {"type": "PER", "segments": [[0, 4]], "revision": 1}
# What a round leaves in the history of its article: each thing that was done, as often as it was asked for.
LEFT = Counter(
    {
        "article.added": 1,
        "mention.added": 3,
        "mention.revised": 3,
        "mention.deleted": 3,
        "mention.restored": 1,
        "claim.added": 1,
        "comment.added": 1,
        "comment.changed": 1,
        "comment.deleted": 1,
        "article.revised": 1,
        "revision.carried": 1,
    }
)


@dataclass
class Repeated:
    """What was sent twice, and what was not as it should be."""

    sent: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.sent.items()))
        told = f"{self.sent.total():,} requests sent twice ({kinds}); {len(self.wrong)} wrong"
        return told + "".join(f"\n{each}" for each in self.wrong[:12])


class Twice:
    """Sends by two connections at once, and once more under another operation id."""

    def __init__(self, site: Site, both: ThreadPoolExecutor) -> None:
        self.clients = [Annotator(site.address, token) for token in site.tokens[:1] * 2]
        self.both = both
        self.told = Repeated()

    def send(self, kind: str, method: str, path: str, *told: Any, later: int, **conditions: Any) -> Answer:
        """The answer that both got. ``later`` is what becomes of the same request when it is no repetition."""
        key = str(uuid.uuid4())
        sent = [self.both.submit(client.send, method, path, *told, key=key, **conditions) for client in self.clients]
        first, second = (each.result() for each in sent)
        self.told.sent[kind] += 1
        if (first.status, first.json if first.body else None) != (second.status, second.json if second.body else None):
            self.told.wrong.append(
                f"{method} {path}: {first.status} {first.body!r} and {second.status} {second.body!r}"
            )
        try:
            again = self.clients[0].send(method, path, *told, **conditions).status
        except Problem as problem:
            again = problem.status
        if again != later:
            self.told.wrong.append(f"{method} {path}, asked for anew: {again} in place of {later}")
        return first


def repeated(site: Site, rounds: int) -> tuple[bool, str]:
    """Do all sorts of writes twice, and look in the database for what came of them."""
    with ThreadPoolExecutor(2) as both:
        twice = Twice(site, both)
        for _ in range(rounds):
            _round(site, twice)
    return not twice.told.wrong, str(twice.told)


def _round(site: Site, twice: Twice) -> None:
    article, mention, other, comment = (str(uuid.uuid4()) for _ in range(4))
    at = f"articles/{article}/"
    place = {"article": article, **_WORDS}
    new = {"project": PROJECT, "title": f"Twice {article}", "text": f"{TEXT}\n\n{article}"}
    twice.send("PUT", "PUT", at, new, new=True, later=412)
    third = {**place, "external_id": "third"}
    twice.send("POST", "POST", "mentions/", third, later=400)
    twice.send("PUT", "PUT", f"mentions/{mention}/", place, new=True, later=412)
    twice.send("PATCH", "PATCH", f"mentions/{mention}/", {"comment": "Once."}, if_match='"1"', later=412)
    twice.send("PUT", "PUT", f"mentions/{mention}/", {**place, "level": "NOM"}, if_match='"2"', later=412)
    several = [
        {"method": "PUT", "path": f"/mentions/{other}/", "if_none_match": True, "body": place},
        {"method": "PATCH", "path": f"/mentions/{mention}/", "if_match": 3, "body": {"comment": "Kept."}},
    ]
    twice.send("batch", "POST", "batch/", {"operations": several}, later=412)
    said = {"kind": "mention", "annotation": mention, "text": "Which one?"}
    twice.send("PUT", "PUT", f"comments/{comment}/", said, new=True, later=412)
    twice.send("PATCH", "PATCH", f"comments/{comment}/", {"resolved": True}, if_match='"1"', later=412)
    twice.send("DELETE", "DELETE", f"comments/{comment}/", if_match='"2"', later=404)
    kept = {"kind": "mention", "id": mention, "type": "PER", "segments": [[0, 4]], "level": "NOM", "comment": "Kept."}
    claim = {"kind": "claim", "external_id": "c-1", "segments": [[0, 4]], "claimant": "AUTHOR", "claim_kind": "event"}
    tag = twice.clients[0].get(f"{at}annotations/").version
    whole = {"revision": 1, "annotations": [kept, claim]}
    twice.send("whole article", "PUT", f"{at}annotations/", whole, if_match=tag, later=412)
    twice.send("DELETE", "DELETE", f"mentions/{mention}/", if_match='"4"', later=410)
    twice.send("restore", "POST", f"mentions/{mention}/restore/", later=200)
    revised = {"text": f"{TEXT} It did.\n\n{article}"}
    twice.send("revision", "POST", f"{at}revisions/", revised, if_match='"1"', later=200)
    line = json.dumps({"title": f"Twice {article}, imported", "text": f"{TEXT}\n\nImported {article}"}).encode()
    given = {"raw": line, "media_type": "application/x-ndjson", "query": {"project": PROJECT}}
    twice.send("import", "POST", "articles/import/", later=200, **given)

    left = Counter(
        {
            str(act): int(str(count))
            for act, count in site.ask(
                "SELECT act, count(*) FROM annotator_event WHERE article_id = %s GROUP BY act", article
            )
        }
    )
    if left != LEFT:
        twice.told.wrong.append(f"In the history of {article} stand {dict(left)} in place of {dict(LEFT)}")
    [(articles,)] = site.ask("SELECT count(*) FROM articles_article WHERE title LIKE %s", f"Twice {article}%")
    if articles != 2:
        twice.told.wrong.append(f"{articles} articles in place of 2")
