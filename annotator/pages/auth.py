"""Signing in and out, passwords, the second factor, single sign-on.

Django's own views and allauth's, with our templates. allauth finds its way by the names of its addresses, so they
keep them.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.account.views import AccountInactiveView, ReauthenticateView
from allauth.socialaccount import views as provider_views
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import include, path, reverse_lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.views.generic import RedirectView

from annotator.pages import sign_in_limit

_PROVIDER = "allauth.socialaccount.providers.openid_connect"


class SignIn(views.LoginView):
    """Lands on the project when there is only one, else on the list; never on another site.

    The password is the first step: who has a second factor is asked for it before the session begins.
    """

    redirect_authenticated_user = True
    extra_context = {"provider": settings.SINGLE_SIGN_ON}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at a guess, unless there were too many of the same name, or from the same place, just before."""
        if not sign_in_limit.may_guess(*self._who()):
            return self._refused(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        sign_in_limit.forget(*self._who())
        return perform_login(self.request, form.get_user(), redirect_url=self.get_redirect_url() or None)

    def _who(self) -> tuple[str, str]:
        return self.request.POST.get("username", "")[:150], sign_in_limit.address_of(self.request)

    def _refused(self, request: HttpRequest) -> HttpResponse:
        minutes = sign_in_limit.SECONDS // 60
        said = ngettext(
            "Too many tries: wait %(minutes)d minute.",
            "Too many tries: wait %(minutes)d minutes.",
            minutes,
        )
        form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
        context = self.get_context_data(form=form, refused=said % {"minutes": minutes})
        return self.render_to_response(context, status=429, headers={"Retry-After": str(sign_in_limit.SECONDS)})

    def get_default_redirect_url(self) -> str:
        return get_adapter().get_login_redirect_url(self.request)


class ChangePassword(views.PasswordChangeView):
    """Goes back to the account, which says that it is done."""

    success_url = reverse_lazy("account")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        messages.success(self.request, gettext("Your password is changed."))
        return super().form_valid(form)


class Separate(provider_views.ConnectionsView):
    """Undoes the joining of one's account to the provider; the last way in that is left is not taken away."""

    http_method_names = ["post"]
    success_url = reverse_lazy("account")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        messages.success(self.request, gettext("Your account is no longer joined to the single sign-on."))
        return super().form_valid(form)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.error(
            self.request, gettext("It is your only way in: set a password first, by “Forgotten your password?”.")
        )
        return redirect("account")


def _of_second_factor(name: str) -> Callable[..., HttpResponseBase]:
    """A view of allauth's that is loaded when it is first asked for: a library of hardware keys comes with it."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return import_string(f"allauth.mfa.{name}").as_view()(request, *args, **kwargs)

    return view


urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", views.LogoutView.as_view(), name="account_logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password_reset"),
    path("password/reset/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("password/set/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("confirm/", login_required(ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("code/", _of_second_factor("base.views.AuthenticateView"), name="mfa_authenticate"),
    path("code/confirm/", _of_second_factor("base.views.ReauthenticateView"), name="mfa_reauthenticate"),
    path("second-factor/", RedirectView.as_view(url=reverse_lazy("account")), name="mfa_index"),
    path("second-factor/on/", _of_second_factor("totp.views.ActivateTOTPView"), name="mfa_activate_totp"),
    path("second-factor/off/", _of_second_factor("totp.views.DeactivateTOTPView"), name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery/",
        _of_second_factor("recovery_codes.views.ViewRecoveryCodesView"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery/new/",
        _of_second_factor("recovery_codes.views.GenerateRecoveryCodesView"),
        name="mfa_generate_recovery_codes",
    ),
    *([path("", include(f"{_PROVIDER}.urls"))] if apps.is_installed(_PROVIDER) else []),
    path("provider/cancelled/", provider_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider_views.login_error, name="socialaccount_login_error"),
    path("provider/", Separate.as_view(), name="socialaccount_connections"),
    path("disabled/", AccountInactiveView.as_view(), name="account_inactive"),
]
