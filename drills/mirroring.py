"""A consumer that was written from the documents alone, and follows the change feed while two people write."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotator_client import Annotator, Problem
from mirror import REGISTERS, Mirror, addresses_of_article, content_of, name_of

from drills.bulk import lines
from drills.site import PROJECT, Site

SPANS = 30
KINDS = ("mention", "attribution", "stance", "claim")
# 403: a coder changes the own alone. 404, 410: purged, or in the bin. 409: done, revised, in use.
# 412: the other was first.
NOT_TO_BE_DONE = (403, 404, 409, 410, 412)
_MANY = 200  # rows a page
_TRIES = 20


def mirrored(site: Site, articles: int, changes: int) -> tuple[bool, str]:
    """Import, follow the feed while two people write, and compare the mirror with what is read at the end."""
    owner, *writing = (Annotator(site.address, token) for token in site.tokens)
    job = owner.bring_in(PROJECT, lines(articles, SPANS), name="consumer")
    writers = [Writer(client, owner, changes, seed) for seed, client in enumerate(writing)]
    with TemporaryDirectory() as folder:
        mirror = Mirror(owner, PROJECT, Path(folder))
        for writer in writers:
            writer.start()
        seen = 0
        while any(writer.is_alive() for writer in writers):
            seen += mirror.catch_up()
        seen += mirror.catch_up()
        kept = {
            str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*.json") if path.is_file()
        }
    present = dict(everything(owner))
    differing = sorted(name for name in kept.keys() | present.keys() if kept.get(name) != present.get(name))
    done = sum((writer.done for writer in writers), Counter[str]())
    nouns = Counter(name.partition("/")[0] for name in present)
    told = (
        f"{articles:,} articles of {SPANS}, {done.total():,} changes ({_listed(done)}), {seen:,} events; "
        f"{len(differing)} of {len(kept):,} files differ ({_listed(nouns)})"
    )
    failed = [writer.failure for writer in writers if writer.failure]
    is_exact = job["counts"]["new"] == articles and not differing and not failed and done.keys() == set(ACTS)
    return is_exact, told + "".join(f"\n{each}" for each in [*differing[:12], *failed])


def everything(client: Annotator) -> Iterable[tuple[str, bytes]]:
    """All that a mirror should have, as it is read now: name → bytes."""
    for is_in_bin in ({}, {"deleted": "true"}):
        for row in client.each("articles/", project=PROJECT, page_size=_MANY, **is_in_bin):
            for address in addresses_of_article(row["id"]):
                yield from _read(client, address)
    for noun in REGISTERS.values():
        both = ({}, {"merged": "true"}) if noun in ("entities", "issues", "propositions") else ({},)
        for of_these in both:
            for row in client.each(f"{noun}/", project=PROJECT, page_size=_MANY, **of_these):
                yield from _read(client, f"{noun}/{row['id']}/")


def _read(client: Annotator, address: str) -> Iterable[tuple[str, bytes]]:
    content = content_of(client, address)
    if content is not None:
        yield name_of(address), content


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))


class Writer(threading.Thread):
    """Somebody who does what the screen and the registers offer, in the order that ``seed`` gives."""

    def __init__(self, client: Annotator, manager: Annotator, changes: int, seed: int) -> None:
        super().__init__()
        self.client = client
        self.manager = manager
        self.changes = changes
        self.chance = random.Random(seed)
        self.articles = [row["id"] for row in client.each("articles/", project=PROJECT, page_size=_MANY)]
        self.done: Counter[str] = Counter()
        self.failure = ""

    def run(self) -> None:
        # Each at least once, where there is time for it; the common ones most often.
        acts = [*ACTS, *self.chance.choices(list(ACTS), [weight for weight, _ in ACTS.values()], k=self.changes)]
        try:
            for act in acts[: max(self.changes, len(ACTS))]:
                self.do(act)
        except Exception as failure:
            self.failure = f"{act}: {failure} {getattr(failure, 'document', '')}"

    def do(self, act: str) -> None:
        for _ in range(_TRIES):
            try:
                ACTS[act][1](self, self.chance.choice(self.articles))
            except Problem as problem:
                # 400: what it refers to was deleted, merged or purged by the other in between.
                is_overtaken = problem.status == 400 and "there is no" in str(problem)
                if problem.status not in NOT_TO_BE_DONE and not is_overtaken:
                    raise
                if problem.status == 403:
                    return
            else:
                self.done[act] += 1
                return

    # --- What there is ---

    def annotations(self, article: str) -> tuple[int, list[dict[str, Any]]]:
        """The number of its text, and what stands on that."""
        read = self.client.get(f"articles/{article}/annotations/").json
        return read["revision"], read["annotations"]

    def one_of(self, noun: str, **query: Any) -> dict[str, Any]:
        rows = self.client.get(f"{noun}/", project=PROJECT, page_size=_MANY, **query).json["results"]
        if not rows:
            raise Problem(404, {"detail": f"There are no {noun}."})
        return dict(self.chance.choice(rows))

    def some_annotation(self, article: str) -> dict[str, Any]:
        found = self.annotations(article)[1]
        if not found:
            raise Problem(404, {"detail": "Nothing is annotated here."})
        return self.chance.choice(found)

    def words(self) -> str:
        return f"Words {self.chance.random()}"


def annotate(writer: Writer, article: str) -> None:
    kind = writer.chance.choice(KINDS)
    fields: dict[str, Any] = {
        "mention": lambda: {"type": "PER", "entity": writer.one_of("entities")["id"]},
        "attribution": lambda: {"source": writer.one_of("entities")["id"], "mode": "indirect"},
        "stance": lambda: {
            "holder": writer.one_of("entities")["id"],
            "target_kind": "issue",
            "target": writer.one_of("issues")["id"],
            "position": writer.chance.choice(["support", "oppose"]),
        },
        "claim": lambda: {
            "claimant": "AUTHOR",
            "claim_kind": "event",
            "wording": writer.words(),
            "proposition": writer.one_of("propositions")["id"],
            "link": "confirmed",
        },
    }[kind]()
    place = {"article": article, "revision": writer.annotations(article)[0], "segments": [[0, 4]]}
    writer.client.put(f"{kind}s/{uuid.uuid4()}/", {**place, **fields}, new=True)


def change_annotation(writer: Writer, article: str) -> None:
    one = writer.some_annotation(article)
    writer.client.patch(f"{one['kind']}s/{one['id']}/", {"comment": writer.words()}, if_match=f'"{one["version"]}"')


def delete_annotation(writer: Writer, article: str) -> None:
    one = writer.some_annotation(article)
    writer.client.delete(f"{one['kind']}s/{one['id']}/", if_match=f'"{one["version"]}"')
    if writer.chance.random() < 0.5:
        writer.client.post(f"{one['kind']}s/{one['id']}/restore/", {})


def comment(writer: Writer, article: str) -> None:
    on = writer.some_annotation(article)
    body = {"kind": on["kind"], "annotation": on["id"], "text": writer.words()}
    made = writer.client.put(f"comments/{uuid.uuid4()}/", body, new=True)
    path = f"comments/{made.json['id']}/"
    match writer.chance.choice(["leave", "resolve", "take back"]):
        case "resolve":
            writer.client.patch(path, {"resolved": True}, if_match=made.version)
        case "take back":
            writer.client.delete(path, if_match=made.version)


def add_records(writer: Writer, article: str) -> None:
    for noun, fields in (
        ("entities", {"name": writer.words(), "type": "PER"}),
        ("issues", {"wording": writer.words()}),
        ("propositions", {"wording": writer.words(), "kind": "event"}),
    ):
        writer.client.put(f"{noun}/{uuid.uuid4()}/", {"project": PROJECT, **fields}, new=True)


def change_record(writer: Writer, article: str) -> None:
    noun, field = writer.chance.choice(
        [("entities", "description"), ("issues", "wording"), ("propositions", "wording")]
    )
    one = writer.one_of(noun)
    writer.client.patch(f"{noun}/{one['id']}/", {field: writer.words()}, if_match=f'"{one["version"]}"')


def merge_records(writer: Writer, article: str) -> None:
    noun = writer.chance.choice(["entities", "issues", "propositions"])
    one, into = writer.one_of(noun), writer.one_of(noun)
    path = f"{noun}/{one['id']}/"
    if one["id"] == into["id"] or one.get("type") != into.get("type") or one.get("kind") != into.get("kind"):
        return
    merged = writer.client.send("POST", f"{path}merge/", {"into": into["id"]}, if_match=f'"{one["version"]}"')
    if writer.chance.random() < 0.5:
        writer.client.send("POST", f"{path}unmerge/", if_match=merged.version)


def delete_record(writer: Writer, article: str) -> None:
    noun = writer.chance.choice(["entities", "issues", "propositions"])
    one = writer.one_of(noun)
    writer.client.delete(f"{noun}/{one['id']}/", if_match=f'"{one["version"]}"')
    if writer.chance.random() < 0.5:
        writer.client.post(f"{noun}/{one['id']}/restore/", {})


def assess(writer: Writer, article: str) -> None:
    body = {
        "proposition": writer.one_of("propositions", kind="event")["id"],
        "scale": "facts",
        "rating": writer.chance.choice(["true", "half_true"]),
        "as_of": "2026-11-01",
        "state": writer.chance.choice(["draft", "published"]),
        "evidence": [{"url": "https://port.example/register", "bearing": "supports"}],
    }
    made = writer.client.put(f"assessments/{uuid.uuid4()}/", body, new=True)
    path = f"assessments/{made.json['id']}/"
    if writer.chance.random() < 0.5:
        made = writer.client.patch(path, {"summary": writer.words()}, if_match=made.version)
    if writer.chance.random() < 0.2:
        writer.client.delete(path, if_match=made.version)


def change_article(writer: Writer, article: str) -> None:
    version = writer.client.get(f"articles/{article}/").version
    writer.client.patch(f"articles/{article}/", {"author": writer.words()}, if_match=version)


def revise(writer: Writer, article: str) -> None:
    """A word is another, and where it was annotated somebody has to look."""
    read = writer.client.get(f"articles/{article}/")
    present = writer.client.get(f"articles/{article}/revisions/{read.json['revision']}/").json["text"]
    words = present.split(" ")
    words[writer.chance.randrange(len(words))] = f"Word{writer.chance.randrange(10**9)}"
    path = f"articles/{article}/revisions/"
    revised = writer.client.send("POST", path, {"text": " ".join(words)}, if_match=read.version)
    if writer.chance.random() < 0.3:
        writer.client.send("POST", f"{path}undo/", if_match=f'"{revised.json["version"]}"')


def delete_article(writer: Writer, article: str) -> None:
    version = writer.client.get(f"articles/{article}/").version
    writer.client.delete(f"articles/{article}/", if_match=version)
    if writer.chance.random() < 0.7:
        writer.client.post(f"articles/{article}/restore/", {})


def finish(writer: Writer, article: str) -> None:
    """Say that the layer is done; most are opened again."""
    coding = writer.client.post("codings/", {"article": article, "state": "done"}).json["id"]
    if writer.chance.random() < 0.7:
        writer.client.patch(f"codings/{coding}/", {"state": "open"}, if_match="*")


def purge(writer: Writer, article: str) -> None:
    """By the manager: a court orders it."""
    writer.manager.post(f"articles/{article}/purge/", {"reason": "A court orders it."})


Act = Callable[[Writer, str], None]
# What is done → how often, beside the others, and how.
ACTS: dict[str, tuple[int, Act]] = {
    act.__name__: (weight, act)
    for weight, act in (
        (30, annotate),
        (20, change_annotation),
        (10, delete_annotation),
        (10, comment),
        (5, add_records),
        (5, change_record),
        (3, merge_records),
        (3, delete_record),
        (5, assess),
        (3, change_article),
        (5, revise),
        (3, delete_article),
        (3, finish),
        (1, purge),
    )
}
