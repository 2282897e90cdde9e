"""The default codebook: the text by which coders are trained, and with which every new project starts.

A project's own codebook may rename, explain anew, archive and (in open fields) add; what is stored stays the value.
"""

from annotator.domain.codebook import attribution, claim, mention, rating, stance
from annotator.domain.codebook.fields import Field, Value

__all__ = ["FIELDS", "Field", "Value"]

# By name, in the order in which the screen shows them.
FIELDS: dict[str, Field] = {
    field.name: field for kind in (mention, attribution, stance, claim, rating) for field in kind.FIELDS
}
