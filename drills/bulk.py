"""An import whose worker is killed in the middle, and a consumer that follows while two people write."""

import json
import random
import threading
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from annotator_client import Annotator, Problem
from mirror import Mirror

from drills.site import PROJECT, Site

WORD = "Marrow "
SPANS = 30
STUCK = 120.0  # seconds: no job may stand still for longer


def lines(articles: int, spans: int) -> bytes:
    """JSON lines of so many articles with so many mentions each; no two texts are the same."""
    run = uuid.uuid4()
    text = WORD * spans
    annotations = [
        {"kind": "mention", "type": "PER", "segments": [[len(WORD) * n, len(WORD) * n + 6]]} for n in range(spans)
    ]
    return b"".join(
        json.dumps({"title": f"{run} {n}", "text": f"{text}\n\n{run} {n}", "annotations": annotations}).encode() + b"\n"
        for n in range(articles)
    )


def killed_in_mid_import(site: Site, articles: int, kills: int) -> tuple[bool, str]:
    """Whether every row is there once, and what happened."""
    client = Annotator(site.address, site.tokens[0])
    raw = lines(articles, 3)
    query = {"project": PROJECT, "name": "drill"}
    begun = client.send("POST", "imports/", raw=raw, media_type="application/x-ndjson", query=query).json
    address, waits, killed = f"imports/{begun['id']}/", [], 0
    while (job := client.get(address).json)["state"] in ("waiting", "running"):
        if killed < kills and job["position"] >= articles * (killed + 1) / (kills + 1):
            site.kill_worker()
            at = client.get(address).json["position"]
            stopped = time.monotonic()
            site.start_worker()
            while client.get(address).json["position"] == at and time.monotonic() - stopped < STUCK:
                time.sleep(0.1)
            waits.append(time.monotonic() - stopped)
            killed += 1
        time.sleep(0.02)
    run = json.loads(raw.partition(b"\n")[0])["title"].partition(" ")[0]
    title = f"{run} %"
    [(there, texts)] = site.ask(
        "SELECT count(*), count(DISTINCT sha256) FROM articles_article WHERE title LIKE %s", title
    )
    [(mentions,)] = site.ask(
        "SELECT count(*) FROM annotator_mention m JOIN annotator_coding c ON c.id = m.coding_id"
        " JOIN articles_article a ON a.id = c.article_id WHERE a.title LIKE %s",
        title,
    )
    exact = there == texts == job["counts"]["new"] == articles and mentions == 3 * articles and job["state"] == "done"
    waited = ", ".join(f"{wait:.0f} s" for wait in waits)
    told = f"{articles:,} rows, {killed} kills, going on after {waited}; {there} articles, {mentions} mentions"
    return exact and killed == kills and max(waits) < STUCK, told


def mirrored(site: Site, articles: int, spans: int, changes: int) -> tuple[bool, str]:
    """Import, follow the feed while two people write, and compare the mirror with what is read at the end."""
    clients = [Annotator(site.address, token) for token in site.tokens]
    job = clients[0].bring_in(PROJECT, lines(articles, spans), name="consumer")
    with TemporaryDirectory() as folder:
        mirror = Mirror(clients[0], PROJECT, Path(folder))
        writers = [
            threading.Thread(target=write, args=(client, changes, seed)) for seed, client in enumerate(clients[1:])
        ]
        for writer in writers:
            writer.start()
        seen = 0
        while any(writer.is_alive() for writer in writers):
            seen += mirror.catch_up()
        seen += mirror.catch_up()
        kept = {path.name: path.read_bytes() for path in Path(folder).glob("articles/*.json")}
    present = {
        f"{row['id']}.json": clients[0].get(f"articles/{row['id']}/annotations/").body
        for row in clients[0].each("articles/", project=PROJECT, page_size=200)
    }
    differing = sum(kept.get(name) != body for name, body in present.items()) + len(kept.keys() - present.keys())
    told = (
        f"{articles:,} articles of {spans}, {2 * changes} changes, {seen:,} events; {differing} of {len(kept):,} differ"
    )
    return job["counts"]["new"] == articles and differing == 0 and len(kept) == len(present), told


def write(client: Annotator, changes: int, seed: int) -> None:
    """Make, change and delete mentions, in the order that ``seed`` gives; what somebody else changed first is left."""
    chance = random.Random(seed)
    ids = [row["id"] for row in client.each("articles/", project=PROJECT, page_size=200)]
    for _ in range(changes):
        article = chance.choice(ids)
        mentions = [
            a for a in client.get(f"articles/{article}/annotations/").json["annotations"] if a["kind"] == "mention"
        ]
        try:
            match chance.choice(["make", "change", "delete"]) if mentions else "make":
                case "make":
                    body = {"article": article, "revision": 1, "segments": [[0, 4]], "type": "ORG"}
                    client.put(f"mentions/{uuid.uuid4()}/", body, new=True)
                case "change":
                    one = chance.choice(mentions)
                    tag = f'"{one["version"]}"'
                    client.patch(f"mentions/{one['id']}/", {"comment": f"Change {chance.random()}"}, if_match=tag)
                case "delete":
                    one = chance.choice(mentions)
                    client.delete(f"mentions/{one['id']}/", if_match=f'"{one["version"]}"')
        except Problem as problem:
            # 403: a coder changes the own alone. 409: the layer is done. 410, 412: the other writer was first.
            if problem.status not in (403, 409, 410, 412):
                raise
