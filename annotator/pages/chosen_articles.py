"""The filter above the list of articles, as it stands in an address: of the list, of search, of an annotation page."""

import uuid
from functools import cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotator.domain.annotation import Voice
from annotator.domain.errors import Refused
from annotator.domain.register import Scale
from annotator.domain.search import LONGEST
from annotator.pages.fields import DayField
from annotator.pages.frame import problems_shown
from annotator.queries.articles import Order, outlets
from annotator.queries.chosen_articles import Chosen, Progress
from annotator.queries.codebook import labels
from annotator.queries.patterns import LONGEST as LONGEST_PATTERN
from annotator.queries.patterns import Pattern
from annotator.queries.projects import members
from annotator.queries.searching import languages, read
from annotator.queries.tagged import chosen_entities, entity_of, issues
from articles.models import Project

# As they stand in addresses: those that choose, and those that say how what is chosen is shown.
CHOOSING = (
    *("q", "outlet", "author", "language", "progress", "since", "until", "coder", "entity", "holder", "position"),
    *("issue", "towards", "claim_kind", "rating", "unassessed", "no_outlet", "undated"),
)
NAMES = (*CHOOSING, "order")
_NAMES_OFFERED = 200


class EntityField(forms.CharField):
    """An entity by its name, by another name of it, or by its id; with ``voices``, AUTHOR and UNSPECIFIED as well."""

    def __init__(self, *, voices: bool = False, **options: Any) -> None:
        super().__init__(required=False, max_length=300, **options)
        self.voices = voices
        self.widget.attrs["list"] = "entities"

    def clean(self, value: Any) -> uuid.UUID | str | None:
        written = super().clean(value)
        if not written:
            return None
        if self.voices and written in (Voice.AUTHOR, Voice.UNSPECIFIED):
            return written
        entity = entity_of(self.user, self.project, written)
        if entity is None:
            raise forms.ValidationError(
                _("No entity is called “%(name)s”."), code="unknown", params={"name": written[:80]}
            )
        return entity.pk


class ChosenForm(forms.Form):
    q = forms.CharField(
        label=_("Words"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    progress = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (Progress.NEW.value, _("Not begun")),
            (Progress.BEGUN.value, _("Begun")),
            (Progress.DONE.value, _("Done")),
            (Progress.ADJUDICATED.value, _("Adjudicated")),
        ],
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (Order.NEWEST.value, _("Newest first")),
            (Order.OLDEST.value, _("Oldest first")),
            (Order.TITLE.value, _("By title")),
            (Order.CHANGED.value, _("Last changed first")),
        ],
    )
    outlet = forms.ModelChoiceField(label=_("Outlet"), queryset=None, required=False, empty_label=_("All"))
    no_outlet = forms.BooleanField(label=_("Of no outlet"), required=False)
    author = forms.CharField(label=_("Author"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    since = DayField(label=_("Published from"))
    until = DayField(label=_("to"))
    undated = forms.BooleanField(label=_("Undated"), required=False)
    entity = EntityField(label=_("Names, quotes or is about"))
    holder = EntityField(label=_("Stance of"), voices=True, help_text=_("An entity, or AUTHOR."))
    position = forms.ChoiceField(label=_("Position"), required=False)
    issue = forms.ModelChoiceField(label=_("On the issue"), queryset=None, required=False, empty_label=_("Any"))
    towards = EntityField(label=_("Or towards"))
    claim_kind = forms.ChoiceField(label=_("Claim of kind"), required=False)
    rating = forms.ChoiceField(label=_("Rated"), required=False)
    unassessed = forms.BooleanField(label=_("Has a claim nobody assessed"), required=False)
    coder = forms.ChoiceField(label=_("Annotated by"), required=False)

    def __init__(self, *args: Any, user: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.project = user, project
        self.labels = labels(user, project)
        self.fields["outlet"].queryset = outlets(user, project)
        self.fields["issue"].queryset = issues(user, project)
        for name in ("entity", "holder", "towards"):
            self.fields[name].user, self.fields[name].project = user, project
        # A select reads its choices twice.
        self.fields["language"].choices = cache(lambda: _any(sorted((tag, tag) for tag in languages([project.pk]))))
        self.fields["position"].choices = lambda: _any(self.labels.get("stance.position", {}).items())
        self.fields["claim_kind"].choices = lambda: _any(self.labels.get("claim.claim_kind", {}).items())
        self.fields["rating"].choices = self._ratings
        self.fields["coder"].choices = cache(
            lambda: _any(
                (member.user.username, member.user.name) for member in members(user, project).order_by("user__name")
            )
        )

    def clean_q(self) -> str:
        written = self.cleaned_data["q"]
        if written:
            try:
                read(written)
            except Refused as refused:
                raise forms.ValidationError(refused.message.removeprefix("`q`: ")) from refused
        return written

    def chosen(self) -> Chosen:
        """The filter. What cannot be read in the address is left out; the form shows why."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value and name in CHOOSING}
        if outlet := found.pop("outlet", None):
            found["outlet"] = outlet.pk
        issue, towards = found.pop("issue", None), found.pop("towards", None)
        if issue or towards:
            found["target"] = issue.pk if issue else towards
        return Chosen(**found)

    def order_chosen(self) -> str:
        return self.cleaned_data.get("order") or Order.NEWEST.value

    def entities_offered(self) -> list[str]:
        """Names for those who do not know how an entity is called."""
        return [entity.name for entity in chosen_entities(self.user, self.project)[:_NAMES_OFFERED]]

    def _ratings(self) -> list[tuple[str, Any]]:
        by_value = {
            value: label for scale in Scale for value, label in self.labels.get(f"rating.{scale.value}", {}).items()
        }
        return _any(by_value.items())


class SearchForm(ChosenForm):
    pattern = forms.CharField(
        label=_("Regular expression"),
        max_length=LONGEST_PATTERN,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "dir": "auto"}),
    )
    case = forms.BooleanField(label=_("Capitals as written"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.compiled: Pattern | None = None
        if cleaned.get("pattern"):
            with problems_shown(self):
                self.compiled = Pattern(cleaned["pattern"], ignores_case=not cleaned.get("case"))
        return cleaned


def as_asked(address: QueryDict) -> QueryDict:
    """The part of an address that says what is searched for, without its page: to come back to it."""
    kept = QueryDict(mutable=True)
    for name in (*NAMES, "pattern", "case"):
        if value := address.get(name):
            kept[name] = value
    return kept


def as_filtered(address: QueryDict) -> str:
    """The part of an address that carries the filter on to an article and back: “?q=rail”, or nothing."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if value := address.get(name):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def shown_filter(address: QueryDict) -> dict[str, Any]:
    """What the templates of the filter ask for."""
    in_address = as_filtered(address)
    return {
        "as_filtered": in_address,
        "filtered": any(address.get(name) for name in CHOOSING),
        "narrowed": any(address.get(name) for name in CHOOSING if name not in ("q", "progress")),
    }


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Any")), *choices]
