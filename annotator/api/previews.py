"""What files and web addresses would bring in, looked at before anything is stored; then stored as one chooses."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.background import visible_previews
from annotator.actions.choosing import PROPOSED, Choice, possible
from annotator.actions.imports import Outcome
from annotator.actions.previews import KEPT, MOST_ROWS, discard_preview, preview, store_preview
from annotator.api.contracts import READ, REMOVAL, WRITE
from annotator.api.fields import ProjectFilter, StrictSerializer, project_called, read_by
from annotator.api.imports import AddressesSerializer, FilesSerializer, TakesFiles, files_in, project_and_pages
from annotator.api.operations import Answer, Asked, answered, in_one, operation
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.models import Preview
from annotator.queries.arriving import State
from annotator.queries.keyset import Key
from articles import readers
from articles.remnants import Remnant, remnants

_CHOICES = [str(choice) for choice in Choice]
_OUTCOMES = ("new", "revised", "same", "left", "refused")
# What is said of a row beside its text and annotations.
_SAID = ("source", "state", "because", "article", "article_title", "in_bin", "likeness", "notes")


class PreviewedRowSerializer(serializers.Serializer):
    place = serializers.IntegerField(help_text="From 0.")
    source = serializers.CharField(help_text="Where it stood: “news.jsonl, line 3”.")
    state = serializers.ChoiceField(choices=[str(state) for state in State])
    because = serializers.CharField(allow_blank=True, help_text="Why it is refused; or by what an article was known.")
    title = serializers.CharField(allow_blank=True)
    annotations = serializers.IntegerField(help_text="How many come along.")
    article = serializers.UUIDField(allow_null=True, help_text="The article that it is about.")
    article_title = serializers.CharField(allow_blank=True)
    in_bin = serializers.BooleanField(help_text="Whether that article is in the bin.")
    likeness = serializers.FloatField(allow_null=True, help_text="Of a near duplicate: from 0 to 1.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What to know of how it was read.")
    choices = serializers.ListField(child=serializers.ChoiceField(choices=_CHOICES), help_text="What can become of it.")
    proposed = serializers.ChoiceField(choices=_CHOICES, help_text="What becomes of it if nothing else is chosen.")


class RemnantSerializer(serializers.Serializer):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    kind = serializers.CharField()


class PreviewedTextSerializer(PreviewedRowSerializer):
    fields_ = serializers.DictField(help_text="The fields of the article, its text among them.")
    remnants = RemnantSerializer(many=True, help_text="What may not belong to the text: it is flagged, and stored.")

    def get_fields(self) -> dict[str, serializers.Field]:
        """``fields`` is taken by serializers themselves."""
        declared = super().get_fields()
        declared["fields"] = declared.pop("fields_")
        return declared


class ImportPreviewSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    project = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows are of which state.")
    uncompared = serializers.IntegerField(help_text="Texts of the project that no row was compared with yet.")
    rows = PreviewedRowSerializer(many=True)


class RowChoiceSerializer(StrictSerializer):
    place = serializers.IntegerField(min_value=0, max_value=MOST_ROWS - 1)
    choice = serializers.ChoiceField(choices=_CHOICES)


class RowChoicesSerializer(StrictSerializer):
    choices = RowChoiceSerializer(many=True, default=list, max_length=MOST_ROWS)


class PreviewOutcomeSerializer(serializers.Serializer):
    source = serializers.CharField()
    state = serializers.ChoiceField(choices=_OUTCOMES)
    article = serializers.UUIDField(allow_null=True)
    annotations = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class StoredSerializer(serializers.Serializer):
    counts = serializers.DictField(child=serializers.IntegerField())
    results = PreviewOutcomeSerializer(many=True)


class PreviewFilter(FilterSet):
    project = ProjectFilter("project")


class PreviewViewSet(TakesFiles, NounViewSet):
    noun = "preview"
    serializer_class = ImportPreviewSerializer
    orders = {"": (Key("created_at", descends=True), Key("id"))}
    filters = PreviewFilter
    parameters = {"create": ("project", "name"), "at_addresses": ("project",)}
    required_parameters = dict.fromkeys(("create", "at_addresses"), ("project",))
    slims = ("list", "retrieve")
    contracts = {
        "create": replace(WRITE, request=FilesSerializer, statuses=(201,)),
        "at_addresses": replace(WRITE, request=AddressesSerializer, statuses=(201,)),
        "row": replace(READ, answer=PreviewedTextSerializer),
        "store": replace(WRITE, request=RowChoicesSerializer, answer=StoredSerializer, problems=(*WRITE.problems, 412)),
        "destroy": REMOVAL,
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_previews(user).select_related("project")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [_wire(row) for row in rows]

    def at_addresses(self, request: Request) -> Response:
        """Fetch the pages at these addresses, and look at the articles on them before they come in."""
        project, pages = project_and_pages(request)

        def do() -> Answer:
            return Answer(201, self.shown(request.user, id=preview(project, pages, by=request.user).pk))

        return in_one(request, do)

    def create(self, request: Request) -> Response:
        """Look at what files would bring in, row by row: what is new, a revision, there already, or much like another.

        Nothing is stored before POST to store/ below it; it is kept for a day, for you alone. At most 500 rows.
        """
        project = project_called(request.user, request.query_params.get("project"))
        files = files_in(request) if request.body else []
        if not files:
            raise Refused.field("", None, "The body is empty: send JSON lines, a text, or files.")

        def do() -> Answer:
            made = preview(project, (row for name, raw in files for row in readers.rows(name, raw)), by=request.user)
            return Answer(201, self.shown(request.user, id=made.pk))

        return answered(request, do)

    def row(self, request: Request, id: Any, place: int) -> Response:
        """One row with its text, and what may not belong to that."""
        found = self.found(request.user, id=id)
        if place >= len(found.rows):
            raise self.not_there(id=id, place=place)
        kept = found.rows[place]
        text = kept["fields"].get("text")
        flagged = remnants(text) if isinstance(text, str) else []
        body = {**_row(place, kept), "fields": kept["fields"], "remnants": [_remnant(each) for each in flagged]}
        return self.read(request, body)

    @operation
    def store(self, asked: Asked, id: Any) -> Answer:
        """Store its rows as chosen, and as proposed where nothing is chosen; then it is gone.

        An article that has changed since is not revised: that row is refused, with the reason.
        """
        chosen = read_by(RowChoicesSerializer, asked.given)["choices"]
        choices = {each["place"]: Choice(each["choice"]) for each in chosen}
        found = self.found(asked.user, id=id)
        for place in choices:
            if place >= len(found.rows):
                told = f"`choices`: there is no row {place}; the last is {len(found.rows) - 1}."
                raise Refused.field("choices", place, told)
        results = [_outcome(each) for each in store_preview(found, choices, by=asked.user)]
        counts = Counter(result["state"] for result in results)
        return Answer(200, {"counts": {state: counts[state] for state in _OUTCOMES}, "results": results})

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Throw it away before its day is over."""
        discard_preview(self.found(asked.user, id=id), by=asked.user)
        return Answer(204)


def _wire(row: Preview) -> dict[str, Any]:
    counts = Counter(each["state"] for each in row.rows)
    return {
        "id": row.pk,
        "project": row.project.slug,
        "created_at": row.created_at,
        "expires_at": row.created_at + KEPT,
        "counts": {str(state): counts[state] for state in State},
        "uncompared": row.uncompared,
        "rows": [_row(place, each) for place, each in enumerate(row.rows)],
    }


def _row(place: int, kept: dict[str, Any]) -> dict[str, Any]:
    state = State(kept["state"])
    title = kept["fields"].get("title", "")
    return {
        "place": place,
        **{name: kept[name] for name in _SAID},
        "title": title if isinstance(title, str) else "",
        "annotations": len(kept["annotations"]),
        "choices": [str(choice) for choice in possible(state, article=bool(kept["article"]))],
        "proposed": str(PROPOSED[state]),
    }


def _remnant(found: Remnant) -> dict[str, Any]:
    return {"start": found.start, "end": found.end, "kind": str(found.kind)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "state": outcome.state,
        "article": outcome.article.pk if outcome.article else None,
        "annotations": outcome.annotations,
        "reason": outcome.reason,
    }
