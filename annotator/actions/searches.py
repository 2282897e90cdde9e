"""Searches that somebody keeps: saved, changed, put in the bin, brought back."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.access.visibility import visible_entities, visible_issues, visible_propositions
from annotator.actions.checking import check
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.annotation import Voice
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.models import SavedSearch, User
from annotator.queries import wire
from annotator.queries.saved_query import saved_query
from articles.models import Project

FIELDS = ("name", "query", "shared", "external_id")


@transaction.atomic
def save_search(project: Project, given: dict[str, Any], *, by: User, id: uuid.UUID | None = None) -> SavedSearch:
    """Keep a search, for oneself or for all members."""
    require(by, "search.add", project)
    # Two at once wait for each other here: the bound holds.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if SavedSearch.objects.filter(project=project, created_by_id=by.pk, deleted_at=None).count() >= SavedSearch.MOST:
        raise NotNow(f"{SavedSearch.MOST} of your searches are kept here already: remove one first.")
    search = SavedSearch(pk=id or uuid.uuid4(), project=project, created_by_id=by.pk, changed_by_id=by.pk)
    _fill(search, {"name": "", "query": None, **given}, by=by)
    with explained(given):
        search.save(force_insert=True)
    _trace("search.saved", search, by=by)
    return search


@transaction.atomic
def change_search(search: SavedSearch, given: dict[str, Any], *, by: User, version: int) -> SavedSearch:
    """Change the given fields. One that is shared stays shared: others have come to rely on it."""
    require(by, "search.change", search)
    _require_kept(search)
    before = wire.search(search)
    _fill(search, given, by=by)
    _save(search, by=by, version=version, **{name: getattr(search, name) for name in given})
    _trace("search.changed", search, by=by, before=before)
    return search


@transaction.atomic
def delete_search(search: SavedSearch, *, by: User, version: int) -> SavedSearch:
    """Put a search in the bin."""
    require(by, "search.delete", search)
    _require_kept(search)
    before = wire.search(search)
    _save(search, by=by, version=version, deleted_at=timezone.now())
    _trace("search.deleted", search, by=by, before=before)
    return search


@transaction.atomic
def restore_search(search: SavedSearch, *, by: User) -> SavedSearch:
    """Bring a search back from the bin; one that is not there stays as it is."""
    require(by, "search.restore", search)
    search.refresh_from_db(from_queryset=SavedSearch.objects.select_for_update(no_key=True))
    if search.deleted_at is None:
        return search
    before = wire.search(search)
    _save(search, by=by, version=search.version, deleted_at=None)
    _trace("search.restored", search, by=by, before=before)
    return search


def _fill(search: SavedSearch, given: dict[str, Any], *, by: User) -> None:
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        known = ", ".join(FIELDS)
        raise Refused(*(Problem(n, given[n], f"`{n:.60}` is no field of a search; it has {known}.") for n in unknown))
    was_shared = search.shared
    for name, value in given.items():
        setattr(search, name, value)
    if "name" in given and isinstance(search.name, str):
        search.name = " ".join(search.name.split())
    if "query" in given:
        search.query = saved_query(search.query)
        _require_known(search, by=by)
    check(search, [name for name in given if name in ("name", "shared", "external_id")])
    if was_shared and not search.shared:
        raise Refused.field("shared", False, "`shared`: a search that is shared stays so; save another for yourself.")
    if search.shared:
        require(by, "search.share", search.project)


def _require_known(search: SavedSearch, *, by: User) -> None:
    """What the query names by its id is of the project, so that an id says nothing of another."""
    seen = {
        "entity": [visible_entities(by)],
        "holder": [visible_entities(by)],
        "target": [visible_issues(by), visible_entities(by), visible_propositions(by)],
    }
    for name, records in seen.items():
        value = search.query.get(name, Voice.AUTHOR)
        if value in list(Voice):
            continue
        if not any(each.filter(pk=value, project=search.project_id).exists() for each in records):
            told = f"`query.{name}`: there is nothing with the id {value} in this project."
            raise Refused.field(f"query.{name}", value, told)


def _require_kept(search: SavedSearch) -> None:
    if search.deleted_at is not None:
        raise NotNow(f"“{search.name}” is in the bin: restore it first.", found=str(search.pk))


def _save(search: SavedSearch, *, by: User, version: int, **changes: Any) -> None:
    save_changes(
        search,
        version=version,
        current=lambda: wire.search(SavedSearch.objects.get(pk=search.pk)),
        **changes,
        changed_by_id=by.pk,
        changed_at=timezone.now(),
    )


def _trace(act: str, search: SavedSearch, *, by: User, before: dict[str, Any] | None = None) -> None:
    after = wire.search(search)
    told = changed(before, after) if before else None
    if before and not before["shared"] and search.shared:
        # From here on all members read its events: what it was while it was kept to oneself is not among them.
        told = {"shared": False}
    trace(
        act,
        by=by,
        project_id=search.project_id,
        thing="search",
        thing_id=search.pk,
        before=told,
        after=after,
        version=search.version,
    )
