"""Addresses below the interface's root that are none: answered as everything here is, not with a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from annotator.api.errors import NotThere


class NowhereView(APIView):
    schema = None
    permission_classes = [AllowAny]
    authentication_classes = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whatever the method: there is nothing here."""
        self.http_method_names = [str(request.method).lower()]
        setattr(self, self.http_method_names[0], self.answer)
        return super().dispatch(request, *args, **kwargs)

    def answer(self, request: Any) -> HttpResponse:
        ending = "" if request.path.endswith("/") else " Addresses end with a slash."
        raise NotThere(f"There is no address {request.path[:200]}.{ending}")
