"""List 50 articles with annotation counts: first and last page, and as each filter narrows them.

A filter is held to what a search is: both choose articles before they list them.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Count

from annotator.queries.articles import ORDERS
from annotator.queries.cursors import cursor
from articles.models import Outlet
from bench import raw
from bench.measuring import reading
from bench.run import Run
from bench.table import Line

SIZE = 50  # of a page


def measure(run: Run) -> Iterator[Line]:
    last = cursor([], ORDERS["newest"], backwards=True)
    yield _line(run, "list 50 articles with counts, first page", {}, raw.Listing(), times=20)
    yield _line(run, "    last page", {"cursor": last}, raw.Listing(descends=False), times=20)
    for name, (asked, condition) in _filters(run).items():
        yield _line(run, f"    {name}", asked, raw.Listing(condition), times=30)


def _filters(run: Run) -> dict[str, tuple[dict[str, str], str]]:
    """What is asked, and the same in SQL: frequent ones and seldom ones."""
    entities, issues = run.register.entities, run.register.issues
    seldom_entity, frequent_issue = entities[-1], issues[0]
    coder = run.coders[-1]
    # Of those that fill a page, so that the answer is as long with any number of articles.
    filling = Outlet.objects.filter(project=run.ours).annotate(size=Count("articles")).filter(size__gt=SIZE)
    outlet = filling.order_by("size")[0]
    rated = "EXISTS (SELECT FROM annotator_assessment s WHERE s.proposition_id = t.proposition_id{})"
    return {
        "a seldom outlet": ({"outlet": outlet.name}, f"o.name = '{outlet.name}'"),
        "a seldom language": ({"language": "nb"}, "a.language = 'nb'"),
        "published in a month": (
            {"published_from": "2020-05-01", "published_to": "2020-05-31"},
            "a.published_on BETWEEN '2020-05-01' AND '2020-05-31'",
        ),
        "author, of whom there is none": ({"author": "Nobody"}, "articles_words(a.author) LIKE '%%nobody%%'"),
        "state": (
            {"state": "done"},
            "EXISTS (SELECT FROM annotator_coding c WHERE c.article_id = a.id AND c.state = 'done')",
        ),
        "a seldom coder": ({"coder": coder.username}, raw.saying(None, f"t.created_by_id = {coder.pk}")),
        "a seldom entity": (
            {"entity": seldom_entity},
            raw.any_of(
                raw.saying("mention", f"t.entity_id = '{seldom_entity}'"),
                raw.saying("stance", f"'{seldom_entity}' IN (t.holder_entity_id, t.target_entity_id)"),
                raw.saying("attribution", f"t.source_entity_id = '{seldom_entity}'"),
            ),
        ),
        "position": ({"position": "unclear"}, raw.saying("stance", "t.position = 'unclear'")),
        "who opposes a frequent issue": (
            {"holder": seldom_entity, "position": "oppose", "target": frequent_issue},
            raw.saying(
                "stance",
                f"t.holder_entity_id = '{seldom_entity}' AND t.position = 'oppose'"
                f" AND t.target_issue_id = '{frequent_issue}'",
            ),
        ),
        "a seldom kind of claim": ({"claim_kind": "other"}, raw.saying("claim", "t.claim_kind = 'other'")),
        "rating": ({"rating": "false"}, raw.saying("claim", rated.format(" AND s.rating = 'false'"))),
        "has a claim nobody assessed": ({"unassessed": "true"}, raw.saying("claim", f"NOT {rated.format('')}")),
    }


def _line(run: Run, name: str, asked: dict[str, str], listing: raw.Listing, *, times: float) -> Line:
    address = f"/api/v1/articles/?{urlencode({'project': 'ours', 'page_size': 50, **asked})}"
    return reading(run, name, address, listing, times=times)
