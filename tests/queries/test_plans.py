"""No list, search, filter or page reads a large table from one end to the other.

A small corpus tells it as well as a large one: PostgreSQL is told to read no table whole where there is any other way,
and to join row by row, so that where it still does there is no index for what is asked.
"""

import json
import re
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotator.actions.imports import import_rows
from annotator.domain.annotation import Kind
from annotator.models import prepared
from annotator.queries.articles import ORDERS
from annotator.queries.cursors import cursor
from articles.models import Article
from bench import corpus
from bench.load import Loader
from tests.factories import a_cast, a_proposition, an_entity, an_issue

ARTICLES = 200
LARGE = {
    *("articles_article", "articles_revision", "articles_articlewords"),
    *("annotator_coding", "annotator_mention", "annotator_attribution", "annotator_stance", "annotator_claim"),
    *("annotator_event", "annotator_place"),
}
# Indexes of the few rows that are such, and those along which the last event is found and facets are drawn.
MAY_BE_READ_WHOLE = re.compile(
    r"\w+_(needs_look|in_bin|incomplete|in_part|suggested)|(annotator_event|articles_article)_pkey"
)
# As if each annotation had stood on a former text as well.
PLACES = """
INSERT INTO annotator_place ({kind}_id, revision_id, wire, state, recorded_at)
SELECT id, revision_id, '{{}}', 'kept', now() FROM annotator_{kind}
"""


@pytest.fixture(scope="module")
def stocked(stage):
    cast = a_cast()
    records = [
        [str(made.pk) for made in (make(cast.project, by=cast.alice) for _ in range(20))]
        for make in (an_issue, an_entity, a_proposition)
    ]
    register = corpus.Register(*records, coders=[cast.mo.pk, cast.rita.pk])
    row = next(corpus.rows(1))
    row.annotations = corpus.annotations(row.fields["text"], register, 0)
    [pattern] = import_rows(cast.project, [row], by=cast.alice)
    assert pattern.article is not None, pattern.reason
    connection.ensure_connection()
    Loader(connection.connection, cast.project.pk, register, pattern.article.pk).load(ARTICLES)
    with connection.cursor() as asking:
        for kind in Kind:
            asking.execute(PLACES.format(kind=kind))
        asking.execute("ANALYZE")
    return cast, register


def addresses(register: corpus.Register) -> list[str]:
    last = cursor([], ORDERS["newest"], backwards=True)
    entity, issue, article = register.entities[0], register.issues[0], Article.objects.order_by("pk").first().pk
    filters = [
        {},
        {"cursor": last},
        {"language": "nb"},
        {"author": "Nobody"},
        {"coder": "rita"},
        {"entity": entity},
        {"holder": entity, "position": "oppose"},
        {"claim_kind": "other"},
        {"rating": "false"},
        {"unassessed": "true"},
        {"no_outlet": "true"},
        {"undated": "true"},
        {"q": "harbour"},
        {"q": '"said the harbour master"'},
        {"q": "harb*"},
        {"q": "harbour -rail"},
    ]
    by_page = [{"outlet": "1"}, {"since": "2030-01-01", "until": "2030-02-01"}, {"issue": issue}]
    by_rest = [
        {"outlet": "Outlet 1"},
        {"published_from": "2030-01-01", "published_to": "2030-02-01"},
        {"target": issue},
        {"title": "Article 7"},
        {"external_id": "2-7"},
    ]
    pages = [
        *("", "entities/", f"entities/{entity}/", "issues/", f"issues/{issue}/", "bin/", "review/", "assessments/"),
        *(f"articles/{article}/{part}" for part in ("", "details/", "history/", "revisions/", "review/")),
        *(f"articles/?order={order}" for order in ORDERS),
        *(f"articles/?progress={progress}" for progress in ("begun", "done", "adjudicated")),
        *(f"articles/?{urlencode(each)}" for each in (*filters, *by_page)),
        *(f"search/?{urlencode(each)}" for each in filters if "q" in each),
    ]
    rest = [
        *(f"articles/?ordering={order}&project=desk" for order in ORDERS),
        *(f"articles/?state={state}&project=desk" for state in ("begun", "done", "adjudicated")),
        *(f"articles/?{urlencode({'project': 'desk', **each})}" for each in (*filters, *by_rest)),
        *(f"{kind}/?article={article}" for kind in ("mentions", "attributions", "stances", "claims", "codings")),
        *(f"articles/{article}/{part}" for part in ("", "annotations/", "history/", "revisions/")),
        *(
            "events/?project=desk&after=0",
            f"events/?project=desk&article={article}",
            "entities/?project=desk",
            "issues/?project=desk",
            "codings/?project=desk",
            f"mentions/?project=desk&entity={entity}",
            f"attributions/?project=desk&source={entity}",
            f"stances/?project=desk&target={issue}",
            "claims/?project=desk&created_by=rita",
            "claims/?project=desk&origin=suggested",
        ),
    ]
    return [*(f"/p/desk/{each}" for each in pages), *(f"/api/v1/{each}" for each in rest)]


def read_whole(plan: dict) -> set[str]:
    """The large tables that a plan reads from one end to the other, be it along an index."""
    below = set().union(*(read_whole(each) for each in plan.get("Plans", ())))
    is_scan = plan["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan")
    whole = is_scan and plan["Relation Name"] in LARGE and "Index Cond" not in plan
    whole = whole and not MAY_BE_READ_WHOLE.fullmatch(plan.get("Index Name", ""))
    return below | ({plan["Relation Name"]} if whole else set())


@pytest.fixture
def prepared_statements(monkeypatch):
    """What is asked by prepared statements, with the values in it: of these Django's log has the text alone."""
    asked = []
    execute = prepared._Cursor.execute

    def noted(cursor, query, params=None, **options):
        asked.append(psycopg.ClientCursor(cursor.connection).mogrify(query, params))
        return execute(cursor, query, params, **options)

    monkeypatch.setattr(prepared._Cursor, "execute", noted)
    return asked


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["alice", "mo"])
def test_every_page_and_list_is_answered_by_indexes(stocked, prepared_statements, who):
    cast, register = stocked
    client = Client()
    client.force_login(getattr(cast, who))
    found = {}
    for address in addresses(register):
        prepared_statements.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200, address
        for statement in (*(asked["sql"] or "" for asked in captured), *prepared_statements):
            if re.match(r"\s*(SELECT|WITH)\b", statement) and any(table in statement for table in LARGE):
                found.setdefault(re.sub(r"'[^']*'|\d+", "?", statement), (address, statement))
    whole = []
    with connection.cursor() as asking:
        for way in ("seqscan", "hashjoin", "mergejoin", "material"):
            asking.execute(f"SET LOCAL enable_{way} TO off")
        for address, statement in found.values():
            asking.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"))
            [[explained]] = asking.fetchall()
            plan = json.loads(explained) if isinstance(explained, str) else explained
            if tables := read_whole(plan[0]["Plan"]):
                whole.append((address, tables, statement))

    assert len(found) > 50
    assert whole == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["issues/{issue}/", "issues/{issue}/?position=oppose", "entities/{entity}/?section=mentions"]
)
def test_what_is_said_of_one_thing_is_listed_in_the_order_of_an_index(stocked, page):
    cast, register = stocked
    client = Client()
    client.force_login(cast.mo)

    with CaptureQueriesContext(connection) as captured:
        client.get("/p/desk/" + page.format(issue=register.issues[0], entity=register.entities[0]))
    [listing] = [asked["sql"] for asked in captured if "LIMIT 51" in (asked["sql"] or "")]
    with connection.cursor() as asking:
        asking.execute("SET LOCAL enable_sort TO off")
        asking.execute("EXPLAIN " + listing.replace("%", "%%"))
        plan = [line for (line,) in asking.fetchall()]

    assert any("using article_by_newest" in line for line in plan), plan
    assert not any(line.strip(" ->").startswith("Sort  ") for line in plan), plan
