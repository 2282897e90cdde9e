"""The filter above the list of articles, as it stands in an address. The annotation page reads the same address."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotator.pages.fields import DayField
from annotator.queries.articles import Chosen, Order, Progress, outlets
from articles.models import Project

NAMES = ("words", "outlet", "progress", "since", "until", "order")


class ChosenForm(forms.Form):
    words = forms.CharField(
        label=_("Words in title, outlet or author"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    outlet = forms.ModelChoiceField(label=_("Outlet"), queryset=None, required=False, empty_label=_("All"))
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
    since = DayField(label=_("Published from"))
    until = DayField(label=_("to"))
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

    def __init__(self, *args: Any, user: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outlet"].queryset = outlets(user, project)

    def chosen(self) -> Chosen:
        """The filter. What cannot be read in the address is left out; the form shows why."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if outlet := found.pop("outlet", None):
            found["outlet"] = outlet.pk
        if order := found.pop("order", None):
            found["order"] = Order(order)
        return Chosen(**found)


def as_filtered(address: QueryDict) -> str:
    """The part of an address that carries the filter on to an article and back: “?words=rail”, or nothing."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if value := address.get(name):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""
