"""What articles have in common, over REST: counts beside a list and beside a search."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench import corpus, raw
from bench.measuring import reading
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    for name, asked, condition, times in (
        ("of the list", {}, "", 20),
        ("of who opposes a frequent issue", {"position": "oppose", "target": run.register.issues[0]},
         raw.saying("stance", f"t.position = 'oppose' AND t.target_issue_id = '{run.register.issues[0]}'"), 20),
        ("of a word that is nearly everywhere", {"q": corpus.COMMON}, raw.stems(corpus.COMMON), 30),
    ):  # fmt: skip
        address = f"/api/v1/searches/facets/?{urlencode({'project': 'ours', **asked})}"
        yield reading(run, f"facets {name}", address, raw.Counting(condition), n=40, times=times)
