"""What a project's annotations say together: who stands where, and how far coders agree."""

from dataclasses import replace
from typing import Any

from django_filters import ChoiceFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.visibility import visible_articles
from annotator.api.article_filters import ArticleFilter
from annotator.api.contracts import USUAL
from annotator.api.fields import project_called
from annotator.api.lists import filtered
from annotator.api.views import NounViewSet
from annotator.domain.annotation import Kind
from annotator.domain.networks import Network, ties
from annotator.models import Entity
from annotator.queries.agreement import agreement
from annotator.queries.networks import stands_in

MOST_TIES = 10_000


class AnalysisViewSet(NounViewSet):
    """Of the articles of one project that the filters of the list of articles leave."""

    pagination_class = None
    slims = ()
    required_parameters = {"list": ("project",)}
    contracts = {"list": replace(USUAL["list"], answer=True)}
    filters: Any = ArticleFilter

    def articles(self, request: Request) -> Any:
        project = project_called(request.user, request.query_params.get("project"))
        return filtered(visible_articles(request.user).kept().filter(project=project), self.filters, request)


class NetworkFilter(ArticleFilter):
    network = ChoiceFilter(
        choices=[(str(value), str(value)) for value in Network],
        method="kind_of_ties",
        help_text="`affiliation` ties holders to issues; `congruence` holders who take the same side of an issue, "
        "`conflict` those who take opposite sides.",
    )

    def kind_of_ties(self, articles: Any, name: str, value: Any) -> Any:
        return articles


class NodeSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["entity", "issue"])
    name = serializers.CharField()
    stances = serializers.IntegerField(help_text="How many are its own, or about it.")


class TieSerializer(serializers.Serializer):
    source = serializers.UUIDField(help_text="A holder.")
    target = serializers.UUIDField(help_text="An issue, or another holder.")
    weight = serializers.IntegerField(help_text="Stances of a holder on an issue; issues on which two holders meet.")
    positions = serializers.DictField(child=serializers.IntegerField(), help_text="How often each.")
    on = serializers.ListField(child=serializers.UUIDField(), help_text="The issues on which two holders meet.")


class NetworkSerializer(serializers.Serializer):
    network = serializers.ChoiceField(choices=[str(value) for value in Network])
    nodes = NodeSerializer(many=True)
    ties = TieSerializer(many=True)
    left_out = serializers.IntegerField(help_text=f"Weaker ties beyond the {MOST_TIES:,} strongest.")


class NetworkViewSet(AnalysisViewSet):
    noun = "network"
    filters = NetworkFilter
    serializer_class = NetworkSerializer

    def list(self, request: Request) -> Response:
        """Who stands where in a project: holders and issues, or holders who agree or do not."""
        articles = self.articles(request)
        network = Network(request.query_params.get("network") or Network.AFFILIATION)
        stands, records = stands_in(request.user, articles)
        found = ties(network, stands)
        shown = found[:MOST_TIES]
        tied = {end for tie in shown for end in (tie.source, tie.target)}
        stances = dict.fromkeys(sorted(tied), 0)
        for stand in stands:
            for end in (stand.holder, stand.issue):
                if end in stances:
                    stances[end] += stand.stances
        return self.tagged(
            request,
            {
                "network": str(network),
                "nodes": [
                    {
                        "id": id,
                        "kind": "entity" if isinstance(records[id], Entity) else "issue",
                        "name": records[id].label,
                        "stances": count,
                    }
                    for id, count in stances.items()
                ],
                "ties": [
                    {
                        "source": tie.source,
                        "target": tie.target,
                        "weight": tie.weight,
                        "positions": tie.positions,
                        "on": list(tie.on),
                    }
                    for tie in shown
                ],
                "left_out": len(found) - len(shown),
            },
        )


class FieldAgreementSerializer(serializers.Serializer):
    field = serializers.CharField()
    units = serializers.IntegerField(help_text="Spans that two coders at least marked exactly alike.")
    alpha = serializers.FloatField(allow_null=True, help_text="Krippendorff's, nominal; null where nothing can differ.")


class KindAgreementSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind])
    spans = serializers.IntegerField(help_text="Spans that anybody marked.")
    f1 = serializers.FloatField(allow_null=True, help_text="Of exactly the same spans, over all pairs of coders.")
    fields_of_same_spans = FieldAgreementSerializer(many=True)


class AgreementSerializer(serializers.Serializer):
    articles = serializers.IntegerField(help_text="Articles that two coders at least have done, the latest.")
    left_out = serializers.IntegerField(help_text="Older ones beyond those.")
    coders = serializers.ListField(child=serializers.CharField())
    kinds = KindAgreementSerializer(many=True)


class AgreementViewSet(AnalysisViewSet):
    noun = "agreement"
    serializer_class = AgreementSerializer

    def list(self, request: Request) -> Response:
        """How far coders agree who coded the same articles without seeing each other's work."""
        found = agreement(request.user, self.articles(request))
        return self.tagged(
            request,
            {
                "articles": found.articles,
                "left_out": found.left_out,
                "coders": found.coders,
                "kinds": [
                    {
                        "kind": str(each.kind),
                        "spans": each.spans,
                        "f1": each.f1,
                        "fields_of_same_spans": [
                            {"field": name, "units": units, "alpha": alpha} for name, units, alpha in each.fields
                        ],
                    }
                    for each in found.kinds
                ],
            },
        )
