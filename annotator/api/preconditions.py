"""If-Match and If-None-Match: which version a write is made on, and whether a reader has the newest."""

import re
from dataclasses import dataclass

from annotator.api.errors import PreconditionRequired
from annotator.domain.errors import Refused

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"\s*(?:{_TAG.pattern}\s*(?:,\s*|$))+")


@dataclass(frozen=True)
class Preconditions:
    """The tags of the two headers: None when absent, ``{"*"}`` for any. Weak tags count: a version is not its bytes."""

    if_match: frozenset[str] | None = None
    if_none_match: frozenset[str] | None = None

    @classmethod
    def of(cls, if_match: str | None, if_none_match: str | None) -> "Preconditions":
        return cls(_tags("If-Match", if_match), _tags("If-None-Match", if_none_match))

    @classmethod
    def of_operation(cls, if_match: int | None, if_none_match: bool | None) -> "Preconditions":
        """Those of one operation of a batch."""
        return cls(
            frozenset([str(if_match)]) if if_match is not None else None,
            frozenset("*") if if_none_match else None,
        )

    @property
    def must_be_new(self) -> bool:
        """Whether a write is to create and nothing else."""
        if self.if_none_match is not None and self.if_none_match != {"*"}:
            told = "In a write, If-None-Match is *: it must be new. Name a version in If-Match."
            raise Refused.field("If-None-Match", ", ".join(sorted(self.if_none_match)), told)
        return self.if_none_match is not None

    def version(self, present: int, *, thing: str) -> int:
        """The version to write on: ``present`` where it or any is named, else one that is not current.

        Raises PreconditionRequired without If-Match.
        """
        if self.if_match is None:
            raise PreconditionRequired(
                f'Say which version of this {thing} you change: If-Match: "{present}", as its ETag has it.'
            )
        if self.if_match & {"*", str(present)}:
            return present
        named = next(iter(self.if_match))
        # Text that is no version of ours matches none.
        return int(named) if named.isascii() and named.isdigit() and len(named) < 10 else 0

    def has(self, tag: str) -> bool:
        """Whether a reader has the representation of this tag."""
        return bool(self.if_none_match and self.if_none_match & {"*", tag})


def _tags(header: str, value: str | None) -> frozenset[str] | None:
    if value is None:
        return None
    if value.strip() == "*":
        return frozenset("*")
    if not _LIST.fullmatch(value):
        raise Refused.field(header, value, f'{header} is a list of entity tags, such as "3", or *.')
    return frozenset(_TAG.findall(value))
