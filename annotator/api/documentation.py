"""Where the OpenAPI document is read, and the page to try it."""

import hashlib
from functools import cache
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, TemplateHTMLRenderer
from rest_framework.request import Request

from annotator.api.operations import preconditions_of


class SchemaView(SpectacularAPIView):
    """The OpenAPI document. It tells nothing that is not public, so that anybody may read it."""

    schema = None
    permission_classes = [AllowAny]
    authentication_classes = []
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer = type(request.accepted_renderer)
        content, tag = _written(renderer)
        headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if preconditions_of(request).has(tag):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(content, content_type=renderer.media_type, headers=headers)


@cache
def _written(renderer: type[BaseRenderer]) -> tuple[bytes, str]:
    """The document in one form, and its entity tag. It takes half a second and is the same for all: it is made once."""
    content = renderer().render(_document())
    return content, hashlib.sha256(content).hexdigest()[:32]


@cache
def _document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(public=True)


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The page to try the interface.

    Swagger UI writes styles and pictures into itself, for which this page alone is let off those rules; its scripts
    come from here.
    """

    schema = None
    permission_classes = [AllowAny]
    authentication_classes = []
    renderer_classes = [TemplateHTMLRenderer]
    url_name = "api-schema"
