"""PUT by external id: for services that know a thing by their own name for it and not by ours."""

import uuid
from typing import Any, ClassVar

from annotator.actions.checking import storable
from annotator.actions.locks import lock_external_id
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet, VersionedViewSet
from annotator.domain.errors import Refused

_LONGEST = 200  # characters, as the columns have it


class Upserts(NounViewSet):
    """A noun whose rows have an ``external_id``, which is unique in its project, its layer, or what it is about."""

    parameters: ClassVar[dict[str, tuple[str, ...]]] = {"upsert": ("external_id",)}
    required_parameters: ClassVar[dict[str, tuple[str, ...]]] = {"upsert": ("external_id",)}

    def scope(self, asked: Asked) -> tuple[Any, dict[str, Any]]:
        """In what an external id is unique: its key, and the columns by which rows are found there."""
        raise NotImplementedError

    @operation
    def upsert(self, asked: Asked) -> Answer:
        """Create or replace what has this `external_id`, in the project, layer or other thing that the body names.

        The rules are those of a PUT to its own address: what is there and says something else is replaced under
        `If-Match`, of its version or of `*`.
        """
        external_id = asked.parameters.get("external_id", "").strip()
        if not 0 < len(external_id) <= _LONGEST:
            told = f"`external_id`: give one of 1 to {_LONGEST} characters; this has {len(external_id):,}."
            raise Refused.field("external_id", external_id[:_LONGEST], told)
        if not storable(external_id):
            told = "`external_id`: it has a NUL character or half of a surrogate pair; remove it."
            raise Refused.field("external_id", external_id, told)
        said = asked.given.get("external_id", external_id)
        if said != external_id:
            raise Refused.field("external_id", said, f"`external_id`: the address says “{external_id}”.")
        key, columns = self.scope(asked)
        lock_external_id(f"{self.noun} {key}", external_id)
        row = self.visible(asked.user).filter(**columns, external_id=external_id).first()
        asked = asked.with_fields(external_id=external_id)
        id = row.pk if row is not None else asked.given.get("id") or uuid.uuid4()
        return type(self).update.operation(self, asked, id=id)  # type: ignore[attr-defined]


class UpsertViewSet(Upserts, VersionedViewSet):
    """A versioned noun of this sort."""
