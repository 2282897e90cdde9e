"""An import whose worker is killed in the middle."""

import json
import time
import uuid

from annotator_client import Annotator

from drills.site import PROJECT, Site

WORD = "Marrow "
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
