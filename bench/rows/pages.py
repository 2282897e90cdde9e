"""Pages of the screen as the server makes them: lists, search with facets and hits, entity, issue, article."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client as SignIn

from annotator.queries.articles import ORDERS
from annotator.queries.contexts import BY_ARTICLE
from annotator.queries.cursors import cursor
from annotator.queries.keyset import Order
from bench import corpus
from bench.clients import Client, Site
from bench.measuring import line
from bench.run import Run
from bench.table import Line

MOST = 150  # ms
MOST_BY_PATTERN = 2_500  # ms: what a regular expression may take, and the page around it


def measure(run: Run) -> Iterator[Line]:
    client = signed_in(run)
    rare = corpus.rare(run.count // 2, 2)
    for name, address, most in (
        ("article list with facets", "articles/", MOST),
        ("    last page", "articles/?" + urlencode({"cursor": last_page(ORDERS["newest"])}), MOST),
        ("    of a seldom coder", f"articles/?coder={run.coders[-1].username}", MOST),
        ("    who opposes an issue", f"articles/?position=oppose&issue={run.register.issues[0]}", MOST),
        ("search page: a rare word", f"search/?q={rare}", MOST),
        ("    a word that is nearly everywhere", f"search/?q={corpus.COMMON}", MOST),
        ("    a phrase", "search/?" + urlencode({"q": f'"{corpus.PHRASE}"'}), MOST),
        ("    regular expression with letters", "search/?" + urlencode({"pattern": rf"\b{rare}\b"}), MOST),
        ("    regular expression without", "search/?" + urlencode({"pattern": r"\d{6}"}), MOST_BY_PATTERN),
        ("entities", "entities/", MOST),
        ("    one that is seldom named", f"entities/{run.register.entities[-1]}/", MOST),
        ("    one that is named everywhere", f"entities/{run.register.entities[0]}/?section=mentions", MOST),
        ("issues", "issues/", MOST),
        ("    one that is seldom met", f"issues/{run.register.issues[-1]}/", MOST),
        ("    one that is met everywhere", f"issues/{run.register.issues[0]}/", MOST),
        (
            "        last page",
            f"issues/{run.register.issues[0]}/?" + urlencode({"cursor": last_page(BY_ARTICLE)}),
            MOST,
        ),
        ("annotation page", f"articles/{run.articles[0]}/", MOST),
        ("project", "", MOST),
    ):
        request = ("GET", f"/p/ours/{address}", None)
        n = 5 if most is MOST_BY_PATTERN else 30
        yield line(run, f"{name}, page, ms", lambda request=request: client.send(request), n=n, most=most)


def last_page(order: Order) -> str:
    return cursor([], order, backwards=True)


def signed_in(run: Run) -> Client:
    """A connection with a session of the one who measures."""
    session = SignIn()
    session.force_login(run.user)
    name = settings.SESSION_COOKIE_NAME
    return Site(run.port, cookie=f"{name}={session.cookies[name].value}").connect()
