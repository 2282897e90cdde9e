"""The claim register: links between propositions, and assessments with their evidence."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.checking import check
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.domain.register import UNVERIFIABLE, AssessmentState, Scale, scale_suits
from annotator.models import Assessment, CodebookValue, Evidence, Proposition, PropositionLink, User
from annotator.queries import wire

_FIELDS = ("external_id", "scale", "rating", "as_of", "summary", "state", "evidence")
_EVIDENCE = ("url", "title", "publisher", "published_on", "passage", "bearing")


@transaction.atomic
def link_propositions(
    start: Proposition, to: Proposition, relation: str, *, by: User, id: uuid.UUID | None = None
) -> PropositionLink:
    """Say how one proposition is related to another of the same project."""
    require(by, "record.add", start)
    if to.project_id != start.project_id:
        raise Refused(Problem("to", str(to.pk), "`to` is a proposition of the same project."))
    for end in (start, to):
        if end.deleted_at is not None:
            raise NotNow(f"“{end.label}” is in the bin: restore it first.", found=str(end.pk))
    link = PropositionLink(pk=id or uuid.uuid4(), from_proposition=start, to_proposition=to, relation=relation)
    check(link, ["relation"])
    with explained({"relation": relation, "to": str(to.pk)}):
        link.save(force_insert=True)
    _trace_link("proposition_link.added", link, by=by, after=wire.proposition_link(link))
    return link


@transaction.atomic
def unlink_propositions(link: PropositionLink, *, by: User) -> None:
    """Take a link back; the history keeps it."""
    require(by, "record.change", link.from_proposition)
    _trace_link("proposition_link.removed", link, by=by, before=wire.proposition_link(link))
    link.delete()


@transaction.atomic
def assess(proposition: Proposition, given: dict[str, Any], *, by: User, id: uuid.UUID | None = None) -> Assessment:
    """Give a proposition a verdict as of a day, as a draft or published at once."""
    require(by, "assessment.add", proposition)
    if proposition.deleted_at is not None:
        raise NotNow(f"“{proposition.label}” is in the bin: restore it first.", found=str(proposition.pk))
    assessment = Assessment(pk=id or uuid.uuid4(), proposition=proposition, reviewer=by, as_of=timezone.now().date())
    evidence = _fill(assessment, given)
    with explained(given):
        assessment.save(force_insert=True)
    if evidence is not None:
        _store_evidence(assessment, evidence)
    _require_publishable(assessment)
    _trace("assessment.added", assessment, by=by)
    return assessment


@transaction.atomic
def change_assessment(assessment: Assessment, given: dict[str, Any], *, by: User, version: int) -> Assessment:
    """Change, publish or withdraw an assessment. A published one is withdrawn before it goes back to draft."""
    require(by, "assessment.change", assessment)
    _require_kept(assessment)
    before = wire.assessment(assessment)
    if assessment.state == AssessmentState.PUBLISHED and given.get("state") == AssessmentState.DRAFT:
        raise NotNow("A published assessment is withdrawn first: use the state “withdrawn”.")
    evidence = _fill(assessment, given)
    columns = ("external_id", "scale", "rating", "as_of", "summary", "state", "published_at", "checked_at")
    save_changes(
        assessment,
        version=version,
        current=lambda: wire.assessment(Assessment.objects.get(pk=assessment.pk)),
        **{name: getattr(assessment, name) for name in columns},
        changed_at=timezone.now(),
    )
    if evidence is not None:
        _store_evidence(assessment, evidence)
    _require_publishable(assessment)
    if before["state"] != assessment.state and assessment.state != AssessmentState.DRAFT:
        # From here on it is for all members, and what the draft said is not.
        _trace(f"assessment.{assessment.state}", assessment, by=by)
        return assessment
    if before["state"] != assessment.state:
        _trace_alone("assessment.reopened", assessment, by=by)
    _trace("assessment.changed", assessment, by=by, before=before)
    return assessment


@transaction.atomic
def delete_assessment(assessment: Assessment, *, by: User, version: int) -> Assessment:
    """Put an assessment that is not published in the bin."""
    require(by, "assessment.delete", assessment)
    _require_kept(assessment)
    if assessment.state == AssessmentState.PUBLISHED:
        raise NotNow("A published assessment is not deleted: withdraw it.")
    before = wire.assessment(assessment)
    save_changes(
        assessment,
        version=version,
        current=lambda: wire.assessment(Assessment.objects.get(pk=assessment.pk)),
        deleted_at=timezone.now(),
        changed_at=timezone.now(),
    )
    _trace("assessment.deleted", assessment, by=by, before=before)
    return assessment


@transaction.atomic
def restore_assessment(assessment: Assessment, *, by: User) -> Assessment:
    """Bring an assessment back from the bin; one that is not there stays as it is."""
    require(by, "assessment.restore", assessment)
    assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
    if assessment.deleted_at is None:
        return assessment
    before = wire.assessment(assessment)
    save_changes(
        assessment,
        version=assessment.version,
        current=lambda: wire.assessment(Assessment.objects.get(pk=assessment.pk)),
        deleted_at=None,
        changed_at=timezone.now(),
    )
    _trace("assessment.restored", assessment, by=by, before=before)
    return assessment


def _require_kept(assessment: Assessment) -> None:
    if assessment.deleted_at is not None:
        raise NotNow("This assessment is in the bin: restore it first.", found=str(assessment.pk))


def _fill(assessment: Assessment, given: dict[str, Any]) -> Any:
    """Put the given fields into the row, checked; returns the evidence as given, None when not given."""
    unknown = [name for name in given if name not in _FIELDS]
    if unknown:
        known = ", ".join(_FIELDS)
        raise Refused(
            *(Problem(n, given[n], f"`{n:.60}` is not a field of an assessment; it has {known}.") for n in unknown)
        )
    published_as_of = str(assessment.as_of) if assessment.is_published else None
    for name, value in given.items():
        if name != "evidence":
            setattr(assessment, name, value)
    if assessment.is_published and published_as_of != str(assessment.as_of):
        # Published, or as of another day: whoever says so has seen what it rests on.
        assessment.checked_at = timezone.now()
        assessment.published_at = assessment.published_at or assessment.checked_at
    check(assessment, [name for name in _FIELDS if name != "evidence"])
    _check_rating(assessment)
    return given.get("evidence")


def _check_rating(assessment: Assessment) -> None:
    if assessment.scale not in list(Scale):
        raise Refused(Problem("scale", assessment.scale, f"`scale`: use one of {', '.join(Scale)}."))
    if not scale_suits(Scale(assessment.scale), assessment.proposition.kind):
        raise Refused(
            Problem("scale", assessment.scale, "A promise is rated on the promises scale, and nothing else is.")
        )
    ratings = CodebookValue.objects.current().filter(
        project=assessment.proposition.project_id, field=f"rating.{assessment.scale}"
    )
    known = list(ratings.values_list("value", flat=True))
    if assessment.rating not in known:
        raise Refused(Problem("rating", assessment.rating, f"`rating`: use one of {', '.join(known)}."))


def _store_evidence(assessment: Assessment, given: Any) -> None:
    if not isinstance(given, list) or len(given) > 100 or not all(isinstance(entry, dict) for entry in given):
        raise Refused(Problem("evidence", None, "`evidence` is a list of at most 100 objects."))
    assessment.evidence.all().delete()
    for index, entry in enumerate(given):
        prefix = f"evidence.{index}."
        if unknown := [name for name in entry if name not in _EVIDENCE]:
            told = f"`{unknown[0]:.60}` is not a field of evidence; it has {', '.join(_EVIDENCE)}."
            raise Refused(Problem(f"{prefix}{unknown[0]}", entry[unknown[0]], told))
        row = Evidence(assessment=assessment, position=index, **entry)
        check(row, _EVIDENCE, prefix=prefix)
        with explained(entry, prefix=prefix):
            row.save(force_insert=True)


def _require_publishable(assessment: Assessment) -> None:
    published = assessment.state == AssessmentState.PUBLISHED
    if published and assessment.rating != UNVERIFIABLE and not assessment.evidence.exists():
        raise Refused(Problem("evidence", [], "A published verdict needs evidence, unless it says “unverifiable”."))


def _trace(act: str, assessment: Assessment, *, by: User, before: dict[str, Any] | None = None) -> None:
    after = wire.assessment(assessment)
    trace(
        act,
        by=by,
        project_id=assessment.proposition.project_id,
        thing="assessment",
        thing_id=assessment.pk,
        before=changed(before, after) if before else None,
        after=after,
        version=assessment.version,
    )


def _trace_alone(act: str, assessment: Assessment, *, by: User) -> None:
    """That it happened, to all members, without what it says now."""
    project_id = assessment.proposition.project_id
    trace(act, by=by, project_id=project_id, thing="assessment", thing_id=assessment.pk, version=assessment.version)


def _trace_link(act: str, link: PropositionLink, *, by: User, before: Any = None, after: Any = None) -> None:
    trace(
        act,
        by=by,
        project_id=link.from_proposition.project_id,
        thing="proposition_link",
        thing_id=link.pk,
        before=before,
        after=after,
    )
