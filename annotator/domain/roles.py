"""Who may do what: the four roles of a project, in ascending order of what they may."""

from enum import StrEnum


class Role(StrEnum):
    READER = "reader"
    CODER = "coder"
    EDITOR = "editor"
    MANAGER = "manager"

    def at_least(self, other: "Role") -> bool:
        """Whether this role may everything that ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)
