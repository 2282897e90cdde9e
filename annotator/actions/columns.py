"""From the wire form of an annotation to the columns of its table, with every check that needs more than the row.

What one row can tell (values, ranges, exactly one target) is the database's to refuse, see models.
"""

import uuid
from typing import Any

from django.utils import timezone

from annotator.actions.known import RECORDS, Known, Outer, known_of
from annotator.actions.references import References
from annotator.domain import codebook
from annotator.domain import fields as wire_fields
from annotator.domain.annotation import Kind, Voice
from annotator.domain.claim import Link, quantity_problems
from annotator.domain.errors import Problem, Refused, WordsDiffer
from annotator.models import Annotation, Attribution, Coding, User
from articles import offsets

# The field that an attribution's source fills when it is left out: right nine times in ten.
_FILLED_FROM_SOURCE = {Kind.STANCE: "holder", Kind.CLAIM: "claimant"}
# Fields whose values a project's codebook explains, adds to and archives, and their names there.
_IN_CODEBOOK = {
    kind: {
        name: f"{kind}.{name}"
        for name, field in wire_fields.FIELDS[kind].items()
        if f"{kind}.{name}" in codebook.FIELDS and field.type in ("text", "choice", "texts")
    }
    for kind in Kind
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
    known: Known | None = None,
) -> dict[str, Any]:
    """The columns to write for the given wire fields, references as ids under their columns' names.

    ``text`` is that of the revision; ``present`` the row that is changed, if any; without ``whole`` only the given
    fields are returned. ``known`` is what has been read of the project. Raises Refused with all problems found, or
    WordsDiffer when ``exact`` is not in the text.
    """
    filled = _FILLED_FROM_SOURCE.get(kind)
    may_miss = frozenset({filled}) if whole and filled and given.get("attribution") else frozenset()
    values, problems = wire_fields.read(kind, given, whole=whole, may_miss=may_miss)
    problems += _check_spans(values, text)
    if problems:
        raise Refused(*problems)
    _check_words(given, values, text, present)
    if "target" in values or "target_kind" in values:
        _complete_target(values, present)
    known = known or known_of(coding.article.project_id)
    references = References(kind, values, coding=coding, known=known, present=present)
    written, outer = _columns(kind, values, references)
    problems = [*references.problems, *_codebook_problems(kind, given, values, known, present)]
    if "quantities" in values:
        problems += quantity_problems(values["quantities"])
    if problems:
        raise Refused(*problems)
    if "proposition_id" in written or "link" in written:
        written |= _link_columns(written, by=by, present=present, whole=whole)
    if filled in may_miss and filled not in values:
        written |= _filled_from(outer, filled, known)
    check_speakers(kind, written, present, outer=outer)
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


def _columns(kind: Kind, values: dict[str, Any], references: References) -> tuple[dict[str, Any], Outer | None]:
    """The columns, and the attribution that the annotation points to."""
    fields = wire_fields.FIELDS[kind]
    written: dict[str, Any] = {}
    outer = None
    for name, value in values.items():
        field = fields[name]
        if field.type == "party":
            written |= references.party(name)
        elif name == "target":
            table = values["target_kind"]
            target = references.record("target", table, f"target_{table}_id")
            written |= {f"target_{other}_id": target if table == other else None for other in RECORDS}
        elif field.refers_to == "attribution":
            outer = references.attribution(name)
            written[f"{name}_id"] = outer and outer.id
        elif field.type == "reference":
            written[f"{name}_id"] = references.record(name, field.refers_to, f"{name}_id")
        elif name == "class":
            written["mention_class"] = value
        else:
            written[name] = value
    return written, outer


def _link_columns(written: dict[str, Any], *, by: User, present: Annotation | None, whole: bool) -> dict[str, Any]:
    """A link made by a person is confirmed by that person, now, unless it is said to be a suggestion."""
    before = (present.proposition_id, present.link) if present else (None, "")
    proposition_id = written.get("proposition_id", before[0])
    is_other = proposition_id != before[0]
    link = written.get("link", "")
    if not link and proposition_id is not None:
        if whole or is_other:
            link = Link.CONFIRMED.value
        elif "link" not in written:
            link = before[1]
    columns: dict[str, Any] = {"link": link}
    if is_other and "link_score" not in written:
        columns["link_score"] = None  # it was about the other proposition
    if link != Link.CONFIRMED:
        columns |= {"link_confirmed_by_id": None, "link_confirmed_at": None}
    elif is_other or before[1] != link:
        columns |= {"link_confirmed_by_id": by.pk, "link_confirmed_at": timezone.now()}
    return columns


def _codebook_problems(
    kind: Kind, given: dict[str, Any], values: dict[str, Any], known: Known, present: Annotation | None
) -> list[Problem]:
    """Values that the project's codebook does not have, or has archived. What was there before may stay.

    A subtype is one of its type's.
    """
    wanted: list[tuple[str, str, str]] = []
    for name in _IN_CODEBOOK[kind]:
        if name not in given and name != "subtype":
            continue
        said = _as_list(values[name] if name in values else _present(present, name))
        before = _as_list(_present(present, name))
        of_type = ""
        if said and name == "subtype":
            of_type = values["type"] if "type" in values else _present(present, "type")
            before = before if of_type == _present(present, "type") else []
        wanted += [(name, value, of_type) for value in said if value not in before]
    if not wanted:
        return []
    codebook = known.codebook({_IN_CODEBOOK[kind][name] for name, _, _ in wanted})
    problems = []
    for name, value, parent in wanted:
        values_of_field = codebook[_IN_CODEBOOK[kind][name]]
        if (value, parent) not in values_of_field:
            has = ", ".join(sorted(v for v, p in values_of_field if p == parent)) or "none"
            where = f"the project's codebook for {parent}" if parent else "the project's codebook"
            problems.append(Problem(name, value, f"`{name}`: “{value}” is not in {where}; it has {has}."))
    return problems


def _present(present: Annotation | None, name: str) -> Any:
    return getattr(present, "mention_class" if name == "class" else name, None)


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value or ())


def _filled_from(attribution: Outer, name: str, known: Known) -> dict[str, Any]:
    source_id = attribution.source_entity_id
    if source_id is not None:
        known.expect("entity", [source_id])
        source_id = known.record("entity", source_id) or source_id
    return {f"{name}_voice": attribution.source_voice, f"{name}_entity_id": source_id}


def check_speakers(
    kind: Kind, written: dict[str, Any], present: Annotation | None, *, outer: Outer | None = None
) -> None:
    """Refuse what a stance or an attribution, with ``written`` over ``present``, may not say about who speaks.

    ``outer`` is the attribution that ``written`` points to.
    """
    if kind not in (Kind.STANCE, Kind.ATTRIBUTION):
        return

    def now(name: str) -> Any:
        return written[name] if name in written else getattr(present, name, None)

    column = "parent_id" if kind == Kind.ATTRIBUTION else "attribution_id"
    if column not in written and present is not None and (id := getattr(present, column)) is not None:
        # As it is under the article's lock: the one that `present` brought along may be older.
        outer = known_of(present.coding.article.project_id).attribution(present.coding_id, id)
    if kind == Kind.STANCE:
        if now("holder_voice") == Voice.AUTHOR and outer is not None and outer.source_voice != Voice.AUTHOR:
            raise Refused.field(
                "holder", "AUTHOR", "The author is the holder, but the words are attributed to another source."
            )
        return
    if outer is not None:
        waits = present is not None and present.anchoring and "segments" not in written
        _check_nesting(outer, None if waits else now("segments"), present)
    if present is not None:
        _check_dependants(present, written)


def _check_nesting(parent: Outer, segments: list[list[int]] | None, present: Annotation | None) -> None:
    """One inside the other, without a ring. ``segments`` is None where they stand on a former text.

    Of two that do not stand on the same text nobody can tell.
    """
    if segments is not None and not parent.anchoring and not offsets.covers(parent.segments, segments):
        raise Refused.field(
            "parent",
            str(parent.id),
            f"The content [{segments[0][0]}, {segments[-1][1]}) lies outside the outer attribution's, "
            f"[{parent.segments[0][0]}, {parent.segments[-1][1]}).",
        )
    around: uuid.UUID | None = parent.id
    while present is not None and around is not None:
        if around == present.pk:
            raise Refused.field("parent", str(parent.id), "An attribution cannot lie within itself.")
        around = Attribution.objects.values_list("parent_id", flat=True).get(pk=around)


def _check_dependants(attribution: Annotation, written: dict[str, Any]) -> None:
    """A change of an attribution must leave its inner attributions inside and its AUTHOR stances true."""
    if "segments" in written:
        for child in attribution.children.kept().filter(anchoring=""):
            if not offsets.covers(written["segments"], child.segments):
                raise Refused.field(
                    "segments",
                    written["segments"],
                    f"An inner attribution, [{child.segments[0][0]}, {child.segments[-1][1]}), would lie outside.",
                )
    voice = written.get("source_voice", Voice.AUTHOR)
    if voice != Voice.AUTHOR and attribution.stances.kept().filter(holder_voice=Voice.AUTHOR).exists():
        raise Refused.field("source", voice, "A stance with these words has the author as its holder.")
