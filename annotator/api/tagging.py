"""Many hits tagged as one entity in one step, and taken back in one."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from annotator.access.visibility import visible_articles, visible_entities
from annotator.actions.tagging import MOST_AT_ONCE, Place, tag_places, untag
from annotator.api.contracts import PROBLEMS_OF_WRITES, WRITE
from annotator.api.fields import SpanField, StrictSerializer, read_by
from annotator.api.hits import HitFilter, sought_in
from annotator.api.lists import Filtering, filtered
from annotator.api.offsets import Inward
from annotator.api.operations import Answer, Asked, operation
from annotator.api.searches import QueryField
from annotator.api.views import NounViewSet
from annotator.domain.errors import Problem, Refused
from annotator.models import Entity
from annotator.queries.articles import ORDERS, orderable
from annotator.queries.concordance import Place as Beginning
from annotator.queries.concordance import concordance
from annotator.queries.saved_query import saved_query
from annotator.queries.texts import text_of


class TaggedHitSerializer(StrictSerializer):
    """A hit as `searches/hits/` gives it; what stands around it is not read."""

    article = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    segments = SpanField()
    exact = serializers.ListField(child=serializers.CharField(trim_whitespace=False), required=False, max_length=1)
    title = serializers.CharField(read_only=True)
    before = serializers.CharField(read_only=True)
    after = serializers.CharField(read_only=True)


class TagSerializer(StrictSerializer):
    entity = serializers.UUIDField()
    hits = TaggedHitSerializer(many=True, required=False, max_length=MOST_AT_ONCE)
    query = QueryField(required=False)


class TaggedSerializer(serializers.Serializer):
    entity = serializers.UUIDField()
    mentions = serializers.ListField(child=serializers.UUIDField(), help_text="Those that were made.")
    there = serializers.IntegerField(help_text="How many places were tagged as this entity already.")


class UntagSerializer(StrictSerializer):
    mentions = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_AT_ONCE)


class UntaggedSerializer(serializers.Serializer):
    untagged = serializers.IntegerField(help_text="How many are in the bin now.")


class TaggingViewSet(NounViewSet):
    noun = "tagging"
    parameters = {"tag": ("offsets",)}
    contracts = {
        "tag": replace(
            WRITE,
            request=TagSerializer,
            needs=(("hits", "query"),),
            answer=TaggedSerializer,
            problems=(*PROBLEMS_OF_WRITES, 422),
        ),
        "untag": replace(WRITE, request=UntagSerializer, answer=UntaggedSerializer),
    }

    @operation
    def tag(self, asked: Asked) -> Answer:
        """Make a mention of an entity of each of these hits, or of all that a query finds, in your layers: all or none.

        A query is of the entity's project, and finds 500 hits at the most.
        """
        given = read_by(TagSerializer, asked.given)
        entity = visible_entities(asked.user).select_related("project").filter(pk=given["entity"]).first()
        if entity is None:
            told = f"`entity`: there is no entity {given['entity']}, or not for you to see."
            raise Refused.field("entity", str(given["entity"]), told)
        if ("hits" in given) == ("query" in given):
            raise Refused.field("hits", None, "`hits` or `query`: give one of them.")
        places = self._named(asked, given["hits"]) if "hits" in given else _found(asked, entity, given["query"])
        made = tag_places(entity, places, by=asked.user)
        body = {"entity": entity.pk, "mentions": [each.pk for each in made], "there": len(set(places)) - len(made)}
        return Answer(200, body)

    @operation
    def untag(self, asked: Asked) -> Answer:
        """Put mentions that you have just made into the bin; those that somebody has changed since are left."""
        given = read_by(UntagSerializer, asked.given)
        return Answer(200, {"untagged": untag(given["mentions"], by=asked.user)})

    def _named(self, asked: Asked, hits: list[dict[str, Any]]) -> list[Place]:
        places, inward = [], {}
        for index, hit in enumerate(hits):
            key = hit["article"], hit["revision"]
            if key not in inward:
                inward[key] = Inward(self.unit, lambda key=key: text_of(asked.user, *key))
            try:
                segments = inward[key].annotation({"segments": hit["segments"]})["segments"]
            except Refused as refused:
                raise Refused(
                    *(replace(each, field=f"hits.{index}.{each.field}") for each in refused.problems)
                ) from None
            places.append(_place(index, hit, segments))
        return places


def _place(index: int, hit: dict[str, Any], segments: Any) -> Place:
    match segments:
        case [[int(start), int(end)]] if not isinstance(start, bool) and not isinstance(end, bool):
            return Place(hit["article"], hit["revision"], start, end, *hit.get("exact", ()))
    field = f"hits.{index}.segments"
    raise Refused(Problem(field, segments, f"`{field}`: a hit is one segment, [[start, end]]."))


def _found(asked: Asked, entity: Entity, query: Any) -> list[Place]:
    query = saved_query(query)
    sought, order = sought_in(query), ORDERS[query.pop("ordering", next(iter(ORDERS)))]
    articles = orderable(visible_articles(asked.user).kept())
    chosen = Filtering(asked.user, {**query, "project": entity.project.slug})
    page = concordance(filtered(articles, HitFilter, chosen), sought, order, size=MOST_AT_ONCE, place=Beginning())
    if page.next is not None or page.stopped is not None:
        told = f"`query`: it finds more than {MOST_AT_ONCE} hits, or takes too long. Narrow it, or send `hits`."
        raise Refused.field("query", query, told)
    if not page.hits:
        raise Refused.field("query", query, "`query`: nothing is found.")
    return [Place(article.pk, article.current.number, hit.start, hit.end, hit.words) for article, hit in page.hits]
