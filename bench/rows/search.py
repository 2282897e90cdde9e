"""Search over REST: words that are rare and words that are not, phrases, what is left out."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench import corpus, raw
from bench.measuring import reading
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    rare = corpus.rare(run.count // 2, 2)
    for name, query, condition in (
        ("a rare word", rare, raw.stems(rare)),
        ("a word that is nearly everywhere", corpus.COMMON, raw.stems(corpus.COMMON)),
        ("two words", f"{corpus.FREQUENT} {rare}", f"{raw.stems(corpus.FREQUENT)} AND {raw.stems(rare)}"),
        ("a phrase", f'"{corpus.PHRASE}"', f"w.forms @@ phraseto_tsquery('simple', '{corpus.PHRASE}')"),
        ("the beginning of words", f"{rare[:3]}*", f"w.forms @@ to_tsquery('simple', '{rare[:3]}:*')"),
        ("one word without another", f"{corpus.FREQUENT} -{corpus.COMMON}",
         f"{raw.stems(corpus.FREQUENT)} AND NOT {raw.stems(corpus.COMMON)}"),
    ):  # fmt: skip
        address = f"/api/v1/articles/?{urlencode({'project': 'ours', 'page_size': 50, 'q': query})}"
        yield reading(run, f"search: {name}", address, raw.Listing(condition), n=40, times=30)
