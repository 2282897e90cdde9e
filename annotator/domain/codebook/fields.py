"""What a codebook is made of: fields, and the values that a coder chooses between."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """One value of a coded field, with what a coder needs to decide for or against it.

    In the examples square brackets enclose the words to be annotated, where the sentence alone would not show them.
    A negative example is a tempting case that is *not* this value; what follows its last dash says why not.
    """

    value: str
    label: str
    definition: str
    positive_example: str = ""
    negative_example: str = ""
    hotkey: str = ""  # one character, unique within the field
    colour: str = ""  # the name of a token in static/css/tokens.css
    score: int | None = None  # where the value stands on its rating scale; None: off the scale
    parent: str = ""  # the value of the field above for which this one is meant, as ORG for the subtype "party"


@dataclass(frozen=True)
class Field:
    """One coded field. ``name`` is the kind and the field's name on the wire, as in ``stance.position``."""

    name: str
    label: str
    definition: str
    values: tuple[Value, ...]
    optional: bool = False  # off until a project turns it on
    open: bool = False  # projects may add values
