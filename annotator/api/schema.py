"""The OpenAPI document, drawn from the routes and their contracts."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import CharField, ListSerializer

from annotator.api import examples
from annotator.api.contracts import USUAL, Contract, ProblemSerializer
from annotator.api.errors import MEDIA_TYPE
from annotator.api.fields import StrictSerializer, described
from annotator.api.records import RecordSerializer
from annotator.api.strict_json import LINES, LINKED_DATA
from annotator.domain.search import LONGEST

_PROBLEMS = {
    304: "You have the newest.",
    400: "Malformed or not accepted: each problem names its field, value and bound.",
    401: "Not signed in, or the token is unknown, expired or revoked.",
    403: "Not for your role, layer or token.",
    404: "Not there, or not for you to see.",
    406: "None of the media types in `Accept` is on offer.",
    408: "The body came too slowly.",
    409: "Not in the present state: the text was revised, the layer is done, it is in use or there already.",
    410: "In the bin.",
    412: "Changed meanwhile: `current` is the row as it is now.",
    413: "Too large.",
    415: "Of another media type than those listed.",
    422: "`exact` differs from the text: `found` has the words there.",
    428: "Say in If-Match which version you change.",
    429: "Too many requests, or too many that take long: `Retry-After` says for how many seconds.",
}
_HEADERS = {
    "If-Match": 'The version that the write is made on, as its ETag has it: `"3"`.',
    "If-None-Match": "In a read, the ETag of what you have. In a write, `*`: it must be new.",
    "Idempotency-Key": "A UUID of your choice. The same request under the same key gets its first answer again.",
}
_TAG = {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]*")$', "examples": ['"3"']}
_TYPES = {"If-Match": _TAG, "If-None-Match": _TAG, "Idempotency-Key": OpenApiTypes.UUID}
_MUST_BE_NEW = {"type": "string", "enum": ["*"]}
_LIMITS = {
    "RateLimit-Policy": "To a token: how many requests it may make (`q`) in how many seconds (`w`).",
    "RateLimit": "To a token: how many of them are left (`r`), and for how many seconds (`t`).",
}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "offsets": {
        "description": "The unit in which offsets are counted.",
        "schema": {"type": "string", "enum": ["codepoint", "utf16", "utf8"], "default": "codepoint"},
    },
    "external_id": {
        "description": "What your service calls it; unique in its project or layer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "dry_run": {
        "description": "Tell what would be done, and store nothing.",
        "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
    },
    "look": {
        "description": "Only say what each row would be; `store/` brings them in.",
        "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
    },
    "needs_look": {
        "description": "Those whose words a revision changed, in place of those on the current text.",
        "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
    },
    "project": {"description": "A project's slug.", "schema": {"type": "string"}},
    "article": {
        "description": "An article's id: what happened in it, and to its project as a whole.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "after": {
        "description": "The id of the last event that you have.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1, "default": 0},
    },
    "limit": {
        "description": "Events at the most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 100},
    },
    "q": {
        "description": "Words that their names or wordings hold.",
        "schema": {"type": "string", "maxLength": LONGEST},
    },
    "content": {
        "description": "What is in it.",
        "schema": {"type": "string", "enum": ["articles", "registers", "all"], "default": "articles"},
    },
    "fields": {
        "description": "The fields to be given, separated by commas; else all of them.",
        "schema": {"type": "string"},
    },
    "name": {"description": "What the file is called in the answer.", "schema": {"type": "string", "maxLength": 200}},
}


# White space around a text is not kept, and no text of it alone. What Python takes for white space, and others do not.
_SOMETHING = r"[^\s\u001c-\u001f\u0085]"
# What `fields` leaves, and what other vocabularies say: their shapes are told elsewhere.
_SLIM = {"type": "object", "description": "With `fields`: rows have those alone."}
_FILES = (LINES, "text/plain")
_LINKED = {"type": "object", "description": "JSON-LD of W3C Web Annotation, or of schema.org ClaimReview."}


class Schema(AutoSchema):
    """Describes a route by its view's contract for the action."""

    @property
    def _contract(self) -> Contract:
        action = self.view.action
        return self.view.contracts.get(action) or USUAL[action]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def get_operation_id(self) -> str:
        names = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and not part.startswith("{")]
        return "_".join([*(name.replace("-", "_") for name in names), self.view.action])

    def get_summary(self) -> str:
        return f"{self.view.action.replace('_', ' ').capitalize()}: {self.view.noun}"

    def get_description(self) -> str:
        # The verb's own words; a class's are about the code.
        return (getattr(self.view, self.view.action).__doc__ or "").strip()

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" and self.view.pagination_class is not None

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_request_serializer(self) -> Any:
        return self._shape(self._contract.request)

    def get_response_serializers(self) -> Any:
        contract = self._contract
        shape = self._shape(contract.answer)
        answers: dict[Any, Any] = {
            status: OpenApiResponse(shape if status != 204 else None, description="Done.")
            for status in contract.statuses
        }
        if contract.line is not None:
            answers = {(str(status), "application/json"): answer for status, answer in answers.items()}
            answers["200", LINES] = OpenApiResponse(contract.line, description="As it is done, line by line.")
        for status in (*contract.problems, 429):
            document = ProblemSerializer if status != 304 else None
            key = (str(status), MEDIA_TYPE) if document else str(status)
            answers[key] = OpenApiResponse(document, description=_PROBLEMS[status])
        return answers

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        found = super()._map_basic_serializer(serializer, direction)
        # Fields that are not declared are refused.
        return {**found, "additionalProperties": False} if direction == "request" else found

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        found = super()._map_serializer_field(field, direction, bypass_extensions)
        if found and isinstance(field, ListSerializer):
            bounds = {"minItems": None if field.allow_empty else 1, "maxItems": field.max_length}
            found |= {name: bound for name, bound in bounds.items() if bound is not None}
        if found and direction == "request" and isinstance(field, CharField) and not field.allow_blank:
            found.setdefault("pattern", getattr(field, "pattern", _SOMETHING))
        return found

    def _get_request_body(self, *args: Any, **kwargs: Any) -> Any:
        body = super()._get_request_body(*args, **kwargs)
        needs = [{"anyOf": [{"required": [name]} for name in names]} for names in self._contract.needs]
        if needs:
            body["required"] = True
        for media_type, content in (body or {}).get("content", {}).items():
            if media_type in _FILES:
                content.update(schema={"type": "string", "minLength": 1}, example=examples.of_file(media_type))
                continue
            shape = self._shape(self._contract.request)
            content["example"] = examples.of_shape(shape, is_change=self.method == "PATCH")
            if needs:
                content["schema"] = {"allOf": [content["schema"], *needs]}
        return body

    def _type_of(self, header: str) -> Any:
        return _MUST_BE_NEW if header == "If-None-Match" and self.method != "GET" else _TYPES[header]

    def _get_response_for_code(self, serializer: Any, status_code: Any, *args: Any, **kwargs: Any) -> Any:
        response = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        if self._contract.file and str(status_code) == "200":
            response["content"] = {self._contract.file: {"schema": {"type": "string"}}}
        content = response.get("content", {})
        if 200 <= int(status_code) < 300:
            for media_type, described in content.items():
                described["example"] = self._example_answer(media_type)
        if str(status_code) != "200":
            return response
        if self.view.action in self.view.slims and "application/json" in content:
            content["application/json"]["schema"] = {"anyOf": [content["application/json"]["schema"], _SLIM]}
        if LINKED_DATA in content:
            content[LINKED_DATA]["schema"] = _LINKED
        return response

    def _example_answer(self, media_type: str) -> Any:
        if media_type == self._contract.file:
            return examples.of_file(media_type)
        shape = self._contract.line if media_type == LINES else self._shape(self._contract.answer)
        row = examples.of_shape(shape, is_answer=True)
        return self.view.pagination_class.page_of(row) if self._is_list_view() else row

    def get_override_parameters(self) -> list[Any]:
        given = [
            OpenApiParameter(name, self._type_of(name), OpenApiParameter.HEADER, description=_HEADERS[name])
            for name in self._contract.headers
        ]
        if "If-Match" in self._contract.headers or "If-None-Match" in self._contract.headers:
            statuses = [status for status in self._contract.statuses if status != 204]
            given.append(
                OpenApiParameter(
                    "ETag",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    response=statuses,
                    description="The version, or a digest of what has none.",
                )
            )
        given += [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=True, description=told)
            for name, told in _LIMITS.items()
        ]
        return given

    def _get_parameters(self) -> list[dict[str, Any]]:
        found = [*super()._get_parameters(), *self._query_parameters()]
        for each in found:
            if each["in"] not in ("path", "query") or each["name"] == "cursor":
                continue
            if each.get("required"):
                each["example"] = self._example_parameter(each)
            else:
                # Shown, and not filled in by the page to try it: each that is given narrows a list.
                each["schema"] = {**each["schema"], "examples": [self._example_parameter(each)]}
        return found

    def _example_parameter(self, parameter: dict[str, Any]) -> Any:
        if parameter["name"] == "fields":
            return ",".join(sorted(self.view.field_names())[:2])
        return examples.of_parameter(parameter["name"], parameter["schema"])

    def _query_parameters(self) -> list[dict[str, Any]]:
        found = []
        view, action = self.view, self.view.action
        if action == "list":
            filters = view.filters.base_filters if view.filters else {}
            found += [
                {"name": name, "in": "query", **self._required(name), **described(each)}
                for name, each in filters.items()
            ]
            if len(view.orders) > 1:
                orders = {"type": "string", "enum": list(view.orders), "default": next(iter(view.orders))}
                found.append({"name": "ordering", "in": "query", "schema": orders})
        for name in (*view.parameters.get(action, ()), *(("fields",) if action in view.slims else ())):
            found.append({"name": name, "in": "query", **self._required(name), **_PARAMETERS[name]})
        return [self._of_known_fields(each) if each["name"] == "fields" else each for each in found]

    def _required(self, parameter: str) -> dict[str, bool]:
        required = self.view.required_parameters.get(self.view.action, ())
        return {"required": True} if parameter in required else {}

    def _of_known_fields(self, parameter: dict[str, Any]) -> dict[str, Any]:
        known = f"({'|'.join(sorted(self.view.field_names()))})"
        return {**parameter, "schema": {"type": "string", "pattern": f"^ *{known} *(, *{known} *)*$"}}

    def _shape(self, shape: Any) -> Any:
        return self.view.serializer_class if shape is True else shape or None


def told_to_programmers() -> list[type]:
    """Classes whose docstrings are about the code: what is made of them does not inherit these as its description."""
    return [*get_lib_doc_excludes(), StrictSerializer, RecordSerializer]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "annotator.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Make one under “Account” in the browser."}


class BrowserScheme(SessionScheme):
    target_class = "annotator.api.authentication.BrowserAuthentication"
    name = "session"
