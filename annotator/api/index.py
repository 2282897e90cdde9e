"""The way in: where each noun is."""

from typing import Any

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class IndexView(APIView):
    """The addresses of all nouns, of the OpenAPI document and of the page to try it: nothing that is not public."""

    schema = None
    permission_classes = [AllowAny]
    authentication_classes = []
    # The names below the root; given by the table of addresses.
    nouns: tuple[str, ...] = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({noun: request.build_absolute_uri(f"{noun}/") for noun in self.nouns})
