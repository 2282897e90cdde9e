"""The tables: fields, constraints with their message, QuerySets that read as English."""

from annotator.models.allowance import Allowance
from annotator.models.annotation import Annotation
from annotator.models.attribution import Attribution
from annotator.models.claim import Claim
from annotator.models.codebook import CodebookField, CodebookValue
from annotator.models.coding import Coding
from annotator.models.comment import Comment
from annotator.models.entity import Affiliation, Entity
from annotator.models.event import Event, Operation
from annotator.models.feed import Feed, FeedItem, FeedPage
from annotator.models.issue import Issue
from annotator.models.membership import Membership
from annotator.models.mention import Mention
from annotator.models.place import Place
from annotator.models.preview import Preview
from annotator.models.proposition import Assessment, Evidence, Proposition, PropositionLink
from annotator.models.search import SavedSearch
from annotator.models.stance import Stance
from annotator.models.transfer import Export, ExportPiece, Import, ImportPiece, ImportRow, ImportText
from annotator.models.user import Token, User
from annotator.models.webhook import Delivery, Webhook

ANNOTATIONS: dict[str, type[Annotation]] = {str(model.KIND): model for model in (Mention, Attribution, Stance, Claim)}

__all__ = [
    "ANNOTATIONS",
    "Affiliation",
    "Allowance",
    "Annotation",
    "Assessment",
    "Attribution",
    "Claim",
    "CodebookField",
    "CodebookValue",
    "Coding",
    "Comment",
    "Delivery",
    "Entity",
    "Event",
    "Evidence",
    "Export",
    "ExportPiece",
    "Feed",
    "FeedItem",
    "FeedPage",
    "Import",
    "ImportPiece",
    "ImportRow",
    "ImportText",
    "Issue",
    "Membership",
    "Mention",
    "Operation",
    "Place",
    "Preview",
    "Proposition",
    "PropositionLink",
    "SavedSearch",
    "Stance",
    "Token",
    "User",
    "Webhook",
]
