"""From the wire form of an annotation to the columns of its table, with every check that needs more than the row.

What one row can tell (values, ranges, exactly one target) is the database's to refuse, see models.
"""

from typing import Any

from django.utils import timezone

from annotator.actions.references import RECORDS, References
from annotator.domain import fields as wire_fields
from annotator.domain.annotation import Kind, Voice
from annotator.domain.claim import Link, quantity_problems
from annotator.domain.errors import Problem, Refused, WordsDiffer
from annotator.models import Annotation, Attribution, CodebookValue, Coding, User
from articles import offsets

# The field that an attribution's source fills when it is left out: right nine times in ten.
_FILLED_FROM_SOURCE = {Kind.STANCE: "holder", Kind.CLAIM: "claimant"}
# Fields whose values a project's codebook adds to or takes away from, and its name there.
_IN_CODEBOOK = {
    Kind.MENTION: {"type": "mention.type", "subtype": "mention.subtype"},
    Kind.ATTRIBUTION: {"cue_type": "attribution.cue_type"},
    Kind.STANCE: {"frames": "stance.frames"},
    Kind.CLAIM: {"claim_kind": "claim.claim_kind"},
}


def columns(
    kind: Kind,
    given: dict[str, Any],
    *,
    coding: Coding,
    text: str,
    by: User,
    present: Annotation | None = None,
    whole: bool = True,
) -> dict[str, Any]:
    """The columns to write for the given wire fields.

    ``text`` is that of the revision; ``present`` the row that is changed, if any; without ``whole`` only the given
    fields are returned. Raises Refused with all problems found, or WordsDiffer when ``exact`` is not in the text.
    """
    filled = _FILLED_FROM_SOURCE.get(kind)
    may_miss = frozenset({filled}) if filled and given.get("attribution") else frozenset()
    values, problems = wire_fields.read(kind, given, whole=whole, may_miss=may_miss)
    problems += _check_spans(values, text)
    if problems:
        raise Refused(*problems)
    _check_words(given, values, text, present)
    if "target" in values or "target_kind" in values:
        _complete_target(values, present)
    references = References(coding, kind, values)
    written = _columns(kind, values, references, by=by, present=present)
    problems = [*references.problems, *_codebook_problems(kind, values, coding, present)]
    if "quantities" in values:
        problems += quantity_problems(values["quantities"])
    if problems:
        raise Refused(*problems)
    if filled in may_miss and filled not in values:
        written |= _filled_from(written["attribution"], filled)
    _check_attribution(kind, written, present, filled)
    return written


def _check_spans(values: dict[str, Any], text: str) -> list[Problem]:
    """Put each span into ``values`` as it is stored, and say what is wrong with the others."""
    problems = []
    for name in ("segments", "source_span", "cue_span", "target_span", "hedge_spans"):
        if values.get(name) is not None:
            try:
                values[name] = [list(segment) for segment in offsets.checked(values[name], text)]
            except offsets.SpanError as error:
                problems.append(Problem(name, error.value, error.message))
    for index, quantity in enumerate(values.get("quantities") or []):
        try:
            offsets.checked([quantity["span"]], text)
        except offsets.SpanError as error:
            problems.append(Problem(f"quantities.{index}.span", error.value, error.message))
    return problems


def _check_words(given: dict[str, Any], values: dict[str, Any], text: str, present: Annotation | None) -> None:
    """Refuse a write whose quoted words are not those of the text at its offsets."""
    exact = given.get("exact")
    if exact is not None:
        segments = values.get("segments") or (present.segments if present else [])
        found = offsets.words(segments, text)
        if ([exact] if isinstance(exact, str) else exact) != found:
            raise WordsDiffer(field="exact", given=exact if isinstance(exact, list) else [str(exact)], found=found)
    for index, quantity in enumerate(given.get("quantities") or []):
        words = quantity.get("exact")
        found = offsets.words([quantity["span"]], text)
        if words is not None and words != found[0]:
            raise WordsDiffer(field=f"quantities.{index}.exact", given=[str(words)], found=found)


def _complete_target(values: dict[str, Any], present: Annotation | None) -> None:
    """A target is its kind and its id: the half that is not given is the present one."""
    if present is not None:
        values.setdefault("target_kind", present.target_kind)
        if "target" not in values:
            values["target"] = present.target_issue_id or present.target_entity_id or present.target_proposition_id


def _columns(
    kind: Kind, values: dict[str, Any], references: References, *, by: User, present: Annotation | None
) -> dict[str, Any]:
    fields = wire_fields.FIELDS[kind]
    written: dict[str, Any] = {}
    for name, value in values.items():
        field = fields[name]
        if field.type == "party":
            written |= references.party(name)
        elif name == "target":
            target = references.get("target", values["target_kind"])
            written |= {f"target_{table}": target if table == values["target_kind"] else None for table in RECORDS}
        elif field.type == "reference":
            written[name] = references.get(name, field.refers_to)
        elif name == "class":
            written["mention_class"] = value
        else:
            written[name] = value
    if "proposition" in written or "link" in written:
        written |= _link_columns(written, by=by, present=present)
    return written


def _link_columns(written: dict[str, Any], *, by: User, present: Annotation | None) -> dict[str, Any]:
    """A link made by a person is confirmed by that person, now, unless it is said to be a suggestion."""
    proposition = written["proposition"] if "proposition" in written else present and present.proposition
    if proposition is None:
        return {"link": "", "link_score": None, "link_confirmed_by": None, "link_confirmed_at": None}
    link = written.get("link") or (Link.CONFIRMED.value if "proposition" in written else present and present.link)
    columns: dict[str, Any] = {"link": link}
    if link == Link.CONFIRMED:
        unchanged = present and present.link == link and present.proposition_id == proposition.pk
        if not unchanged:
            columns |= {"link_confirmed_by": by, "link_confirmed_at": timezone.now()}
    else:
        columns |= {"link_confirmed_by": None, "link_confirmed_at": None}
    return columns


def _codebook_problems(kind: Kind, values: dict[str, Any], coding: Coding, present: Annotation | None) -> list[Problem]:
    """Values that the project's codebook does not have, or has archived. What was there before may stay."""
    wanted = []
    for name, field in _IN_CODEBOOK[kind].items():
        given = values.get(name) or []
        before = getattr(present, name, None) or []
        for value in [given] if isinstance(given, str) else given:
            if value != before and value not in (before if isinstance(before, list) else ()):
                wanted.append((name, field, value))
    if not wanted:
        return []
    known = set(
        CodebookValue.objects.current()
        .filter(project=coding.article.project_id, field__in=[field for _, field, _ in wanted])
        .values_list("field", "value")
    )
    return [
        Problem(
            name,
            value,
            f"`{name}`: “{value}” is not in the project's codebook; it has "
            f"{', '.join(sorted(v for f, v in known if f == field)) or 'no values for this field'}.",
        )
        for name, field, value in wanted
        if (field, value) not in known
    ]


def _filled_from(attribution: Attribution, name: str) -> dict[str, Any]:
    return {f"{name}_voice": attribution.source_voice, f"{name}_entity_id": attribution.source_entity_id}


def _check_attribution(kind: Kind, written: dict[str, Any], present: Annotation | None, filled: str | None) -> None:
    """What a stance or an attribution may not say about who speaks."""

    def now(name: str) -> Any:
        return written[name] if name in written else getattr(present, name, None)

    if kind == Kind.STANCE and now("holder_voice") == Voice.AUTHOR:
        attribution = now("attribution")
        if attribution is not None and attribution.source_voice != Voice.AUTHOR:
            raise Refused.field(
                "holder", "AUTHOR", "The author is the holder, but the words are attributed to another source."
            )
    if kind == Kind.ATTRIBUTION and now("parent") is not None:
        _check_nesting(now("parent"), now("segments"), present)
    if kind == Kind.ATTRIBUTION and present is not None:
        _check_dependants(present, written)


def _check_nesting(parent: Attribution, segments: list[list[int]], present: Annotation | None) -> None:
    if not offsets.covers(parent.segments, segments):
        raise Refused.field(
            "parent",
            str(parent.pk),
            f"The content [{segments[0][0]}, {segments[-1][1]}) lies outside the outer attribution's, "
            f"[{parent.segments[0][0]}, {parent.segments[-1][1]}).",
        )
    outer: Attribution | None = parent
    while present is not None and outer is not None:
        if outer.pk == present.pk:
            raise Refused.field("parent", str(parent.pk), "An attribution cannot lie within itself.")
        outer = outer.parent


def _check_dependants(attribution: Annotation, written: dict[str, Any]) -> None:
    """A change of an attribution must leave its inner attributions inside and its AUTHOR stances true."""
    if "segments" in written:
        for child in attribution.children.kept():
            if not offsets.covers(written["segments"], child.segments):
                raise Refused.field(
                    "segments",
                    written["segments"],
                    f"An inner attribution, [{child.segments[0][0]}, {child.segments[-1][1]}), would lie outside.",
                )
    voice = written.get("source_voice", Voice.AUTHOR)
    if voice != Voice.AUTHOR and attribution.stances.kept().filter(holder_voice=Voice.AUTHOR).exists():
        raise Refused.field("source", voice, "A stance with these words has the author as its holder.")
