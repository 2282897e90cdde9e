"""The tables: fields, constraints with their message, QuerySets that read as English."""

from annotator.models.annotation import Annotation
from annotator.models.attribution import Attribution
from annotator.models.claim import Claim
from annotator.models.codebook import CodebookField, CodebookValue
from annotator.models.coding import Coding
from annotator.models.comment import Comment
from annotator.models.entity import Affiliation, Entity
from annotator.models.event import Event, Operation
from annotator.models.issue import Issue
from annotator.models.membership import Membership
from annotator.models.mention import Mention
from annotator.models.place import Place
from annotator.models.proposition import Assessment, Evidence, Proposition, PropositionLink
from annotator.models.stance import Stance
from annotator.models.user import Token, User

ANNOTATIONS: dict[str, type[Annotation]] = {str(model.KIND): model for model in (Mention, Attribution, Stance, Claim)}

__all__ = [
    "ANNOTATIONS",
    "Affiliation",
    "Annotation",
    "Assessment",
    "Attribution",
    "Claim",
    "CodebookField",
    "CodebookValue",
    "Coding",
    "Comment",
    "Entity",
    "Event",
    "Evidence",
    "Issue",
    "Membership",
    "Mention",
    "Operation",
    "Place",
    "Proposition",
    "PropositionLink",
    "Stance",
    "Token",
    "User",
]
