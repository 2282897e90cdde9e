"""The pages of projects: mine, a new one, the overview with its members, the settings."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.rules import require
from annotator.actions.inviting import invitation_link, send_invitation
from annotator.actions.projects import add_member, change_project, change_role, create_project, invite, remove_member
from annotator.domain.layers import Layers
from annotator.domain.roles import Role
from annotator.models import Membership, User
from annotator.pages.downloads import Row, download, wanted
from annotator.pages.fields import VersionedForm
from annotator.pages.frame import page, problems_said, problems_shown, project_page, redirect_to_top, show
from annotator.queries.articles import chosen_articles, counts_by_progress
from annotator.queries.chosen_articles import Chosen, Progress
from annotator.queries.projects import members, my_projects
from annotator.queries.users import user_called
from articles.models import Project

MEMBER_COLUMNS = "username name role joined_at".split()

ROLES = [
    (Role.READER.value, _("reader")),
    (Role.CODER.value, _("coder")),
    (Role.EDITOR.value, _("editor")),
    (Role.MANAGER.value, _("manager")),
]


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.CharField(
        label=_("Name in addresses"),
        max_length=60,
        required=False,
        help_text=_(
            "Small letters, digits and hyphens: “harbour-desk”. It stays for good. Left empty, it comes from the name."
        ),
    )
    description = forms.CharField(
        label=_("Description"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.CharField(
        label=_("Language of most articles"), max_length=35, initial="en", help_text=_("A language tag: “en”, “pt-BR”.")
    )
    layers = forms.ChoiceField(
        label=_("How the work is shared"),
        initial=Layers.SHARED.value,
        widget=forms.RadioSelect,
        choices=[
            (Layers.SHARED.value, _("Together: one layer of annotations for each article, seen by all members.")),
            (
                Layers.INDEPENDENT.value,
                _("Independently: each coder has a layer, and sees no other until an article is done."),
            ),
        ],
        help_text=_("This cannot be changed later."),
    )

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60].strip("-")


class SettingsForm(VersionedForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = forms.CharField(
        label=_("Language of most articles"), max_length=35, help_text=_("A language tag: “en”, “pt-BR”.")
    )


class MemberForm(forms.Form):
    who = forms.CharField(
        label=_("Username or e-mail address"),
        max_length=254,
        help_text=_("An address that has no account yet gets one, and a link to set its password."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.CODER.value)


@page
def projects(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/list.html", {"projects": my_projects(request.user)})


@page
def project_new(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        with problems_shown(form):
            made = create_project(by=request.user, **form.cleaned_data)
            messages.success(request, gettext("“%s” is ready. Bring articles in, and add its members.") % made.name)
            return redirect("project", made.slug)
    return render(request, "projects/new.html", {"form": form}, status=400 if form.errors else 200)


@project_page
def project(request: HttpRequest, project: Project) -> HttpResponse:
    """How far the work is and who does it; a POST adds a member."""
    people = list(members(request.user, project))
    if wanted(request):
        return download(request, project, "members", MEMBER_COLUMNS, (_member_row(member) for member in people))
    add = MemberForm(request.POST or None)
    if request.method == "POST":
        require(request.user, "member.add", project)
        if add.is_valid() and _added(request, project, add):
            return redirect_to_top("project", project.slug)
    progress = counts_by_progress(request.user, [project])[project.pk]
    own_role = next(member.role for member in people if member.user_id == request.user.pk)
    following = _to_annotate(request.user, project) if Role(own_role).at_least(Role.CODER) else None
    return show(
        request,
        "projects/overview.html",
        project,
        status=400 if add.errors else 200,
        add=add,
        members=people,
        roles=ROLES,
        role_label=dict(ROLES)[own_role],
        progress=progress,
        total=progress.total(),
        finished=progress[Progress.DONE] + progress[Progress.ADJUDICATED],
        following=following,
    )


@project_page
def project_edit(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "project.change", project)
    form = SettingsForm(request.POST or None, initial=vars(project))
    if form.is_valid():
        with problems_shown(form):
            change_project(project, by=request.user, **form.cleaned_data)
            messages.success(request, gettext("The settings are saved."))
            return redirect("project", project.slug)
    return show(request, "projects/edit.html", project, status=400 if form.errors else 200, form=form)


@require_POST
@project_page
def member_role(request: HttpRequest, project: Project, username: str) -> HttpResponse:
    membership = get_object_or_404(members(request.user, project), user__username=username)
    with problems_said(request):
        change_role(membership, request.POST.get("role", ""), by=request.user)
        role = dict(ROLES)[membership.role]
        messages.success(
            request, gettext("%(name)s is now: %(role)s.") % {"name": membership.user.get_full_name(), "role": role}
        )
    return redirect("project", project.slug)


@require_POST
@project_page
def member_remove(request: HttpRequest, project: Project, username: str) -> HttpResponse:
    membership = get_object_or_404(members(request.user, project), user__username=username)
    with problems_said(request):
        remove_member(membership, by=request.user)
        messages.success(
            request,
            gettext("%s is no longer a member. What they annotated stays under their name.")
            % membership.user.get_full_name(),
        )
    left = not members(request.user, project).exists()
    return redirect("projects") if left else redirect("project", project.slug)


def _member_row(member: Membership) -> Row:
    said = {"username": member.user.username, "name": member.user.get_full_name()}
    return {**said, "role": member.role, "joined_at": member.joined_at}


def _added(request: HttpRequest, project: Project, form: MemberForm) -> Membership | None:
    """The new member; None, with the reason in the form, when there can be none."""
    who, role = form.cleaned_data["who"].strip(), form.cleaned_data["role"]
    found = user_called(who)
    if found is None and not _is_address(who):
        form.add_error("who", gettext("Nobody is called “%s” here. Give an e-mail address to make an account.") % who)
        return None
    if found and not found.is_active:
        form.add_error("who", gettext("The account of %s is disabled.") % found.get_full_name())
        return None
    with problems_shown(form):
        if found:
            membership = add_member(project, found, role, by=request.user)
            messages.success(request, gettext("%s is a member now.") % found.get_full_name())
        else:
            membership = invite(project, email=who, role=role, by=request.user)
            _send_invitation(request, project, membership.user)
        return membership
    return None


def _send_invitation(request: HttpRequest, project: Project, user: User) -> None:
    """Mail the link with which a new account's password is set, and show it once to the manager."""
    link = invitation_link(user, request.build_absolute_uri)
    sent = send_invitation(project, user, link, by=request.user)
    said = gettext("%(email)s has an account now, with the username %(name)s.")
    messages.success(request, said % {"email": user.email, "name": user.username})
    messages.info(
        request,
        gettext("This link to set a password was mailed to them. It works once, for three days:")
        if sent
        else gettext("No mail could be sent: give them this link to set a password. It works once, for three days:"),
    )
    messages.info(request, link, extra_tags="secret")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _to_annotate(user: User, project: Project) -> dict[str, object] | None:
    """The article to go on with: the newest begun, else the newest not begun."""
    for progress in (Progress.BEGUN, Progress.NEW):
        if article := chosen_articles(user, project, Chosen(progress=progress)).newest_first().first():
            return {"article": article, "progress": progress}
    return None
