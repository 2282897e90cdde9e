"""What articles are found by, declared: the filters of the list of articles and of search."""

from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from django_filters.constants import EMPTY_VALUES

from annotator.access.visibility import visible_outlets, visible_projects
from annotator.api.fields import (
    AskedFilterSet,
    BinFilter,
    DayFilter,
    PartyFilter,
    ProjectFilter,
    party_called,
    project_called,
)
from annotator.domain.claim import ClaimKind
from annotator.domain.stance import Position
from annotator.queries.chosen_articles import FLAGS, Chosen, Progress, narrowed

# Names in addresses that are other names in ``Chosen``.
_CHOSEN = {"state": "progress", "published_from": "since", "published_to": "until"}


def _choice(values: Any, **options: Any) -> ChoiceFilter:
    return ChoiceFilter(choices=[(str(value), str(value)) for value in values], method="chosen_together", **options)


def _words(**options: Any) -> CharFilter:
    return CharFilter(method="chosen_together", **options)


class ArticleFilter(AskedFilterSet):
    project = ProjectFilter("project")
    title = CharFilter(method="worded", help_text="Words within the title, case and accents aside.")
    outlet = CharFilter(method="of_outlet", help_text="Its name, case aside.")
    no_outlet = _choice(["true"], help_text="Nothing says which outlet it is of.")
    author = CharFilter(method="worded", help_text="Words within what is said of the author, case and accents aside.")
    external_id = CharFilter("external_id")
    published_from = DayFilter(method="chosen_together")
    published_to = DayFilter(method="chosen_together")
    undated = _choice(["true"], help_text="Nothing says when it was published.")
    q = _words(help_text="Words of title and text, in the search language.")
    language = _words(help_text="Of its tag: `en` finds `en-GB` too, and `en-GB` itself alone.")
    state = _choice(Progress, help_text="How far the work is, over the layers that you may read.")
    coder = _words(help_text="The username of who wrote an annotation in it.")
    entity = UUIDFilter(method="chosen_together", help_text="An entity that annotations name, quote or are about.")
    holder = PartyFilter(
        method="chosen_together", help_text="Of a stance in it: an entity's id, AUTHOR or UNSPECIFIED."
    )
    position = _choice(Position, help_text="Of the same stance.")
    target = UUIDFilter(method="chosen_together", help_text="Of the same stance: an issue, entity or proposition.")
    claim_kind = _choice(ClaimKind, help_text="Of a claim in it.")
    rating = _words(help_text="Of an assessment of what the same claim says.")
    unassessed = _choice(["true"], help_text="The same claim is of nothing that was assessed.")

    def of_outlet(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        """The outlet is looked up first: by its key an index has its articles in the order of the list."""
        called = visible_outlets(self.request.user).filter(Exact(Lower("name"), Lower(Value(value))))
        if slug := self.form.cleaned_data.get("project"):
            called = called.filter(project__slug=slug)
        return articles.filter(outlet__in=list(called.values_list("pk", flat=True)))

    def worded(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        return articles.worded(name, value)

    def chosen_together(self, articles: QuerySet, name: str, value: Any) -> QuerySet:
        """Some choices are of one stance, of one claim or of days: they are applied in ``filter_queryset``."""
        return articles

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        articles, chosen = super().filter_queryset(queryset), self.chosen()
        projects = self._projects() if chosen.q or chosen.language else []
        return narrowed(self.request.user, articles, chosen, projects=projects)

    def chosen(self) -> Chosen:
        """What is asked for, but for what a column of an article says."""
        together = {
            _CHOSEN.get(name, name): self.form.cleaned_data[name]
            for name, each in self.base_filters.items()
            if each.method == "chosen_together"
        }
        chosen = {name: value for name, value in together.items() if value not in EMPTY_VALUES}
        if "holder" in chosen:
            chosen["holder"] = party_called("holder", chosen["holder"])
        return Chosen(**chosen | dict.fromkeys(chosen.keys() & FLAGS, True))

    def _projects(self) -> list[int]:
        """Whose languages count."""
        user = self.request.user
        if slug := self.form.cleaned_data.get("project"):
            return [project_called(user, slug).pk]
        return list(visible_projects(user).values_list("pk", flat=True))


class ListedArticleFilter(ArticleFilter):
    deleted = BinFilter()
