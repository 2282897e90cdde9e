"""How an answer to a request that means harm, or makes no sense, is judged."""

from typing import Any


def told(response: Any) -> tuple[int, bool]:
    """The status of an answer, and whether it is a problem document that gives a reason."""
    problem = response.json()
    has_reason = bool(problem.get("detail")) and all(each["message"] for each in problem.get("errors", ()))
    return response.status_code, has_reason and response["Content-Type"] == "application/problem+json"
