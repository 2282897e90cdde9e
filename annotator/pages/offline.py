"""Work without a network: the service worker under an address of its own, and on each page whose it is."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script, from the root: a worker sees the addresses below its own."""
    script = Path(str(finders.find("js/worker.js"))).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def say_whose(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Have each page say who is signed in, or that nobody is: the worker never shows one person's page to another.

    What fails says nothing, like the page of a proxy: it is no news of who is there.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and response.status_code < 500:
            response["X-Signed-In-As"] = quote(request.user.get_username())
        return response

    return answer
