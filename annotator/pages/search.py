"""Search in the texts: what was found stands in its context, opens the article there, and is tagged from here."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.rules import require
from annotator.actions.records import add_record
from annotator.actions.tagging import MOST_AT_ONCE, Place, tag_again, tag_places, untag
from annotator.domain.errors import Refused
from annotator.models import Entity
from annotator.pages.chosen_articles import EntityField, SearchForm, as_asked, shown_filter
from annotator.pages.facets import asks_for_all, shown_facets
from annotator.pages.frame import problems_said, problems_shown, project_page, show, turned_to
from annotator.pages.saved_searches import saved_searches
from annotator.queries.articles import ORDERS, chosen_articles
from annotator.queries.bounded import answered_in_time
from annotator.queries.codebook import labels
from annotator.queries.cursors import cursor, position
from annotator.queries.facets import SECONDS_OF_ALL
from annotator.queries.hits import InArticle, in_context, shown
from annotator.queries.keyset import Order, ordered
from annotator.queries.searching import read
from annotator.queries.tagging import closed_to, tagged_in
from articles.models import Article, Project

ROWS = 20
_PLACE = re.compile(r"([0-9a-f-]{36}):(\d{1,9}):(\d{1,9})-(\d{1,9})")
_UNDOABLE = "tagged_hits"
_LONGEST_ANYWHERE = 100  # characters: escaped, it is a pattern that may be asked


class TagForm(forms.Form):
    entity = EntityField(label=_("Tag as"))
    # Asked for where no entity has the name.
    type = forms.ChoiceField(label=_("Record it, of the type"), required=False)

    def __init__(self, *args: Any, user: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.project = user, project
        self.fields["entity"].user, self.fields["entity"].project = user, project
        self.fields["entity"].required = True
        self.fields["type"].choices = [("", "–"), *labels(user, project).get("mention.type", {}).items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("type") and self.has_error("entity", "unknown"):
            del self.errors["entity"]
        return cleaned

    def named(self) -> tuple[Entity, bool]:
        """The entity, made where there was none, and whether it was."""
        if key := self.cleaned_data.get("entity"):
            return Entity.objects.select_related("project").get(pk=key), False
        given = {"name": self["entity"].value(), "type": self.cleaned_data["type"]}
        return add_record("entity", self.project, given, by=self.user), True


@dataclass(frozen=True)
class Found:
    """Articles with their hits, and the cursors of the pages around. ``stopped`` after how many, where time ran out."""

    rows: list[InArticle]
    next: str | None = None
    previous: str | None = None
    last: str | None = None
    is_first: bool = True
    stopped: int | None = None


@project_page
def search(request: HttpRequest, project: Project) -> HttpResponse:
    form = SearchForm(request.GET, user=request.user, project=project)
    chosen = form.chosen()
    articles = chosen_articles(request.user, project, chosen)
    asked = bool(form.cleaned_data.get("q") or form.compiled)
    found, counted = Found([]), None
    if asked and not form.errors:
        with problems_shown(form):
            field = "q" if form.compiled is None else "pattern"
            found = answered_in_time(lambda: _found(request, form, articles), field)
    # To try a pattern once more takes as long as the page itself: that is done for who asks.
    if found.rows and (form.compiled is None or asks_for_all(request)):
        counted = shown_facets(request, articles, project, chosen, form.compiled)
    return show(
        request,
        "search/search.html",
        project,
        status=400 if form.errors.get("q") or form.errors.get("pattern") else 200,
        form=form,
        page=found,
        asked=asked,
        facets=counted,
        seconds_of_all=int(SECONDS_OF_ALL),
        most_at_once=MOST_AT_ONCE,
        undoable=_undoable(request, project),
        anywhere=_anywhere(request) if asked or form.errors else None,
        **saved_searches(request, project, "search"),
        **shown_filter(request.GET),
    )


@project_page
def search_tag(request: HttpRequest, project: Project) -> HttpResponse:
    """All hits of a search, to be looked through and tagged as one entity."""
    require(request.user, "record.add", project)
    form = SearchForm(request.GET, user=request.user, project=project)
    articles = chosen_articles(request.user, project, form.chosen())
    only = _PLACE.fullmatch(request.GET.get("hit", ""))
    tag_form = TagForm(request.POST or None, user=request.user, project=project)
    if request.method == "POST" and tag_form.is_valid():
        with problems_shown(tag_form), transaction.atomic():
            entity, is_new = tag_form.named()
            made = tag_places(entity, _places(request.POST.getlist("hit")), by=request.user)
            request.session[_UNDOABLE] = {
                "project": project.slug,
                "ids": [str(each.pk) for each in made],
                "as": entity.name,
                "recorded": str(entity.pk) if is_new else None,
                "version": 1,
                "taken_back": False,
            }
            if not made:
                messages.info(request, _told(made, entity))
            return redirect(f"{reverse('search', args=[project.slug])}?{as_asked(request.GET).urlencode()}")
    if only:
        articles = articles.filter(pk=only[1])
    rows = _all_hits(form, articles) if not form.errors else []
    ticked = set(request.POST.getlist("hit")) if request.method == "POST" else None
    tagged = tagged_in(request.user, [row.article for row in rows])
    closed = closed_to(request.user, [row.article for row in rows])
    return show(
        request,
        "search/tag.html",
        project,
        status=400 if tag_form.errors or form.errors else 200,
        form=tag_form,
        offered=form.entities_offered(),
        rows=[(row, closed.get(row.article.pk), _tickable(row, tagged[row.article.pk], only, ticked)) for row in rows],
        most_at_once=MOST_AT_ONCE,
        in_address=as_asked(request.GET).urlencode(),
    )


@require_POST
@project_page
def search_untag(request: HttpRequest, project: Project) -> HttpResponse:
    """Take back what was tagged last; or, where that was taken back, tag it again."""
    require(request.user, "record.add", project)
    if undoable := _undoable(request, project):
        mentions = [uuid.UUID(each) for each in undoable["ids"]]
        recorded = uuid.UUID(undoable["recorded"]) if undoable["recorded"] else None
        turn = tag_again if undoable["taken_back"] else untag
        with problems_said(request):
            count = turn(mentions, by=request.user, version=undoable["version"], recorded=recorded)
            if count:
                undoable |= {"version": undoable["version"] + 1, "taken_back": not undoable["taken_back"]}
                request.session[_UNDOABLE] = undoable
            else:
                del request.session[_UNDOABLE]
                messages.info(request, gettext("Somebody has changed all of them since: they stay as they are."))
    return redirect(f"{reverse('search', args=[project.slug])}?{as_asked(request.GET).urlencode()}")


def _anywhere(request: HttpRequest) -> dict[str, str] | None:
    """One word or sign that was asked for, and the address that finds it anywhere, within words too."""
    asked = as_asked(request.GET)
    words = asked.pop("q", [""])[-1].removesuffix("*").split()
    if len(words) != 1 or "pattern" in asked or len(words[0]) > _LONGEST_ANYWHERE:
        return None
    asked["pattern"] = re.escape(words[0])
    return {"word": words[0], "in_address": asked.urlencode()}


def _found(request: HttpRequest, form: SearchForm, articles: QuerySet[Article]) -> Found:
    order = ORDERS[form.order_chosen()]
    articles = articles.select_related("current", "words", "outlet")
    if form.compiled is None:
        page = turned_to(request, articles, order, size=ROWS)
        rows = in_context(page.rows, read(form.cleaned_data["q"]))
        return Found(rows, page.next, page.previous, page.last, page.is_first)
    try:
        beyond, _backwards = position(request.GET.get("cursor"), order)
    except Refused:
        beyond = None
    tried = form.compiled.tried_on(articles, order, size=ROWS, beyond=beyond)
    return Found(
        [shown(article, spans, most=ROWS) for article, spans in tried.found],
        next=None if tried.is_end or tried.position is None else cursor(tried.position, order, backwards=False),
        is_first=beyond is None,
        stopped=tried.tried if tried.stopped else None,
    )


def _all_hits(form: SearchForm, articles: QuerySet[Article]) -> list[InArticle]:
    """The first hits in the order of the list, as many as are tagged at once."""
    order = ORDERS[form.order_chosen()]
    articles = articles.select_related("current", "words", "outlet", "project")
    found, left = [], MOST_AT_ONCE
    for row in _rows_of(form, articles, order):
        if row.hits and left > 0:
            found.append(InArticle(row.article, row.title, row.hits[:left], 0))
            left -= len(row.hits)
        if left <= 0:
            break
    return found


def _rows_of(form: SearchForm, articles: QuerySet[Article], order: Order) -> Iterator[InArticle]:
    """Article after article, so that no more texts are in the memory than are shown at once."""
    if form.compiled is not None:
        tried = form.compiled.tried_on(articles, order, size=MOST_AT_ONCE, beyond=None)
        yield from (shown(article, spans, most=MOST_AT_ONCE) for article, spans in tried.found)
    elif written := form.cleaned_data.get("q"):
        rows = ordered(articles, order).iterator(chunk_size=ROWS)
        while batch := list(islice(rows, ROWS)):
            yield from in_context(batch, read(written), most=MOST_AT_ONCE)


def _tickable(
    row: InArticle, tagged: dict[tuple[int, int], str], only: re.Match[str] | None, ticked: set[str] | None
) -> list[dict[str, Any]]:
    """The hits of a row, or the one that is asked for, each with what it is tagged as, and the tick that it has.

    ``ticked`` is what somebody chose already; before that, all are that are not tagged.
    """
    article, found = row.article, []
    for hit in row.hits:
        if only is None or (int(only[3]), int(only[4])) == (hit.start, hit.end):
            place = f"{article.pk}:{article.current.number}:{hit.start}-{hit.end}"
            name = tagged.get((hit.start, hit.end))
            is_ticked = not name if ticked is None else place in ticked
            found.append({"hit": hit, "place": place, "tagged": name, "is_ticked": is_ticked})
    return found


def _places(written: list[str]) -> list[Place]:
    found = []
    for each in written:
        match = _PLACE.fullmatch(each)
        if match is None:
            raise Refused.field("hit", each, f"{each!r:.80} is no place in a text.")
        found.append(Place(uuid.UUID(match[1]), int(match[2]), int(match[3]), int(match[4])))
    return found


def _told(made: list[Any], entity: Entity) -> str:
    text = ngettext("%(count)d place is tagged as %(name)s.", "%(count)d places are tagged as %(name)s.", len(made))
    return text % {"count": len(made), "name": entity.name}


def _undoable(request: HttpRequest, project: Project) -> dict[str, Any] | None:
    kept = request.session.get(_UNDOABLE)
    return kept if kept and kept["project"] == project.slug and kept["ids"] else None
