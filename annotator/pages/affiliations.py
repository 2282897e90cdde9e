"""The lines on the page of an entity that say of what it was a part, in which role, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.pages.fields import DayField
from annotator.queries.tagged import entities_named
from articles.models import Project


class AffiliationForm(forms.Form):
    organisation = forms.CharField(label=_("Organisation or office"), max_length=300, required=False)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))


_MOST = 100

# However many lines a request says that it has, no more than one too many is looked at.
AffiliationsForm = forms.formset_factory(
    AffiliationForm, extra=2, max_num=_MOST, validate_max=True, absolute_max=_MOST + 1
)


def affiliations_given(user: Any, project: Project, lines: forms.BaseFormSet) -> list[dict[str, Any]] | None:
    """The lines in the wire form of affiliations; None, with the reason in the line, where a name is nobody's."""
    filled = [(line, line.cleaned_data) for line in lines if line.cleaned_data.get("organisation", "").strip()]
    named = entities_named(user, project, {said["organisation"].strip() for _line, said in filled})
    given, failed = [], False
    for line, said in filled:
        found = named.get(said["organisation"].strip(), [])
        if len(found) == 1:
            dates = {name: said[name].isoformat() if said[name] else None for name in ("since", "until")}
            given.append({"organisation": str(found[0].pk), "role": said["role"], **dates})
            continue
        failed = True
        told = (
            gettext("Several entities are called so: merge them first.")
            if found
            else gettext("No entity is called so here: record it first.")
        )
        line.add_error("organisation", told)
    return None if failed else given
