"""Signing in and out, and passwords: Django's own views with our templates."""

from django.contrib import messages
from django.contrib.auth import views
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext

from annotator.access.visibility import visible_projects


class SignIn(views.LoginView):
    """Lands on the project when there is only one, else on the list; never on another site."""

    redirect_authenticated_user = True

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
