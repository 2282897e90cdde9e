"""The history of an article, told in words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annotator.access.visibility import visible_articles
from annotator.models import ANNOTATIONS, Event
from annotator.pages.downloads import download, wanted
from annotator.pages.frame import page_of, project_page, show
from annotator.queries.article_history import REFERENCES, history_of_article, names_in, words_in
from annotator.queries.codebook import labels
from articles.models import Article, Project

COLUMNS = "id at by act thing thing_id version before after".split()
_LONGEST = 200  # characters of the words shown

SAID = {
    "article.added": _("brought the article in"),
    "article.imported": _("imported the article"),
    "article.changed": _("changed the details"),
    "article.corrected": _("took over a corrected headline, author or date"),
    "article.revised": _("brought in a corrected text"),
    "article.correction_undone": _("undid the last corrected headline, author or date"),
    "article.revision_undone": _("undid the last revision"),
    "assessment.source_changed": _("changed what a published assessment rests on"),
    "revision.carried": _("carried the annotations of a layer over"),
    "article.deleted": _("moved the article to the bin"),
    "article.restored": _("restored the article from the bin"),
    "coding.opened": _("began to code the article"),
    "coding.taken_back": _("took back all that was in a coding"),
    "coding.unblinded": _("finished the last open coding: coders read each other’s layers"),
    "coding.blinded": _("reads the own layer alone again, while a coding is open"),
    "coding.done": _("marked the work as done"),
    "coding.reopened": _("opened the work again"),
    "mention.added": _("tagged an entity"),
    "mention.revised": _("changed an entity’s tag"),
    "mention.placed": _("put an entity’s tag in its place on the new text"),
    "mention.unplaced": _("took an entity’s tag back from its place on the new text"),
    "mention.deleted": _("deleted an entity’s tag"),
    "mention.restored": _("restored an entity’s tag"),
    "attribution.added": _("tagged a quotation"),
    "attribution.revised": _("changed a quotation"),
    "attribution.placed": _("put a quotation in its place on the new text"),
    "attribution.unplaced": _("took a quotation back from its place on the new text"),
    "attribution.deleted": _("deleted a quotation"),
    "attribution.restored": _("restored a quotation"),
    "stance.added": _("tagged a stance"),
    "stance.revised": _("changed a stance"),
    "stance.placed": _("put a stance in its place on the new text"),
    "stance.unplaced": _("took a stance back from its place on the new text"),
    "stance.deleted": _("deleted a stance"),
    "stance.restored": _("restored a stance"),
    "claim.added": _("tagged a claim"),
    "claim.revised": _("changed a claim"),
    "claim.placed": _("put a claim in its place on the new text"),
    "claim.unplaced": _("took a claim back from its place on the new text"),
    "claim.deleted": _("deleted a claim"),
    "claim.restored": _("restored a claim"),
    "comment.added": _("commented"),
    "comment.changed": _("changed a comment"),
    "comment.deleted": _("deleted a comment"),
    "comment.restored": _("restored a comment"),
}
# Said by the verb already.
_UNSAID = frozenset("deleted_at state sha256 length revision link_confirmed_at link_confirmed_by".split())


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """An event in words. ``href`` leads to the annotation, where it is still there to be shown."""

    who: str
    said: str
    words: str
    changes: list[Change]
    at: datetime
    href: str


@project_page
def article_history(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    mine = visible_articles(request.user).filter(project=project).select_related("current")
    article = get_object_or_404(mine, pk=article_id)
    events = history_of_article(request.user, article)
    if wanted(request):
        rows = ({**vars(event), "by": event.by.username} for event in events.iterator(chunk_size=500))
        return download(request, project, "history", COLUMNS, ({c: row[c] for c in COLUMNS} for row in rows))
    page = page_of(request, events)
    names = names_in(request.user, page.object_list)
    stood_on = words_in(request.user, article, page.object_list)
    known = labels(request.user, project)
    happenings = [
        Happening(
            who=event.by.get_full_name(),
            said=SAID.get(event.act, event.act),
            words=_shortened(stood_on.get(event.pk) or _comment(event)),
            changes=_changes(event, names, known),
            at=event.at,
            href=_href(project, article, event),
        )
        for event in page.object_list
    ]
    return show(request, "articles/history.html", project, article=article, page=page, happenings=happenings)


def _comment(event: Event) -> str:
    return str((event.after or {}).get("text", "")) if event.thing == "comment" else ""


def _changes(event: Event, names: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> list[Change]:
    after = event.after or {}
    return [
        Change(
            name.replace("_", " "),
            _told(event.thing, name, before, names, labels),
            _told(event.thing, name, after.get(name), names, labels),
        )
        for name, before in (event.before or {}).items()
        if name not in _UNSAID
    ]


def _told(thing: str, name: str, value: Any, names: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> str:
    """A value as people call it: a record's name, the codebook's label; a span by its offsets."""
    if value in (None, "", []):
        return ""
    if name in REFERENCES:
        return names.get(str(value), str(value))
    if isinstance(value, list):
        return ", ".join(f"{part[0]}–{part[1]}" if _is_segment(part) else str(part) for part in value)
    return _shortened(labels.get(f"{thing}.{name}", {}).get(str(value), str(value)))


def _is_segment(part: Any) -> bool:
    return isinstance(part, list) and len(part) == 2 and all(isinstance(offset, int) for offset in part)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def _href(project: Project, article: Article, event: Event) -> str:
    if event.thing not in ANNOTATIONS or article.deleted_at or event.act.endswith(".deleted"):
        return ""
    return reverse("annotate", args=[project.slug, article.pk]) + f"#a-{event.thing_id}"
