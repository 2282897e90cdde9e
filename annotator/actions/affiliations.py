"""What an entity was of organisations and in offices: stored with the entity, as one of its fields."""

import uuid
from typing import Any

from annotator.actions.checking import check
from annotator.actions.saving import explained
from annotator.domain.errors import Problem, Refused
from annotator.models import Affiliation, Entity


def store_affiliations(entity: Entity, given: Any) -> None:
    """Replace an entity's affiliations by the given ones; one that is given with its id keeps it."""
    if not isinstance(given, list) or len(given) > 100 or not all(isinstance(entry, dict) for entry in given):
        raise Refused(Problem("affiliations", None, "`affiliations` is a list of at most 100 objects."))
    rows = [_affiliation(entity, entry, f"affiliations.{index}.") for index, entry in enumerate(given)]
    Affiliation.objects.filter(entity=entity).delete()
    for index, row in enumerate(rows):
        with explained(given[index], prefix=f"affiliations.{index}."):
            row.save(force_insert=True)
    getattr(entity, "_prefetched_objects_cache", {}).pop("affiliations", None)


def _affiliation(entity: Entity, given: dict[str, Any], prefix: str) -> Affiliation:
    known = ("id", "organisation", "role", "since", "until")
    if unknown := sorted(set(given) - set(known)):
        told = f"`{unknown[0]:.60}` is not a field of an affiliation; it has {', '.join(known)}."
        raise Refused(Problem(f"{prefix}{unknown[0]}", given[unknown[0]], told))
    row = Affiliation(entity=entity, role=given.get("role", ""), since=given.get("since"), until=given.get("until"))
    if given.get("id") is not None:
        row.pk = _uuid(given["id"], f"{prefix}id")
    organisation = _uuid(given.get("organisation"), f"{prefix}organisation")
    found = Entity.objects.filter(pk=organisation, project=entity.project_id, deleted_at=None).first()
    if found is None:
        told = f"`{prefix}organisation`: there is no entity {organisation} in this project."
        raise Refused(Problem(f"{prefix}organisation", str(organisation), told))
    row.organisation = found
    check(row, ("role", "since", "until"), prefix=prefix)
    return row


def _uuid(given: Any, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(given))
    except ValueError:
        raise Refused(Problem(name, given, f"`{name}`: {given!r:.60} is no id (a UUID).")) from None
