"""One's own account: name, e-mail address, tokens for programs."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.visibility import visible_projects, visible_tokens
from annotator.actions.accounts import change_account
from annotator.actions.tokens import make_token, revoke_token
from annotator.models.user import TokenScope
from annotator.pages.fields import DayField
from annotator.pages.frame import page, problems_shown, redirect_to_top

_DAYS = 90  # until a token runs out, unless one says otherwise


class AccountForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("How others see you. Left empty, it is your username."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Where the link goes when you forget your password."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=100)
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[
            (TokenScope.READ.value, _("read")),
            (TokenScope.ANNOTATE.value, _("read and annotate")),
            (TokenScope.MANAGE.value, _("all that you may")),
        ],
    )
    project = forms.ModelChoiceField(
        label=_("Where"), queryset=None, required=False, empty_label=_("all my projects"), to_field_name="slug"
    )
    expires_at = DayField(label=_("Good until the end of"), help_text=_("Left empty, it does not run out."))

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = visible_projects(user).order_by("name", "id")


@page
def account(request: HttpRequest) -> HttpResponse:
    """Two forms on one page, told apart by the name of the button that was pressed."""
    pressed = request.POST.get("save")
    in_90_days = timezone.now().date() + timedelta(days=_DAYS)
    stored = {"name": request.user.name, "email": request.user.email}
    form = AccountForm(request.POST if pressed == "account" else None, initial=stored)
    token = TokenForm(
        request.POST if pressed == "token" else None,
        user=request.user,
        prefix="token",
        initial={"expires_at": in_90_days, "scope": TokenScope.ANNOTATE.value},
    )
    if form.is_valid():
        with problems_shown(form):
            change_account(by=request.user, **form.cleaned_data)
            messages.success(request, gettext("Your account is saved."))
            return redirect("account")
    if token.is_valid():
        with problems_shown(token):
            given = {**token.cleaned_data, "expires_at": _end_of(token.cleaned_data["expires_at"])}
            _made, secret = make_token(by=request.user, **given)
            messages.success(request, gettext("The token is made. It is shown this once: copy it now."))
            messages.info(request, secret, extra_tags="secret")
            return redirect_to_top("account")
    context = {
        "form": form,
        "token": token,
        "tokens": visible_tokens(request.user).select_related("project"),
        "now": timezone.now(),
        "second_factor": is_mfa_enabled(request.user),
        "provider": settings.SINGLE_SIGN_ON,
        "joined": SocialAccount.objects.filter(user=request.user).first(),
    }
    return render(request, "account/account.html", context, status=400 if form.errors or token.errors else 200)


@require_POST
@page
def token_revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    token = get_object_or_404(visible_tokens(request.user), pk=token_id)
    revoke_token(token, by=request.user)
    messages.success(request, gettext("“%s” is revoked: nothing gets in with it any more.") % token.name)
    return redirect("account")


def _end_of(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
