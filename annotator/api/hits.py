"""Search in texts: every place where words or a regular expression are found, and how many articles are of what."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.visibility import visible_articles
from annotator.api.article_filters import ArticleFilter
from annotator.api.fields import SpanField, project_called
from annotator.api.forms import slim
from annotator.api.lists import CursorPages, filtered, filters_asked, size_of, with_cursor
from annotator.api.offsets import OFFSET_UNITS, outward_in
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.queries.articles import ORDERS, orderable
from annotator.queries.concordance import Concordance, Place, Sought, concordance
from annotator.queries.facets import MOST_COUNTED, SECONDS_OF_ALL, facets
from annotator.queries.hits import Hit
from annotator.queries.keyset import Order
from annotator.queries.patterns import Pattern
from annotator.queries.searching import read
from articles.models import Article


class HitFilter(ArticleFilter):
    pattern = CharFilter(method="sought", strip=False, help_text="A regular expression (RE2), in place of words.")
    case = ChoiceFilter(
        choices=[("true", "true")], method="sought", help_text="The pattern takes capitals as they are written."
    )

    def sought(self, articles: QuerySet, name: str, value: Any) -> QuerySet:
        """What is sought in the texts narrows nothing beforehand."""
        return articles


class HitSerializer(serializers.Serializer):
    """A place in a text, in the form in which an annotation of it is written."""

    article = serializers.UUIDField()
    title = serializers.CharField()
    revision = serializers.IntegerField(min_value=1)
    segments = SpanField()
    exact = serializers.ListField(child=serializers.CharField())
    before = serializers.CharField(allow_blank=True, help_text="Of the same paragraph; “…” where it is cut.")
    after = serializers.CharField(allow_blank=True)


class HitPages(CursorPages):
    """A list that goes forwards, and says where it was stopped."""

    @staticmethod
    def page_of(row: dict[str, Any]) -> dict[str, Any]:
        return {"next": None, "offset_unit": "codepoint", "stopped": None, "results": [row]}

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        pages = super().get_paginated_response_schema(schema)
        told = {
            "offset_unit": {"type": "string", "enum": list(OFFSET_UNITS)},
            "stopped": {
                "type": ["integer", "null"],
                "description": "After how many articles time ran out; `next`, if it is not null, goes on from there.",
            },
        }
        properties = {"next": pages["properties"]["next"], **told, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


class HitViewSet(NounViewSet):
    noun = "hit"
    filters = HitFilter
    serializer_class = HitSerializer
    orders = ORDERS
    pagination_class = HitPages
    slims = ("list",)
    parameters = {"list": ("offsets",)}

    def list(self, request: Request) -> Response:
        """The places where the texts say what `q` or `pattern` asks for, article by article, in text order."""
        articles = filtered(orderable(visible_articles(request.user).kept()), HitFilter, request)
        order = self.order(request)
        page = concordance(
            articles,
            sought_in(request.query_params),
            order,
            size=size_of(request),
            place=Place.of(request.query_params.get("cursor"), order),
        )
        return self.tagged(request, self._told(request, page, order))

    def _told(self, request: Request, page: Concordance, order: Order) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        for article, hits in groupby(page.hits, key=itemgetter(0)):
            outward = outward_in(article.current.text, self.unit)
            rows += [slim(_told(article, hit, outward), self.fields) for _, hit in hits]
        return {
            "next": with_cursor(request, page.next.cursor(order)) if page.next else None,
            "offset_unit": self.unit,
            "stopped": page.stopped,
            "results": rows,
        }


class CountSerializer(serializers.Serializer):
    value = serializers.CharField(allow_null=True, help_text="As the filter of the name takes it; null: of none.")
    label = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField(
        help_text="Articles among those found. Of a stance or claim that a filter asks for, the same one counts."
    )


class FacetsSerializer(serializers.Serializer):
    """By the names of the filters; but `year`, for which there are `published_from` and `published_to`."""

    outlet = CountSerializer(many=True)
    language = CountSerializer(many=True)
    year = CountSerializer(many=True)
    state = CountSerializer(many=True)
    coder = CountSerializer(many=True)
    entity = CountSerializer(many=True)
    target = CountSerializer(many=True, help_text="Issues that stances are about.")
    position = CountSerializer(many=True)
    claim_kind = CountSerializer(many=True)
    rating = CountSerializer(many=True)


class FacetSerializer(serializers.Serializer):
    counted = serializers.IntegerField(help_text="How many articles the counts are of.")
    is_all = serializers.BooleanField(
        help_text="false: there are more, for which these stand; where all were asked for, time ran out."
    )
    read = serializers.IntegerField(help_text="Of how many of them annotations were looked at.")
    facets = FacetsSerializer()


class FacetFilter(HitFilter):
    facets = ChoiceFilter(
        choices=[("all", "all")],
        method="counted",
        help_text=f"`all` counts all, in {SECONDS_OF_ALL:g} seconds at the most; else {MOST_COUNTED:,} stand for more.",
    )

    def counted(self, articles: QuerySet, name: str, value: Any) -> QuerySet:
        """How many of them are counted narrows nothing."""
        return articles


class FacetViewSet(NounViewSet):
    noun = "facets"
    filters = FacetFilter
    serializer_class = FacetSerializer
    pagination_class = None
    slims = ()
    required_parameters = {"list": ("project",)}

    def list(self, request: Request) -> Response:
        """How the articles of a project that are found spread over each of their choices."""
        project = project_called(request.user, request.query_params.get("project"))
        asked = filters_asked(visible_articles(request.user).kept(), FacetFilter, request)
        pattern, chosen = pattern_in(request.query_params), asked.chosen()
        of_all = request.query_params.get("facets") == "all"
        found = facets(request.user, asked.qs, project, pattern, chosen=chosen, of_all=of_all)
        body = {
            "outlet": _counts(found.outlets, lambda outlet: (outlet.name, outlet.name)),
            "language": _counts(found.languages),
            "year": _counts(found.years),
            "state": _counts(found.states),
            "coder": _counts(found.coders, lambda user: (user.username, user.get_full_name())),
            "entity": _counts(found.entities, lambda entity: (entity.pk, entity.name)),
            "target": _counts(found.issues, lambda issue: (issue.pk, issue.wording)),
            "position": _counts(found.positions),
            "claim_kind": _counts(found.claim_kinds),
            "rating": _counts(found.ratings),
        }
        told = {"counted": found.counted, "is_all": found.is_all, "read": found.read, "facets": body}
        return self.tagged(request, told)


def _counts(
    found: Iterable[tuple[Any, int]], told: Callable[[Any], tuple[Any, str]] = lambda value: (value, str(value))
) -> Sequence[dict[str, Any]]:
    counts = []
    for each, count in found:
        value, label = (None, "") if each is None else told(each)
        counts.append({"value": None if value is None else str(value), "label": label, "count": count})
    return counts


def sought_in(parameters: Any) -> Sought:
    """What hits are of: ``pattern``, else ``q``."""
    if pattern := pattern_in(parameters):
        return Sought(pattern=pattern)
    if not parameters.get("q", "").strip():
        raise Refused.field("q", None, "`q` or `pattern`: say what is sought.")
    return Sought(words=read(parameters["q"]))


def pattern_in(parameters: Any) -> Pattern | None:
    written = parameters.get("pattern")
    return Pattern(written, ignores_case=parameters.get("case") != "true") if written else None


def _told(article: Article, hit: Hit, outward: Callable[[int], int]) -> dict[str, Any]:
    return {
        "article": article.pk,
        "title": article.title,
        "revision": article.current.number,
        "segments": [[outward(hit.start), outward(hit.end)]],
        "exact": [hit.words],
        "before": hit.before,
        "after": hit.after,
    }
