"""Links between propositions: variant, supports, contradicts, related."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers

from annotator.access.visibility import visible_proposition_links, visible_propositions
from annotator.actions.register import link_propositions, unlink_propositions
from annotator.api.contracts import MAKING, REMOVAL, WRITE
from annotator.api.fields import ProjectFilter, StrictSerializer, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet, create_or_find
from annotator.domain.errors import Refused
from annotator.domain.register import Relation
from annotator.models import Proposition
from annotator.queries import wire
from annotator.queries.keyset import Key


class PropositionLinkSerializer(StrictSerializer):
    id = serializers.UUIDField(required=False)
    to = serializers.UUIDField()
    relation = serializers.ChoiceField(choices=[str(value) for value in Relation])
    created_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """``from`` is a word of Python."""
        return {"from": serializers.UUIDField(), **super().get_fields()}


class PropositionLinkFilter(FilterSet):
    project = ProjectFilter("from_proposition__project")
    proposition = UUIDFilter(method="of", help_text="Links from or to it.")
    relation = ChoiceFilter(field_name="relation", choices=[(value, value) for value in Relation])

    def of(self, links: QuerySet, name: str, proposition: Any) -> QuerySet:
        return links.filter(Q(from_proposition=proposition) | Q(to_proposition=proposition))


class PropositionLinkViewSet(NounViewSet):
    noun = "link between propositions"
    filters = PropositionLinkFilter
    serializer_class = PropositionLinkSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    contracts = {
        "create": replace(WRITE, statuses=(201,)),
        "update": MAKING,
        "destroy": REMOVAL,
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_proposition_links(user).select_related("from_proposition")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.proposition_link(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Say how one proposition is related to another."""
        return Answer(201, self.shown(asked.user, id=self._make(asked, None)))

    @operation
    def update(self, asked: Asked, id: Any) -> Answer:
        """Make a link under an id of your choice. A link does not change: remove it and make another."""
        return create_or_find(self, asked, id, make=lambda: self._make(asked, id))

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Take a link back; the history keeps it."""
        unlink_propositions(self.found(asked.user, id=id), by=asked.user)
        return Answer(204)

    def says_the_same(self, row: Any, asked: Asked) -> bool:
        given = read_by(PropositionLinkSerializer, asked.given)
        present = wire.proposition_link(row)
        return all(str(given[name]) == present[name] for name in ("from", "to", "relation"))

    def _make(self, asked: Asked, id: Any) -> Any:
        given = read_by(PropositionLinkSerializer, asked.given)
        start, to = (_proposition(asked.user, name, given[name]) for name in ("from", "to"))
        return link_propositions(start, to, given["relation"], by=asked.user, id=id).pk


def _proposition(user: Any, name: str, id: Any) -> Proposition:
    found = visible_propositions(user).filter(pk=id, deleted_at=None).first()
    if found is None:
        raise Refused.field(name, str(id), f"`{name}`: there is no proposition {id}, or not for you to see.")
    return found
