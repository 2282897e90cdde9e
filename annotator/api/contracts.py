"""What each route takes and answers, for the OpenAPI document: shapes that several nouns share, and the usual ones."""

from dataclasses import dataclass, replace

from rest_framework import serializers


class WrongSerializer(serializers.Serializer):
    """One thing that is wrong with a request."""

    field = serializers.CharField(help_text="As it is called on the wire, by its path: `quantities.0.span`.")
    value = serializers.JSONField(help_text="What was given, shortened.")
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """A problem document (RFC 9457), as every error is answered."""

    type = serializers.CharField(help_text="What kind of problem, for programs: `urn:annotator:stale`.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong here, for people.")
    errors = WrongSerializer(many=True)
    current = serializers.DictField(required=False, help_text="410, 412: the row as it is now.", allow_null=True)
    found = serializers.JSONField(required=False, help_text="422: the words in the text. 409: what stands in the way.")
    current_revision = serializers.IntegerField(required=False, help_text="409: the number of the article's text now.")
    operation = serializers.IntegerField(required=False, help_text="In a batch: the index of the one that failed.")
    annotation = serializers.IntegerField(
        required=False, help_text="Among the annotations of an article: the index of the one that failed."
    )


class EventSerializer(serializers.Serializer):
    """One thing that happened."""

    id = serializers.IntegerField()
    project = serializers.CharField()
    article = serializers.UUIDField(allow_null=True)
    coding = serializers.UUIDField(allow_null=True, help_text="The layer in which it happened.")
    act = serializers.CharField(help_text="What happened: `stance.revised`.")
    thing = serializers.CharField(help_text="To what: `stance`.")
    thing_id = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    before = serializers.DictField(allow_null=True, help_text="The former values of what changed; null of a new thing.")
    after = serializers.DictField(allow_null=True, help_text="The whole of it, afterwards.")
    by = serializers.CharField()
    at = serializers.DateTimeField()


class FeedSerializer(serializers.Serializer):
    """A page of the change feed, or of the history of one thing."""

    next = serializers.URLField(allow_null=True, help_text="More is there already; null when this is all so far.")
    results = EventSerializer(many=True)


Shape = type[serializers.BaseSerializer] | None


@dataclass(frozen=True)
class Contract:
    """``request`` and ``answer`` are shapes; True stands for the noun's own. ``statuses`` are those of success.

    ``needs`` are fields that a body must have, of each group one, though others of that shape may leave them out.
    ``line`` is the shape of a line, where JSON lines are answered to who asks for them; ``file`` is the media type
    of an answer that is a file.
    """

    request: Shape | bool = None
    needs: tuple[tuple[str, ...], ...] = ()
    answer: Shape | bool = True
    line: Shape = None
    file: str = ""
    statuses: tuple[int, ...] = (200,)
    problems: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()


_READ = (304, 400, 401, 404, 406)
PROBLEMS_OF_WRITES = (400, 401, 403, 404, 406, 409, 413, 415)

READ = Contract(problems=(*_READ, 410), headers=("If-None-Match",))
WRITE = Contract(request=True, problems=PROBLEMS_OF_WRITES, headers=("Idempotency-Key",))
# Of what has no version: If-Match with the ETag that a read gave, for who would overwrite nobody.
CHANGE_BY_TAG = Contract(request=True, problems=(*PROBLEMS_OF_WRITES, 412), headers=("If-Match", "Idempotency-Key"))
MAKING = Contract(
    request=True,
    statuses=(200, 201),
    problems=(*PROBLEMS_OF_WRITES, 412),
    headers=("If-None-Match", "Idempotency-Key"),
)
REMOVAL = Contract(statuses=(204,), problems=PROBLEMS_OF_WRITES, headers=("Idempotency-Key",))
CHANGE = Contract(request=True, problems=(*PROBLEMS_OF_WRITES, 410, 412, 428), headers=("If-Match", "Idempotency-Key"))

# By the name of the action; a ViewSet's own ``contracts`` come first.
USUAL = {
    "list": Contract(problems=_READ, headers=("If-None-Match",)),
    "retrieve": READ,
    "create": Contract(
        request=True, statuses=(201,), problems=(*PROBLEMS_OF_WRITES, 410, 422), headers=("Idempotency-Key",)
    ),
    "update": Contract(
        request=True,
        statuses=(200, 201),
        problems=(*PROBLEMS_OF_WRITES, 410, 412, 422, 428),
        headers=("If-Match", "If-None-Match", "Idempotency-Key"),
    ),
    "upsert": Contract(
        request=True,
        statuses=(200, 201),
        problems=(*PROBLEMS_OF_WRITES, 410, 412, 422, 428),
        headers=("If-Match", "If-None-Match", "Idempotency-Key"),
    ),
    "partial_update": Contract(
        request=True, problems=(*PROBLEMS_OF_WRITES, 410, 412, 422, 428), headers=("If-Match", "Idempotency-Key")
    ),
    "destroy": Contract(problems=(*PROBLEMS_OF_WRITES, 410, 412, 428), headers=("If-Match", "Idempotency-Key")),
    "restore": Contract(problems=(*PROBLEMS_OF_WRITES, 410, 412), headers=("If-Match", "Idempotency-Key")),
    "history": Contract(answer=FeedSerializer, problems=_READ, headers=("If-None-Match",)),
}
# Of nouns that are in a project: what is new says in which.
IN_A_PROJECT = {name: replace(USUAL[name], needs=(("project",),)) for name in ("create", "upsert")}
