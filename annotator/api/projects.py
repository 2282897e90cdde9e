"""Projects: a corpus with its codebook and its members."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from annotator.access.standing import while_admitted
from annotator.access.visibility import visible_projects
from annotator.actions.projects import change_project, create_project
from annotator.api.contracts import CHANGE, WRITE, Contract
from annotator.api.fields import LineField, SlugField, StrictSerializer, TextField, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.strict_json import LINES, JSONLinesRenderer
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.domain.layers import Layers
from annotator.models.transfer import Content
from annotator.queries import wire
from annotator.queries.exports import export_of, pieces_of
from annotator.queries.keyset import Key


class ProjectSerializer(StrictSerializer):
    slug = SlugField(max_length=60, help_text="Its permanent name in addresses: a-z, 0-9, single hyphens.")
    name = LineField(max_length=120)
    description = TextField(max_length=5_000, allow_blank=True, default="")
    language = LineField(max_length=35, default="en")
    layers = serializers.ChoiceField(
        choices=[str(value) for value in Layers],
        default=str(Layers.SHARED),
        help_text="One layer for all, or a blind one for each coder. For good.",
    )
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)


class ProjectChangeSerializer(StrictSerializer):
    name = LineField(max_length=120, required=False)
    description = TextField(max_length=5_000, allow_blank=True, required=False)
    language = LineField(max_length=35, required=False)


class ProjectViewSet(NounViewSet):
    noun = "project"
    serializer_class = ProjectSerializer
    orders = {"": (Key("name"), Key("id"))}
    contracts = {
        "create": replace(WRITE, statuses=(201,)),
        "partial_update": replace(CHANGE, request=ProjectChangeSerializer),
        "export": Contract(answer=None, file=LINES, problems=(400, 401, 404, 406)),
    }

    parameters = {"export": ("content",)}

    def visible(self, user: Any) -> QuerySet:
        return visible_projects(user)

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.project(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Make a project, with the default codebook; who makes it manages it."""
        project = create_project(by=asked.user, **read_by(ProjectSerializer, asked.given))
        return Answer(201, self.shown(asked.user, slug=project.slug))

    @operation
    def partial_update(self, asked: Asked, slug: str) -> Answer:
        """Change name, description or language. `slug` and `layers` are for good."""
        project = self.found(asked.user, slug=slug)
        version = asked.preconditions.version(project.version, thing=self.noun)
        changes = read_by(ProjectChangeSerializer, asked.given)
        return self.written(
            asked.user, lambda: change_project(project, by=asked.user, version=version, **changes), slug=slug
        )

    def export(self, request: Request, slug: str) -> StreamingHttpResponse:
        """What you may see of it, as JSON lines: an article a line with its text and annotations, as they are read.

        With `content=registers` it is the codebook, entities, issues, propositions, their links and assessments; with
        `content=all` these, the articles, the layers and the comments, in an order in which they can be written. Each
        line has then in `noun` where it belongs.

        It comes as it is read, and may be as long as the project is; `POST exports/` has a file written instead.
        """
        content = request.query_params.get("content", Content.ARTICLES.value)
        if content not in list(Content):
            raise Refused.field("content", content, f"`content`: use one of {', '.join(Content)}.")
        project = self.found(request.user, slug=slug)
        lines = while_admitted(
            request.user,
            (line for _, line in export_of(request.user, project, Content(content))),
            may_still=lambda: self.visible(request.user).filter(pk=project.pk).exists(),
        )
        named = {"Content-Disposition": f'attachment; filename="{slug}.jsonl"'}
        return StreamingHttpResponse(pieces_of(lines), content_type=LINES, headers=named)

    def get_renderers(self) -> list[Any]:
        renderers = super().get_renderers()
        return [*renderers, JSONLinesRenderer()] if self.action == "export" else renderers
