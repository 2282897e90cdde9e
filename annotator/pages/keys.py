"""One's own keys of the annotation screen."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.actions.accounts import change_keys
from annotator.pages.frame import page, problems_shown


class KeysForm(forms.Form):
    """The whole table as one JSON object, which the page's script fills in: the names of keys are the browser's."""

    keys = forms.CharField(label=_("Keys"), max_length=20_000, widget=forms.HiddenInput)

    def clean_keys(self) -> Any:
        try:
            return json.loads(self.cleaned_data["keys"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is no table of keys: JSON is expected.")) from error


@page
def keys(request: HttpRequest) -> HttpResponse:
    """The table of acts, each with its keys to press anew. Sent as a form: nothing is stored before Save."""
    form = KeysForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with problems_shown(form):
            change_keys(form.cleaned_data["keys"], by=request.user)
            messages.success(request, gettext("Your keys are saved."))
            return redirect("keys")
    context = {"form": form, "stored": request.user.keys}
    return render(request, "account/keys.html", context, status=400 if form.errors else 200)
