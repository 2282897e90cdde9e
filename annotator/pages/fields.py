"""Form fields that several pages share."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A calendar day, as browsers send it: YYYY-MM-DD."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("input_formats", ["%Y-%m-%d"])
        options.setdefault("error_messages", {"invalid": _("This is no date: use YYYY-MM-DD.")})
        super().__init__(**options)


class LinesField(forms.CharField):
    """A list of texts, one a line; blank lines and repetitions are left out."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = (" ".join(line.split()) for line in super().clean(value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class VersionedForm(forms.Form):
    """A form about something that others may change meanwhile: it carries the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def version_of(request: HttpRequest) -> int:
    """The version that the form was about; 0, which nothing has, where the form is damaged."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
