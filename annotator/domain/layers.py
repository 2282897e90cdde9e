"""Projects, layers and the states of a coding.

A project is *shared* (one layer per article) or *independent* (one blind layer per coder, and the adjudicated one).
"""

from enum import StrEnum


class Layers(StrEnum):
    SHARED = "shared"
    INDEPENDENT = "independent"


class Layer(StrEnum):
    SHARED = "shared"
    OWN = "own"
    ADJUDICATED = "adjudicated"


class CodingState(StrEnum):
    NEW = "new"  # All that was written to it was taken back: to everybody it is as if it had not been opened.
    OPEN = "open"
    DONE = "done"
    ADJUDICATED = "adjudicated"
