"""Signing in and out, and passwords: Django's own views with our templates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext, ngettext

from annotator.access.visibility import visible_projects
from annotator.pages import sign_in_limit


class SignIn(views.LoginView):
    """Lands on the project when there is only one, else on the list; never on another site."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at a guess, unless too many of the same name from the same place have failed just before."""
        who = request.POST.get("username", "")[:150], request.META.get("REMOTE_ADDR", "")
        if sign_in_limit.is_over(*who):
            return self._refused(request)
        answer = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            sign_in_limit.forget(*who)
        else:
            sign_in_limit.count_failure(*who)
        return answer

    def _refused(self, request: HttpRequest) -> HttpResponse:
        minutes = sign_in_limit.SECONDS // 60
        said = ngettext(
            "Too many tries with this name: wait %(minutes)d minute.",
            "Too many tries with this name: wait %(minutes)d minutes.",
            minutes,
        )
        form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
        context = self.get_context_data(form=form, refused=said % {"minutes": minutes})
        return self.render_to_response(context, status=429, headers={"Retry-After": str(sign_in_limit.SECONDS)})

    def get_default_redirect_url(self) -> str:
        only_two = list(visible_projects(self.request.user)[:2])
        return reverse("project", args=[only_two[0].slug]) if len(only_two) == 1 else reverse("projects")


class ChangePassword(views.PasswordChangeView):
    """Goes back to the account, which says that it is done."""

    success_url = reverse_lazy("account")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        messages.success(self.request, gettext("Your password is changed."))
        return super().form_valid(form)


urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password_reset"),
    path("password/reset/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("password/set/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
]
